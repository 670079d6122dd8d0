"""Drivers of the scanner that reads the printed line of the permit inside."""
