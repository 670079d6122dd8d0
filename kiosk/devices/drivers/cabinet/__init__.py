"""Drivers of the door, key switch and tamper sensors."""
