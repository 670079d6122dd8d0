"""Guidance lights, wired to the outputs of a digital I/O board."""
