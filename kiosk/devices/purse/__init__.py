"""Driver for Yang Cheng Tong purse readers on a serial line (docs/card-and-purse.md).

`protocol.py` is pure bytes, `line.py` the cable, `driver.py` the `PurseReader` made of both.
"""
