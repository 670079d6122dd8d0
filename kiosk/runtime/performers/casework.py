"""Work on an open case: the card is put in again, looked at, printed where it has to be, and given back."""

from collections.abc import Awaitable, Callable

from kiosk.authority.contract import NotOnRecord, Unreachable
from kiosk.devices.contracts import Completion, Done, MediaPosition, Orientation
from kiosk.domain.face import CardFace
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.mrz import normalise_line
from kiosk.domain.permit import PermitRecord
from kiosk.runtime.memory import Memory
from kiosk.runtime.outside import Outside
from kiosk.runtime.patience import CASE_CARD_S, EJECT_S, MOVE_S, SCAN_S
from kiosk.runtime.performers import making
from kiosk.visit.case_effects import InspectAgain, PrintAgain
from kiosk.visit.case_events import CaseFilmInspected, CaseFilmNotInspected, CaseFilmOverwritten
from kiosk.visit.effects import InspectCard, PrintCard
from kiosk.visit.events import CardInspected, CardNotPrinted, Event, InspectionFailed
from kiosk.visit.limits import TAKE_CARD_S

Work = Callable[[], Awaitable[Event]]


async def inspect_again(outside: Outside, memory: Memory, effect: InspectAgain) -> Event:
    """Take the right card in, look at its film, give it back."""

    async def work() -> Event:
        memory.card_watched = True
        seen = await _look(outside, memory, effect)
        if not isinstance(seen, CaseFilmInspected) or seen.matches:
            return seen
        overtaken = await issued_since(outside, effect.face, effect.known)
        return seen if overtaken is None else _no_evidence(overtaken)

    return await _with_card(outside, effect.line, work)


async def print_again(outside: Outside, memory: Memory, effect: PrintAgain) -> Event:
    """Take the right card in; print it only if its film does not show the face yet; give it back."""

    async def work() -> Event:
        memory.card_watched = True
        before = await _look(outside, memory, effect)
        if not isinstance(before, CaseFilmInspected) or before.matches:
            return before
        overtaken = await issued_since(outside, effect.face, effect.known)
        if overtaken is not None:
            return _no_evidence(overtaken)
        printed = await making.print_card(outside, memory, PrintCard(effect.face))
        if isinstance(printed, CardNotPrinted):
            return CaseFilmNotInspected(printed.fault)
        after = await _look(outside, memory, effect)
        if isinstance(after, CaseFilmNotInspected):
            return CaseFilmNotInspected(after.fault, touched=True)
        return after

    return await _with_card(outside, effect.line, work)


async def ask_inspection() -> Event:
    """After a restart nobody stands there with the card any more: it has to be ordered again."""
    return CaseFilmNotInspected(Fault(FailureCode.INTERRUPTED))


async def ask_print(outside: Outside, effect: PrintAgain) -> Event:
    """Look at the card that is still inside; where there is none, nobody knows what its film shows."""
    where = await outside.devices.station.locate()
    if where not in {MediaPosition.CHIP, MediaPosition.PRINT}:
        return CaseFilmNotInspected(Fault(FailureCode.INTERRUPTED, f"the card is {where}"), touched=True)
    seen = await _inspected(outside, Memory(lambda: None, outside.clock.monotonic), effect)
    if isinstance(seen, CaseFilmInspected) and seen.matches:
        return seen
    return CaseFilmNotInspected(Fault(FailureCode.INTERRUPTED), touched=True)


async def _with_card(outside: Outside, line: str, work: Work) -> Event:
    """Do the work with the visit's own card; whatever was put in is given back."""
    station = outside.devices.station
    accepted = await station.accept(deadline_s=CASE_CARD_S)
    if not isinstance(accepted, Done):
        return CaseFilmNotInspected(accepted.fault)
    try:
        fault = await _not_the_card(outside, line, accepted.value)
        return CaseFilmNotInspected(fault) if fault else await work()
    finally:
        ejected = await station.eject(deadline_s=EJECT_S)
        if isinstance(ejected, Done):
            await station.wait_taken(deadline_s=TAKE_CARD_S)


async def _not_the_card(outside: Outside, line: str, orientation: Orientation) -> Fault | None:
    """Return why this is not known to be the visit's card, None where its printed line says that it is."""
    if orientation is Orientation.UPSIDE_DOWN:
        return Fault(FailureCode.CARD_UPSIDE_DOWN)
    scanned = await outside.devices.scanner.read_line(deadline_s=SCAN_S)
    if not isinstance(scanned, Done):
        return scanned.fault
    return (
        None
        if normalise_line(scanned.value) == line
        else Fault(FailureCode.CARD_UNKNOWN, "another card was put in")
    )


async def issued_since(outside: Outside, face: CardFace, known: tuple[str, ...]) -> Fault | None:
    """Return why a film says nothing of a face any more, nor may be printed with it: NOT_ALLOWED where
    the authority has issued something newer, else why that cannot be asked."""
    answer = await outside.authority.look_up(face.permit_no)
    if isinstance(answer, Unreachable):
        return answer.fault
    if isinstance(answer, NotOnRecord):
        return Fault(FailureCode.PERMIT_NOT_ON_RECORD)
    newer = newer_on_record(answer.record, face, known)
    return Fault(FailureCode.NOT_ALLOWED, "something else was issued since") if newer else None


def newer_on_record(record: PermitRecord, face: CardFace, known: tuple[str, ...]) -> bool:
    """Return whether a record holds anything that was issued after what a face shows.

    Attributes of the day only are on record: what was issued on the same day counts as newer, unless it was
    `known` before.
    """
    ours = {*known, *(endorsement.control_no for endorsement in face.endorsements)}
    newest = max(endorsement.issued for endorsement in face.endorsements)
    later = any(issued > newest for _, issued in record.last_issued)
    return later or any(e.control_no not in ours and e.issued >= newest for e in record.endorsements)


def _no_evidence(overtaken: Fault) -> Event:
    """What comes of a look at a film that does not show the face, where something newer may stand on it."""
    if overtaken.code is FailureCode.NOT_ALLOWED:
        return CaseFilmOverwritten(detail=overtaken.detail)
    return CaseFilmNotInspected(overtaken)


async def _look(outside: Outside, memory: Memory, effect: InspectAgain | PrintAgain) -> Event:
    moved: Completion[MediaPosition] = await outside.devices.station.move(
        MediaPosition.PRINT, deadline_s=MOVE_S
    )
    if not isinstance(moved, Done):
        return CaseFilmNotInspected(moved.fault)
    return await _inspected(outside, memory, effect)


async def _inspected(outside: Outside, memory: Memory, effect: InspectAgain | PrintAgain) -> Event:
    seen = await making.inspect_card(outside, memory, InspectCard(effect.face))
    match seen:
        case CardInspected(matches, detail):
            return CaseFilmInspected(matches, detail)
        case InspectionFailed(fault):
            return CaseFilmNotInspected(fault)
    raise AssertionError(f"an inspection ends with {type(seen).__name__}")
