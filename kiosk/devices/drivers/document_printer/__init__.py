"""Drivers of the A4 printer."""
