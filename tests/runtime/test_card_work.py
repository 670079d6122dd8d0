"""What is done with the card inside, and what is said of it: nothing blindly, nothing that was not seen."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.authority.contract import Found
from kiosk.devices.contracts import (
    Completion,
    DeviceState,
    DeviceStatus,
    Done,
    Failed,
    MediaPosition,
    Orientation,
)
from kiosk.documents.inspection import Inspection
from kiosk.domain.face import CardFace
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.permit import PermitRecord
from kiosk.runtime.memory import Memory
from kiosk.runtime.performers import casework, making, returning
from kiosk.runtime.performing import ask
from kiosk.simulation.virtual_time import VirtualClock, run
from kiosk.visit import case_events as c
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.case_effects import InspectAgain, PrintAgain
from kiosk.visit.casework import known_before
from kiosk.visit.model import Step, Visit
from tests.visit.world import specimen, story

BROKEN = Failed(Fault(FailureCode.SCANNER_UNAVAILABLE))
LINE = specimen().permit.line
OTHER_LINE = specimen("he-liting").permit.line
CHIP, PRINT, EXIT, RETAINED = (
    MediaPosition.CHIP,
    MediaPosition.PRINT,
    MediaPosition.EXIT,
    MediaPosition.RETAINED,
)


@cache
def printing() -> Visit:
    """A visit whose card is being printed."""
    return story().until(Step.PRINTING).visit


def face() -> CardFace:
    known = printing().face
    assert known is not None
    return known


class Machine:
    """Station, scanner, printer, authority and the eye of one machine; what it did stands in `did`.

    Attributes:
        film: the picture that stands on the card; `shown(face())` is the right one.
        prints: whether printing writes anything.
    """

    name = "machine"
    simulated = True

    def __init__(
        self,
        line: str | None = LINE,
        where: MediaPosition = PRINT,
        film: bytes = b"old",
        record: PermitRecord | None = None,
    ) -> None:
        self.line, self.where, self.film = line, where, film
        self.record = record
        self.prints = self.ready = True
        self.did: list[str] = []

    # --- station and scanner -----------------------------------------------------------------------

    async def accept(self, **_: object) -> Completion[Orientation]:
        self.where = CHIP
        return Done(Orientation.RIGHT)

    async def move(self, to: MediaPosition, **_: object) -> Completion[MediaPosition]:
        self.where = to
        return Done(to)

    async def locate(self) -> MediaPosition:
        return self.where

    async def read_line(self, **_: object) -> Completion[str]:
        return BROKEN if self.line is None else Done(self.line)

    async def eject(self, **_: object) -> Completion[MediaPosition]:
        self.did.append("eject")
        return BROKEN

    async def retain(self, **_: object) -> Completion[MediaPosition]:
        self.did.append("retain")
        return BROKEN

    async def wait_taken(self, **_: object) -> Completion[MediaPosition]:
        return BROKEN

    # --- printer, authority, eye -------------------------------------------------------------------

    async def status(self) -> DeviceStatus:
        return DeviceStatus(DeviceState.ONLINE if self.ready else DeviceState.HARDWARE_ERROR)

    async def reset(self, *_: object, **__: object) -> Completion[MediaPosition]:
        self.did.append("reset")
        self.ready = True
        return Done(self.where)

    async def print_card(self, drawn: bytes, **_: object) -> Completion[None]:
        self.did.append("print")
        if not self.ready:
            return BROKEN
        self.film = drawn if self.prints else self.film
        return Done(None)

    async def capture(self, **_: object) -> Completion[bytes]:
        return Done(self.film)

    async def look_up(self, _permit_no: str) -> Found:
        assert self.record is not None
        return Found(self.record)

    async def draw(self, wanted: CardFace) -> bytes:
        return shown(wanted)

    async def inspect(self, picture: bytes, wanted: CardFace) -> Inspection:
        same = picture == shown(wanted)
        return Inspection(same, same, (), "" if same else "another picture")

    # --- the outside -------------------------------------------------------------------------------

    def outside(self) -> Any:
        devices = SimpleNamespace(station=self, scanner=self, printer=self, payment_scanner=None)
        return SimpleNamespace(devices=devices, authority=self, art=self, clock=VirtualClock(), channels={})


def shown(wanted: CardFace) -> bytes:
    return repr(wanted).encode()


Work = Callable[[Any, Memory], Coroutine[Any, Any, e.Event]]


def outcome(machine: Machine, work: Work, *, watched: bool = False) -> e.Event:
    """Do the work; `watched`: the card was read, and in sight ever since."""

    async def main() -> e.Event:
        memory = Memory(lambda: None, lambda: 0.0)
        memory.card_watched = watched
        return await work(machine.outside(), memory)

    return run(main())


def asked(effect: f.Effect) -> Work:
    return lambda outside, memory: ask(outside, memory, effect)


# --- whose card --------------------------------------------------------------------------------------

PRINT_CARD, INSPECT_CARD = f.PrintCard(face()), f.InspectCard(face())


@pytest.mark.parametrize("line", [None, OTHER_LINE])
def test_a_card_that_is_not_known_to_be_the_visits_own_is_neither_written_nor_believed(
    line: str | None,
) -> None:
    machine = Machine(line, film=shown(face()))
    printed = outcome(machine, lambda outside, memory: making.print_card(outside, memory, PRINT_CARD))
    assert isinstance(printed, e.CardNotPrinted)
    assert machine.did == []
    seen = outcome(machine, lambda outside, memory: making.inspect_card(outside, memory, INSPECT_CARD))
    assert isinstance(seen, e.InspectionFailed)
    assert isinstance(outcome(machine, asked(PRINT_CARD)), e.PrintUndecided)


def test_the_visits_own_card_is_written_and_believed() -> None:
    machine = Machine()
    printed = outcome(machine, lambda outside, memory: making.print_card(outside, memory, PRINT_CARD))
    assert printed == e.CardPrinted()
    seen = outcome(machine, lambda outside, memory: making.inspect_card(outside, memory, INSPECT_CARD))
    assert isinstance(seen, e.CardInspected)
    assert seen.matches
    assert outcome(machine, asked(PRINT_CARD)) == e.CardPrinted()


def test_a_printer_that_stands_with_an_error_is_freed_before_it_prints() -> None:
    machine = Machine()
    machine.ready = False
    printed = outcome(machine, lambda outside, memory: making.print_card(outside, memory, PRINT_CARD))
    assert (printed, machine.did) == (e.CardPrinted(), ["reset", "print"])


def test_an_older_visit_learns_that_the_film_is_about_to_be_erased() -> None:
    machine, told = Machine(), list[bytes | None]()

    async def note(film: bytes | None) -> None:
        assert machine.film == b"old", "it is told before"
        told.append(film)

    async def work(outside: Any, memory: Memory) -> e.Event:
        memory.film_found = note
        return await making.print_card(outside, memory, PRINT_CARD)

    assert outcome(machine, work, watched=True) == e.CardPrinted()
    assert told == [None]


@pytest.mark.parametrize("watched", [True, False])
def test_what_the_film_still_shows_is_told_to_an_older_visit_only_of_a_card_in_sight(watched: bool) -> None:
    told = list[bytes | None]()

    async def note(film: bytes | None) -> None:
        told.append(film)

    async def work(outside: Any, memory: Memory) -> e.Event:
        memory.film_found = note
        return await making.prove_machine(outside, memory, f.ProveMachine(free=True))

    assert isinstance(outcome(Machine(), work, watched=watched), e.MachineProven)
    assert told == ([b"old"] if watched else [])


# --- on its way back ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "work", "event"),
    [
        (EXIT, f.PresentCard(), e.CardPresented),
        (MediaPosition.NOT_PRESENT, f.PresentCard(), e.CardTaken),
        (RETAINED, f.RetainCard(), e.CardRetained),
        (MediaPosition.NOT_PRESENT, f.RetainCard(), e.CardTaken),
    ],
)
def test_a_restart_moves_no_card_that_is_where_it_belongs(
    where: MediaPosition, work: f.Effect, event: type[e.Event]
) -> None:
    machine = Machine(where=where)
    assert type(outcome(machine, asked(work))) is event
    assert machine.did == []


@pytest.mark.parametrize("where", [MediaPosition.JAMMED, MediaPosition.UNKNOWN, CHIP, RETAINED])
def test_a_card_that_is_not_at_the_exit_is_not_called_presented_or_taken(where: MediaPosition) -> None:
    for work in (returning.present_card, returning.await_taken):
        assert isinstance(outcome(Machine(where=where), work), e.CardNotReturned)


# --- staff's work on a case --------------------------------------------------------------------------


def again(kind: type[InspectAgain | PrintAgain]) -> InspectAgain | PrintAgain:
    return kind(face(), LINE, known_before(printing()))


def carried_out(machine: Machine, kind: type[InspectAgain | PrintAgain]) -> e.Event:
    """Let staff's order be carried out, with nothing newer on record unless the machine has a record."""
    machine.record = machine.record or printing().record
    work = casework.inspect_again if kind is InspectAgain else casework.print_again
    return outcome(machine, lambda outside, memory: work(outside, memory, again(kind)))  # type: ignore[operator]


