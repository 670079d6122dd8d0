"""Payment with a Yang Cheng Tong purse card: channel, durable records, settlement (docs/card-and-purse.md).

`port.py` says what the channel needs of a reader and of a store; the composition root passes them in.
"""
