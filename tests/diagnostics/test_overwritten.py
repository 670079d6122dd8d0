"""A film that was written again since says nothing of an older visit; a look just before that does."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.authority.contract import Accepted, Found, NotOnRecord, Unreachable
from kiosk.clock import SystemClock
from kiosk.diagnostics.cases import Case, read_case
from kiosk.diagnostics.casework import NotAllowed, Order, act
from kiosk.documents.inspection import Inspection
from kiosk.domain.face import CardFace
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.permit import PermitRecord
from kiosk.domain.staff import Role, Staff
from kiosk.journal.store import Journal
from kiosk.runtime.older_prints import told_by_film, written_since
from kiosk.runtime.performers.casework import newer_on_record
from kiosk.staff.contract import NobodyOnCall
from kiosk.visit import case_events as c
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.casework import CaseAction, allowed
from kiosk.visit.fold import Folded
from kiosk.visit.invariants import violations
from kiosk.visit.model import CaseKind, PrintState, Step
from tests.diagnostics.test_cases import SAID
from tests.diagnostics.test_casework import CLERK, order, settle, unverified
from tests.journal.test_journal_store import Journaled
from tests.visit.world import Story, record_found

NEWER = "GZ01-20261122-00002"
DECIDED = {
    printed: c.CaseFilmDecided(printed, c.Ground.BORDER_RECORD, CLERK, "used at the border on the day")
    for printed in (True, False)
}


def overwritten() -> Story:
    told = unverified()
    assert order(told, c.CaseFilmOverwritten(NEWER))
    return told


def test_the_film_is_no_evidence_any_more_that_nothing_was_printed() -> None:
    told = overwritten()
    order(told, c.CaseFilmSeen(False, CLERK))
    order(told, c.CaseInspectionOrdered(CLERK))
    order(told, c.CaseFilmInspected(False, "another picture"))
    settle(told, 1)
    assert not {CaseAction.REFUND, CaseAction.REPRINT} & set(allowed(told.visit))
    assert CaseAction.DECIDE in allowed(told.visit)
    assert told.visit.cases == (CaseKind.PRINT_UNVERIFIED,)


def test_that_it_shows_what_was_ordered_is_proof_all_the_same() -> None:
    told = overwritten()
    assert order(told, c.CaseFilmSeen(True, CLERK))
    assert settle(told).visit.print_state is PrintState.VERIFIED
    assert allowed(told.visit) == ()


def test_decided_as_printed_the_matter_is_settled_and_the_authority_told() -> None:
    told = overwritten()
    assert order(told, DECIDED[True])
    assert [n.effect.printed for n in told.folded.pending if isinstance(n.effect, f.ReportPrint)] == [True]
    assert settle(told).visit.cases == ()
    assert not order(told, c.CaseRefundOrdered(CLERK))


def test_decided_as_not_printed_it_is_refunded_once_and_never_printed() -> None:
    told = overwritten()
    assert order(told, DECIDED[False])
    assert CaseAction.REPRINT not in allowed(told.visit)
    assert not order(told, DECIDED[True])
    assert order(told, c.CaseRefundOrdered(CLERK))
    settle(told)
    assert len(told.visit.refunded) == 1
    assert told.visit.cases == ()


def test_a_film_that_can_still_tell_is_not_decided_otherwise() -> None:
    told = unverified()
    assert not order(told, DECIDED[False])
    assert not order(told, DECIDED[True])


def test_what_an_inspection_found_before_still_holds() -> None:
    told = unverified()
    order(told, c.CaseFilmSeen(False, CLERK))
    order(told, c.CaseFilmOverwritten(NEWER))
    assert CaseAction.REPRINT not in allowed(told.visit)
    assert order(told, c.CaseRefundOrdered(CLERK))


def test_the_programs_own_rules_refuse_conclusions_from_such_a_film() -> None:
    told = overwritten()
    wrong = replace(told.folded, visit=told.visit.put(print_state=PrintState.DIFFERS))
    assert any("written again" in broken for broken in violations(wrong))


# --- the film itself, told as it is -------------------------------------------------------------------


@dataclass
class Film:
    """What truly stands on the card, and who could know it."""

    good: bool
    shows: bool
    elsewhere: bool = False


Deeds = st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=14)


@cache
def in_doubt_already() -> Story:
    return unverified()


@settings(max_examples=80, deadline=None)
@given(st.booleans(), Deeds)
def test_honest_staff_never_give_money_back_for_a_good_print(
    good: bool, deeds: list[tuple[int, bool]]
) -> None:
    """Whenever a newer visit writes the film, here or elsewhere, looked at before or not."""
    told, film = replace(in_doubt_already(), records=[]), Film(good, good)
    for which, known in deeds:
        if told.folded.pending:
            _come_out(told, film)
        else:
            _happens(told, film, which, known=known)
        assert violations(told.folded) == ()
    while told.folded.pending:
        _come_out(told, film)
    assert not (film.good and told.visit.refunded)
    if told.visit.print_state is PrintState.VERIFIED:
        assert film.good


def _happens(told: Story, film: Film, which: int, *, known: bool) -> None:
    match which:
        case 0:  # a newer visit on this machine; it looks first, unless the card was out of sight
            told.tell(
                c.CaseFilmInspected(film.shows) if known and _tells(film) else c.CaseFilmOverwritten(NEWER)
            )
            film.shows = False
        case 1:  # a newer visit on another machine
            film.shows, film.elsewhere = False, True
        case 2 | 3:  # staff look; the authority may be out of reach
            if not film.shows and film.elsewhere and known:
                told.tell(c.CaseFilmOverwritten())
            told.tell(c.CaseFilmSeen(film.shows, CLERK, counts=known or film.shows))
        case 4:
            told.tell(c.CaseInspectionOrdered(CLERK))
        case 5:
            told.tell(DECIDED[film.good])
        case 6 | 7:
            told.tell(c.CaseRefundOrdered(CLERK))
        case 8:
            told.tell(c.CaseReprintOrdered(CLERK))
        case _:
            told.tell(e.Restarted())


def _tells(film: Film) -> bool:
    return film.shows or not film.elsewhere


def _come_out(told: Story, film: Film) -> None:
    """Let the oldest effect end as the machine would end it."""
    numbered = told.folded.pending[0]
    match numbered.effect:
        case f.PrintCard() | f.InspectCard():
            raise AssertionError("the visit itself is over")
        case effect if type(effect).__name__ in {"InspectAgain", "PrintAgain"}:
            outcome: e.Event = c.CaseFilmInspected(film.shows)
            if not film.shows and film.elsewhere:
                outcome = c.CaseFilmOverwritten()
            elif not film.shows and type(effect).__name__ == "PrintAgain":
                film.good = film.shows = True
                outcome = c.CaseFilmInspected(True)
            told.tell(outcome, numbered.number)
        case _:
            told.answer(numbered)


# --- through the journal ------------------------------------------------------------------------------


class Authority:
    """An authority that has `record` on its books, or cannot be reached."""

    simulated = True

    def __init__(self, record: PermitRecord | None, *, reachable: bool = True) -> None:
        self.record, self.reachable = record, reachable

    async def look_up(self, _permit_no: str) -> Found | NotOnRecord | Unreachable:
        if not self.reachable:
            return Unreachable(Fault(FailureCode.AUTHORITY_UNREACHABLE), sent=False)
        return Found(self.record) if self.record else NotOnRecord()

    async def confirm(self, *_: object, printed: bool) -> Accepted:
        del printed
        return Accepted()


class Art:
    """Pictures are the control numbers that they show."""

    async def inspect(self, picture: bytes, face: CardFace) -> Inspection:
        same = picture == shown(face)
        return Inspection(same, same, (), "" if same else "another picture")


def shown(face: CardFace | None) -> bytes:
    assert face is not None
    return repr(face).encode()


def world(authority: Authority) -> Any:
    return SimpleNamespace(authority=authority, art=Art(), clock=SystemClock(), staff=NobodyOnCall())


def in_doubt(journal: Journal, ordinal: int = 1) -> Journaled:
    told = Journaled(journal, ordinal)
    told.until(Step.PRINTING)
    told.tell(e.CardRemoved())
    settle(told)
    assert told.visit.cases == (CaseKind.PRINT_UNVERIFIED,)
    return told


def run(work: Coroutine[Any, Any, Case]) -> Case:
    return asyncio.run(work)


SEEN = Order(CaseAction.SEEN, SAID)


def test_staff_who_look_after_a_newer_visit_learn_which(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    older = in_doubt(journal)
    newer = Journaled(journal, 2).until(Step.REVIEWING)
    assert written_since(journal, older.visit) == newer.visit.visit_id == NEWER
    assert written_since(journal, newer.visit) is None
    case = run(act(world(Authority(None)), journal, older.id, SEEN))
    assert case.overwritten is not None
    assert case.overwritten.newer == NEWER
    assert any(NEWER in fact.zh and NEWER in fact.en for fact in case.facts)
    assert CaseAction.REFUND not in case.actions
    with pytest.raises(NotAllowed, match="ground"):
        run(act(world(Authority(None)), journal, older.id, Order(CaseAction.DECIDE, SAID)))
    decided = Order(CaseAction.DECIDE, SAID, True, ground=c.Ground.HOLDER_EVIDENCE, note="a photo of the day")
    done = run(act(world(Authority(None)), journal, older.id, decided))
    assert (done.kinds, done.film) == ((), PrintState.PRINTED)
    assert [deed.by for deed in done.deeds] == [None, CLERK, CLERK]
    assert done.deeds[-1].detail.en == "printed; the holder's evidence; a photo of the day"
    assert read_case(journal, older.id) == done


@pytest.mark.parametrize(
    ("authority", "film", "counts"),
    [
        (Authority(record_found().record), PrintState.DIFFERS, True),
        (Authority(record_found().record, reachable=False), PrintState.UNKNOWN, False),
    ],
)
def test_a_film_that_does_not_show_it_counts_once_the_authority_was_asked(
    tmp_path: Path, authority: Authority, film: PrintState, counts: bool
) -> None:
    journal = Journal.open(tmp_path)
    older = in_doubt(journal)
    case = run(act(world(authority), journal, older.id, SEEN))
    assert case.film is film
    assert (CaseAction.REFUND in case.actions) is counts


def test_what_another_machine_issued_since_is_asked_of_the_authority(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    older = in_doubt(journal)
    record, face = older.visit.record, older.visit.face
    assert record is not None
    assert face is not None
    assert not newer_on_record(record, face, tuple(one.control_no for one in record.endorsements))
    later = replace(face.endorsements[0], control_no="CN99999999")
    since = replace(record, endorsements=(*record.endorsements, later))
    case = run(act(world(Authority(since)), journal, older.id, SEEN))
    assert case.overwritten is not None
    assert case.overwritten.newer == ""
    assert not {CaseAction.REFUND, CaseAction.REPRINT} & set(case.actions)


@pytest.mark.parametrize(
    ("film", "found"),
    [("ours", c.CaseFilmInspected), ("old", c.CaseFilmInspected), (None, c.CaseFilmOverwritten)],
)
def test_a_newer_visit_tells_what_it_finds_before_it_writes(
    tmp_path: Path, film: str | None, found: type[e.Event]
) -> None:
    journal = Journal.open(tmp_path)
    older = in_doubt(journal)
    newer = Journaled(journal, 2).until(Step.PROVING)
    picture = {"ours": shown(older.visit.face), "old": b"old", None: None}[film]

    async def told() -> list[tuple[str, e.Event]]:
        found: list[tuple[str, e.Event]] = []

        def tell(folded: Folded, event: e.Event) -> None:
            found.append((folded.visit.visit_id, event))

        await told_by_film(world(Authority(None)), journal, newer.visit, picture, tell)
        return found

    ((number, event),) = asyncio.run(told())
    assert number == older.id
    assert type(event) is found
    assert not isinstance(event, c.CaseFilmInspected) or event.matches is (film == "ours")
    older.tell(event)
    assert asyncio.run(told()) == []


def test_somebody_elses_film_tells_nothing(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    older = in_doubt(journal)
    newer = Journaled(journal, 2).until(Step.PROVING)
    permit = newer.visit.permit
    assert permit is not None
    stranger = newer.visit.put(permit=replace(permit, number="C99999999"))

    def tell(_folded: Folded, event: e.Event) -> None:
        raise AssertionError(f"{event} is told of a stranger's card")

    asyncio.run(told_by_film(world(Authority(None)), journal, stranger, None, tell))
    assert older.visit.overwritten is None


def test_a_name_of_staff_stands_beside_a_decision() -> None:
    told = overwritten()
    by = Staff("李明", Role.SUPERVISOR)
    assert told.tell(c.CaseFilmDecided(False, c.Ground.AUTHORITY_RECORD, by, "no entry"))
    assert told.visit.overwritten is not None
    assert told.visit.overwritten.ground == "authority_record"
