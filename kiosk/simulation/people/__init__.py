"""Whoever stands at the machine or works for it: applicants, colleagues, the technician, the clerk."""
