"""Drivers of the scanner in front, which reads the payment codes of phones."""
