"""Tones: made from a data file, played by a program of the system's sound service."""
