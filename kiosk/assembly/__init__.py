"""Puts the devices of one machine together: which driver serves which, and what the machine can do."""
