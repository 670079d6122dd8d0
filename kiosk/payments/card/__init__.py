"""Payment by card: the channel over a certified terminal with PIN pad (docs/card-and-purse.md).

`port.py` says what the channel needs of the terminal; the composition root passes the device in.
"""
