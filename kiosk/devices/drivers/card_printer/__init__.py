"""Drivers of the card printer."""