def newer_record() -> PermitRecord:
    """Return the record with an endorsement that was issued since, by another machine."""
    record = printing().record
    assert record is not None
    since = replace(face().endorsements[0], control_no="CN99999999")
    return replace(record, endorsements=(*record.endorsements, since))


@pytest.mark.parametrize("kind", [InspectAgain, PrintAgain])
@pytest.mark.parametrize("line", [None, OTHER_LINE])
def test_staffs_work_is_done_with_the_cases_own_card_only(
    kind: type[InspectAgain | PrintAgain], line: str | None
) -> None:
    machine = Machine(line)
    event = carried_out(machine, kind)
    assert isinstance(event, c.CaseFilmNotInspected)
    assert not event.touched
    assert machine.did == ["eject"]


@pytest.mark.parametrize("kind", [InspectAgain, PrintAgain])
def test_a_film_without_the_endorsement_proves_nothing_where_something_newer_was_issued(
    kind: type[InspectAgain | PrintAgain],
) -> None:
    machine = Machine(record=newer_record())
    assert isinstance(carried_out(machine, kind), c.CaseFilmOverwritten)
    assert "print" not in machine.did


def test_staffs_second_print_begins_with_a_look_and_ends_with_one() -> None:
    done = Machine(film=shown(face()))
    assert carried_out(done, PrintAgain) == c.CaseFilmInspected(True, "")
    assert "print" not in done.did
    empty = Machine()
    assert carried_out(empty, PrintAgain) == c.CaseFilmInspected(True, "")
    assert empty.did.count("print") == 1
    failing = Machine()
    failing.prints = False
    assert carried_out(failing, PrintAgain) == c.CaseFilmInspected(False, "another picture")


@pytest.mark.parametrize("where", [CHIP, PRINT, EXIT, MediaPosition.NOT_PRESENT])
def test_a_second_print_that_a_restart_cut_off_is_proven_by_its_film_and_never_refuted_by_it(
    where: MediaPosition,
) -> None:
    """It may have been erased and written half: that the film does not show it is no look of staff's."""
    inside = where in {CHIP, PRINT}
    good = outcome(Machine(where=where, film=shown(face())), asked(again(PrintAgain)))
    assert good == c.CaseFilmInspected(True, "") if inside else isinstance(good, c.CaseFilmNotInspected)
    bad = outcome(Machine(where=where), asked(again(PrintAgain)))
    assert isinstance(bad, c.CaseFilmNotInspected)
    assert bad.touched
