"""Drivers of the guidance lights."""
