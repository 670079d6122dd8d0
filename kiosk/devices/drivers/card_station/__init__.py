"""Drivers of the card station."""
