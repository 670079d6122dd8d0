"""The simulated side of every device: as good as the real thing for a tester, file-backed, with faults.

`machine.py` puts one whole machine together; `mechanism.py` is the card's way through it and `faults.py`
the one interface by which the tester's dock, `kiosk device` and tests break things. Imports `domain`,
`clock` and the device contracts; only the composition root, the commands and tests import from here.
"""
