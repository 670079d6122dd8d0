"""Drivers of the keypad and the headphone jack."""
