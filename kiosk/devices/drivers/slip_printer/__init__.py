"""Drivers of the slip printer."""
