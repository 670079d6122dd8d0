"""Drivers of the face camera."""
