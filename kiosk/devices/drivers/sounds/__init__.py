"""Drivers of what plays the tones."""
