"""Driver for thermo-rewrite card printers that speak the protocol of the ANA-U EasyPrinter S3.

`protocol.py` is pure bytes, `line.py` the cable, `driver.py` the `CardPrinter` made of both.
"""
