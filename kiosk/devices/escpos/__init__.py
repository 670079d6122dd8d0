"""Slip printers that speak ESC/POS, over the network or a serial line.

From outside use `driver.EscPosSlipPrinter`; docs/printers-and-scanners.md says how it judges.
"""
