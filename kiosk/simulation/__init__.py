"""Seeded worlds around the unchanged runtime: virtual time, faults, crashes, and a judge with own books.

`world.py` is one seed from its first applicant to its last restart, `fate.py` what is left to chance in it,
`judge.py` what must hold. `hardware/` is what stands in the machine, `outside/` networks and authority,
`people/` whoever comes. `campaign.py` runs many seeds, `shrink.py` makes a failing one short, `story.py`
tells it, and `points/` forces one fault after the other. Everything that the kiosk reaches is simulated here
behind the contracts; the kiosk, its steps and its journal are the real ones. Imports every room below, never
`ui`.
"""
