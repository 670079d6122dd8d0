"""What an IPP printer says of its paper, toner and waste box."""

from kiosk.devices.document_contracts import Supply, SupplyKind, SupplyLevel
from kiosk.devices.ipp.messages import Marker, PrinterView

_PAPER_OUT = frozenset({"media-empty", "media-needed"})
_NEARLY_FULL = 90
_LONGEST_NAME = 40


def supplies(printer: PrinterView) -> tuple[Supply, ...]:
    """Return paper first, then what the printer counts, in its own order."""
    return (_paper(printer), *(_marker(marker) for marker in printer.markers))


def _paper(printer: PrinterView) -> Supply:
    if printer.reasons & _PAPER_OUT:
        level = SupplyLevel.OUT
    else:
        level = SupplyLevel.LOW if "media-low" in printer.reasons else SupplyLevel.FULL
    return Supply(SupplyKind.PAPER, "paper", level)


def _marker(marker: Marker) -> Supply:
    """PWG 5100.9: percent, or negative for "not known"; a waste box counts how full it is."""
    waste = marker.kind.lower().startswith("waste")
    kind = SupplyKind.WASTE if waste else SupplyKind.MARKER
    if not 0 <= marker.level <= 100:
        return Supply(kind, marker.name[:_LONGEST_NAME], SupplyLevel.UNKNOWN)
    if waste:
        used_up, nearly = marker.level == 100, marker.level >= _NEARLY_FULL
    else:
        used_up, nearly = marker.level == 0, marker.level <= marker.low
    level = SupplyLevel.OUT if used_up else SupplyLevel.LOW if nearly else SupplyLevel.FULL
    return Supply(kind, marker.name[:_LONGEST_NAME], level, marker.level)
