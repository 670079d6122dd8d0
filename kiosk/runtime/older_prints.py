"""What one visit knows of another's print on the same card.

A film is written whole. Where a newer visit has written it, what it shows says nothing of an older visit
that staff still look into; but just before that, when the newer visit looked at it, it did.
"""

from collections.abc import Callable

import structlog

from kiosk.journal.codec import decode_effect
from kiosk.journal.store import Journal
from kiosk.runtime.outside import Outside
from kiosk.runtime.performers.casework import newer_on_record
from kiosk.visit.case_effects import PrintAgain
from kiosk.visit.case_events import CaseFilmInspected, CaseFilmOverwritten
from kiosk.visit.casework import known_before
from kiosk.visit.effects import PrintCard
from kiosk.visit.events import Event
from kiosk.visit.fold import Folded
from kiosk.visit.model import CaseKind, PrintState, Visit

_log = structlog.get_logger()

_WRITE = (PrintCard.__name__, PrintAgain.__name__)
_IN_DOUBT = frozenset({PrintState.UNKNOWN, PrintState.PRINTED})


def written_since(journal: Journal, visit: Visit) -> str | None:
    """Return the number of the newest visit that was to write the card's film after this one, if any.

    Whether it did makes no difference: erasing comes first. A visit that was forgotten cannot be told.
    """
    newest = None
    for record in journal.intents_since(visit.visit_id, _WRITE):
        effect = None if record.fields is None else decode_effect(record.name, record.fields)
        if not isinstance(effect, PrintCard | PrintAgain) or visit.face is None:
            continue
        if effect.face.permit_no == visit.face.permit_no:
            newest = record.visit_id
    return newest


async def told_by_film(
    outside: Outside,
    journal: Journal,
    visit: Visit,
    film: bytes | None,
    tell: Callable[[Folded, Event], None],
) -> None:
    """Tell of each older visit of a visit's card into whose print staff still look what came of it.

    Args:
        film: what is on the visit's own card, before it is erased; None where it is erased now and those
            that are still in doubt stay so.
    """
    for number in journal.unfinished():
        if number == visit.visit_id:
            continue
        older = journal.fold(number)
        if not _in_doubt(older, visit):
            continue
        event = await _from_film(outside, journal, older.visit, visit, film)
        now = journal.fold(number)
        if _in_doubt(now, visit):
            _log.info("an older print is told by the film", id=number, told=type(event).__name__)
            tell(now, event)


def _in_doubt(folded: Folded, newer: Visit) -> bool:
    older, permit = folded.visit, newer.permit
    if not folded.over or CaseKind.PRINT_UNVERIFIED not in older.cases or older.overwritten is not None:
        return False
    same = older.face is not None and permit is not None and older.face.permit_no == permit.number
    return same and older.print_state in _IN_DOUBT


async def _from_film(
    outside: Outside, journal: Journal, older: Visit, newer: Visit, film: bytes | None
) -> Event:
    if film is None:
        return CaseFilmOverwritten(newer.visit_id, "written without a look at it before")
    if older.face is None or newer.record is None:
        raise AssertionError("a print in doubt has a face, and whoever may print a record")
    seen = await outside.art.inspect(film, older.face)
    if seen.matches:
        return CaseFilmInspected(True, f"found by visit {newer.visit_id}")
    between = written_since(journal, older)
    if between is not None:
        return CaseFilmOverwritten(between, "told by the journal")
    if newer_on_record(newer.record, older.face, known_before(older)):
        return CaseFilmOverwritten(detail="something else was issued since")
    return CaseFilmInspected(False, f"found by visit {newer.visit_id}: {seen.detail}")
