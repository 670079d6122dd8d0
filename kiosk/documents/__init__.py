"""What the machine draws, in ReportLab: the endorsements on the card, slips; rasters and read-back.

Imports `domain` only. Every glyph is checked before a promise is made; same input, same bytes.
"""
