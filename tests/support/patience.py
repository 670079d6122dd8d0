"""How long a test waits, in real time, for what has to come."""

LONG_S = 240.0
"""Seconds: a net for what never comes, far beyond what a slow, busy machine needs; no test waits it out."""
