"""Drivers of the chip reader."""
