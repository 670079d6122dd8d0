"""IPP for the A4 document printer: the encoding, a small client, and the rule for "it came out".

From outside use `driver.IppDocumentPrinter`; docs/printers-and-scanners.md says how it judges.
"""
