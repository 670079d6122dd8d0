"""Whose card lies inside: its printed line tells, where it was out of sight or the program was not there.

Cards can be swapped by force while the machine is dark or its station out of sight.
"""

from kiosk.devices.contracts import Done, MediaPosition
from kiosk.domain.beijing import beijing_date
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.mrz import LineRefused, normalise_line, parse_line
from kiosk.domain.whose import Whose
from kiosk.runtime.memory import Memory
from kiosk.runtime.outside import Outside
from kiosk.runtime.patience import GLANCE_MOVE_S, GLANCE_SCAN_S, MOVE_S, SCAN_S


async def read_whose(
    outside: Outside, memory: Memory, permit_no: str, *, move_s: float = MOVE_S, scan_s: float = SCAN_S
) -> Fault | None:
    """Bring the card to the scanner; return why it is not known to be the one of this number.

    What the line says is remembered; one that cannot be read, or breaks its check digits, says nothing.
    None: it is that card.
    """
    moved = await outside.devices.station.move(MediaPosition.CHIP, deadline_s=move_s)
    if not isinstance(moved, Done):
        return moved.fault
    scanned = await outside.devices.scanner.read_line(deadline_s=scan_s)
    if not isinstance(scanned, Done):
        return scanned.fault
    line = parse_line(normalise_line(scanned.value), beijing_date(outside.clock.now()))
    if isinstance(line, LineRefused):
        return Fault(FailureCode.LINE_UNREADABLE, str(line.reason))
    memory.card_watched = line.number == permit_no
    memory.card_other = not memory.card_watched
    return Fault(FailureCode.CARD_SWAPPED, "another card is inside") if memory.card_other else None


async def glance(outside: Outside, memory: Memory) -> None:
    """Read whose card is about to be given back, so that staff know it should nobody take it.

    Only what lies where it can be read, and for a moment; whatever comes of it, the card is given back.
    """
    if memory.permit_no is None or memory.whose is not Whose.UNKNOWN:
        return
    where = await outside.devices.station.locate()
    if where in {MediaPosition.CHIP, MediaPosition.PRINT}:
        await read_whose(outside, memory, memory.permit_no, move_s=GLANCE_MOVE_S, scan_s=GLANCE_SCAN_S)
