"""Drivers of the uninterruptible power supply."""
