"""Whose card lies in the machine, or in its bin: said as it is known, through sight lost and restarts."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.devices.contracts import Completion, Done, Failed, MediaPosition
from kiosk.diagnostics.case_facts import facts_of
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.whose import Whose
from kiosk.runtime.memory import Memory
from kiosk.runtime.performers.making import own_card
from kiosk.runtime.performers.returning import (
    ask_present,
    ask_retain,
    await_taken,
    present_card,
    retain_card,
)
from kiosk.visit import case_events as c
from kiosk.visit import events as e
from kiosk.visit import slips
from kiosk.visit.invariants import violations
from kiosk.visit.model import CardFate, CaseKind, Step
from tests.diagnostics.test_casework import CLERK
from tests.support.virtual_time import VirtualClock
from tests.visit.world import NOON, Story, specimen, story

BROKEN = Failed(Fault(FailureCode.SCANNER_UNAVAILABLE))
SWAPPED = Fault(FailureCode.CARD_SWAPPED, "another card is inside")


class Machine:
    """A station that does what it is told, and a scanner that reads `line`, or nothing."""

    def __init__(self, line: str | None, where: MediaPosition = MediaPosition.RETAINED) -> None:
        self.line, self.where = line, where
        self.presents = False
        self.patience_s = 0.0

    async def move(self, to: MediaPosition, *, deadline_s: float) -> Completion[MediaPosition]:
        self.patience_s += deadline_s
        return Done(to)

    async def read_line(self, *, deadline_s: float) -> Completion[str]:
        self.patience_s += deadline_s
        return BROKEN if self.line is None else Done(self.line)

    async def retain(self, **_: object) -> Completion[MediaPosition]:
        return Done(MediaPosition.RETAINED) if self.where is MediaPosition.RETAINED else BROKEN

    async def eject(self, **_: object) -> Completion[MediaPosition]:
        return Done(MediaPosition.EXIT) if self.presents else BROKEN

    async def reset(self, *_: object, **__: object) -> Completion[MediaPosition]:
        return BROKEN

    async def wait_taken(self, **_: object) -> Completion[MediaPosition]:
        return BROKEN

    async def locate(self) -> MediaPosition:
        return self.where


def around(machine: Machine) -> Any:
    return SimpleNamespace(devices=SimpleNamespace(station=machine, scanner=machine), clock=VirtualClock())


def memory(*, watched: bool) -> Memory:
    fresh = Memory(lambda: None, lambda: 0.0)
    fresh.card_watched = watched
    return fresh


OWN, OTHER = (specimen(slug).permit for slug in ("chen-xiaoming", "ouyang-jing"))
READ = [
    (OWN.line, Whose.OWN),
    (OTHER.line, Whose.OTHER),
    (OWN.line.replace(OWN.number, OTHER.number), Whose.UNKNOWN),  # its check digits are broken
    ("?" * 30, Whose.UNKNOWN),
    (None, Whose.UNKNOWN),
]


@pytest.mark.parametrize(
    ("watched", "line", "whose"), [(True, None, Whose.OWN), *((False, *read) for read in READ)]
)
def test_what_is_kept_is_said_to_be_whose_it_was_seen_to_be(
    watched: bool, line: str | None, whose: Whose
) -> None:
    machine, remembered = around(Machine(line)), memory(watched=watched)

    async def main() -> list[e.Event]:
        fault = await own_card(machine, remembered, specimen().permit.number)
        assert (fault is None) is (whose is Whose.OWN)
        machine.devices.station.where = MediaPosition.RETAINED
        kept = [await retain_card(machine, remembered), await ask_retain(machine, remembered)]
        machine.devices.station.where = MediaPosition.JAMMED
        lost = [await work(machine, remembered) for work in (retain_card, present_card, await_taken)]
        return [*kept, *lost]

    for event in asyncio.run(main()):
        assert isinstance(event, e.CardRetained | e.CardNotReturned)
        assert event.whose is whose


INSIDE = (MediaPosition.CHIP, MediaPosition.PRINT)


@pytest.mark.parametrize("where", INSIDE)
@pytest.mark.parametrize(("line", "whose"), READ)
def test_after_a_restart_a_card_is_read_on_its_way_out_and_given_back_whatever_it_says(
    where: MediaPosition, line: str | None, whose: Whose
) -> None:
    machine, remembered = Machine(line, where), memory(watched=False)
    remembered.permit_no, machine.presents = OWN.number, True

    async def main() -> e.Event:
        assert await ask_present(around(machine), remembered) == e.CardPresented()
        machine.where = MediaPosition.RETAINED
        return await retain_card(around(machine), remembered)

    assert asyncio.run(main()) == e.CardRetained(whose)
    assert machine.patience_s <= 8.0, "nobody waits longer than that for their card"


@pytest.mark.parametrize(
    ("where", "watched", "permit_no"),
    [
        *((where, False, OWN.number) for where in MediaPosition if where not in INSIDE),
        (MediaPosition.PRINT, True, OWN.number),
        (MediaPosition.PRINT, False, None),
    ],
)
def test_what_cannot_be_read_or_is_known_is_not_moved_to_be_read(
    where: MediaPosition, watched: bool, permit_no: str | None
) -> None:
    machine, remembered = Machine(OTHER.line, where), memory(watched=watched)
    remembered.permit_no, machine.presents = permit_no, True
    assert asyncio.run(present_card(around(machine), remembered)) == e.CardPresented()
    assert machine.patience_s == 0.0


def kept(whose: Whose, fault: Fault | None = None) -> Story:
    """A card that was forgotten at the end, `fault` seen when it was to be printed."""
    told = story().until(Step.PRINTING)
    while fault is not None and told.visit.step is Step.PRINTING:
        told.tell(e.CardNotPrinted(fault), told.folded.pending[0].number)
    told.until(Step.TAKING)
    told.tell(e.CardLeft(), told.folded.pending[0].number)
    told.tell(e.CardRetained(whose), told.folded.pending[0].number)
    told.finish()
    assert violations(told.folded) == ()
    assert told.visit.card is CardFate.RETAINED
    assert told.visit.cases == (CaseKind.CARD_RETAINED,)
    return told


@pytest.mark.parametrize("whose", Whose)
def test_a_case_says_whose_card_is_in_the_bin(whose: Whose) -> None:
    told = kept(whose)
    assert told.visit.whose is whose
    assert len(facts_of(told.visit)) == (whose is not Whose.OWN)
    told.tell(c.CaseClosed(c.CloseReason.HANDED_BACK, CLERK))
    assert facts_of(told.visit) == ()


@pytest.mark.parametrize("after", [Whose.OTHER, Whose.UNKNOWN])
def test_that_another_card_was_seen_is_not_forgotten_by_a_restart(after: Whose) -> None:
    told = kept(after, SWAPPED)
    assert told.visit.whose is Whose.OTHER
    assert "somebody else" in facts_of(told.visit)[0].en


def test_the_slip_tells_the_holder_that_another_card_was_inside() -> None:
    told = story().until(Step.PRINTING)
    while told.visit.step is Step.PRINTING:
        told.tell(e.CardNotPrinted(SWAPPED), told.folded.pending[0].number)
    told.until(Step.SLIP)
    assert slips.slip_of(told.visit, NOON).failure is FailureCode.CARD_SWAPPED
    assert told.visit.refunded


def test_an_inspection_that_met_another_card_leaves_a_case_and_says_why() -> None:
    told = story().until(Step.INSPECTING)
    told.tell(e.InspectionFailed(SWAPPED), told.folded.pending[0].number)
    assert told.visit.whose is Whose.OTHER
    assert CaseKind.PRINT_UNVERIFIED in told.visit.cases


def test_the_own_card_found_again_is_the_own_card() -> None:
    told = story().until(Step.PRINTING)
    told.tell(e.CardNotPrinted(SWAPPED), told.folded.pending[0].number)
    assert told.visit.whose is Whose.OTHER
    told.finish()
    assert told.visit.whose is Whose.OWN
    assert told.visit.card is CardFate.TAKEN
