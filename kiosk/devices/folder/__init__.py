"""Printers for development: what they print lies in a folder as PDF and PNG. No hardware, no mechanics.

They say of themselves that they are simulated. Use `card_printer.FolderCardPrinter`,
`slip_printer.FolderSlipPrinter` and `document_printer.FolderDocumentPrinter`.
"""
