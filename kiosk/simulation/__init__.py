"""Seeded worlds around the unchanged runtime: virtual time, faults, crashes, and a judge with own books.

`world.py` is one seed from its first applicant to its last restart; `campaign.py` runs many of them,
`shrink.py` makes a failing one short, `every_point.py` forces one fault after the other. Everything the
kiosk reaches is simulated here behind the contracts; the kiosk, its steps and its journal are the
real ones. Imports every room below, never `ui`.
"""
