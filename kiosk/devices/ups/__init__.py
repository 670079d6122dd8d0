"""Uninterruptible power supplies behind a Network UPS Tools server (RFC 9271)."""
