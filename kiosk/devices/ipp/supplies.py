"""What an IPP printer says of its paper, toner and waste box, as consumables."""

from kiosk.devices.ipp.messages import Marker, PrinterView
from kiosk.devices.upkeep import Consumable, ConsumableKind, Level, Unit

_PAPER_OUT = frozenset({"media-empty", "media-needed"})
_NEARLY_FULL = 90
_LONGEST_NAME = 40


def consumables(printer: PrinterView) -> tuple[Consumable, ...]:
    """Return paper first, then what the printer counts, in its own order."""
    return (_paper(printer), *(_marker(marker) for marker in printer.markers))


def _paper(printer: PrinterView) -> Consumable:
    if printer.reasons & _PAPER_OUT:
        level = Level.OUT
    else:
        level = Level.LOW if "media-low" in printer.reasons else Level.FULL
    return Consumable(ConsumableKind.PAPER, "paper", level)


def _marker(marker: Marker) -> Consumable:
    """PWG 5100.9: percent, or negative for "not known"; a waste box counts how full it is."""
    waste = marker.kind.lower().startswith("waste")
    kind = ConsumableKind.WASTE if waste else ConsumableKind.MARKER
    threshold = _NEARLY_FULL if waste else marker.low
    name = marker.name[:_LONGEST_NAME]
    if not 0 <= marker.level <= 100:
        return Consumable(kind, name, Level.UNKNOWN, None, threshold, Unit.PERCENT)
    if waste:
        used_up, nearly = marker.level == 100, marker.level >= _NEARLY_FULL
    else:
        used_up, nearly = marker.level == 0, marker.level <= marker.low
    level = Level.OUT if used_up else Level.LOW if nearly else Level.FULL
    return Consumable(kind, name, level, marker.level, threshold, Unit.PERCENT)
