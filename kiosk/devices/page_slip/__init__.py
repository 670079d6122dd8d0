"""The slip on a page of the A4 printer, for machines without a roll printer; use `driver.PageSlipPrinter`."""
