"""Scanners: serial and keyboard-wedge, for the permit's line, payment codes and other codes.

From outside use `serial_scanner.SerialScanner` and `wedge.WedgeScanner`; both are `CodeScanner` and
`PaymentCodeScanner`. docs/printers-and-scanners.md says how readings are told apart.
"""
