"""The rules of the field, pure: permit and its printed line, endorsements, eligibility, fees, money.

Imports nothing of ours, performs no I/O, knows no clock. Every other room may import from here.
"""
