"""Doors, covers, key switch and tamper sensors of the cabinet, wired to a digital I/O board."""
