"""Endorsement Kiosk: software of a self-service machine that rewrites travel endorsements."""
