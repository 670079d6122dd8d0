"""Tactile keypad and headphone jack as input devices of the Linux kernel."""
