"""Staff are called by light and tone, judged one at a time, and waited for no longer than is said."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.devices.cabinet_contracts import FlashRate, Light, LightColour, LightSetting, Tone
from kiosk.domain.failure import FailureCode
from kiosk.domain.staff import Claim, Staff, StaffDenial, StaffDenied, StaffIdentity
from kiosk.journal.store import Journal
from kiosk.runtime.guidance import calling, lighting, tone
from kiosk.runtime.memory import StaffTyped
from kiosk.runtime.snapshot import Service, Snapshot
from kiosk.runtime.visit_runner import VisitRunner
from kiosk.visit import events as e
from kiosk.visit.limits import STAFF_CHECK_S, STAFF_COMES_S, WARNING_S
from kiosk.visit.model import Step, Visit
from tests.journal.test_journal_store import Journaled
from tests.runtime.test_visit_runner import outside
from tests.support import virtual_time
from tests.support.virtual_time import START, VirtualClock

PIN = "481516"


@dataclass
class Desk:
    """Knows one colleague; takes a second to judge."""

    clock: VirtualClock
    asked: list[tuple[str, str]] = field(default_factory=list)

    def on_call(self) -> bool:
        return True

    async def identify(self, number: str, pin: str) -> StaffIdentity | StaffDenied:
        self.asked.append((number, pin))
        await self.clock.sleep(1)
        return StaffIdentity(number) if pin == PIN else StaffDenied(StaffDenial.WRONG, number)

    async def vouch(self, claim: Claim) -> Staff | StaffDenied:
        return Staff(claim.by, claim.role)


Act = Callable[[VisitRunner, VirtualClock, Desk], Awaitable[None]]


def called(folder: Path, act: Act) -> VisitRunner:
    """Let an applicant ask for staff, `act` go on in virtual time, and stop."""

    async def main() -> VisitRunner:
        clock = VirtualClock()
        world, desk = outside(clock), Desk(clock)
        world.staff = desk
        told = Journaled(Journal.open(folder))
        told.at = clock.now()
        told.until(Step.RECOGNISING)
        told.tell(e.StaffAsked())
        runner = VisitRunner(world, told.journal, told.folded, lambda: None)
        running = asyncio.ensure_future(runner.run())
        await clock.sleep(0.1)
        await act(runner, clock, desk)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.stop()
        return runner

    return virtual_time.run(main())


def test_the_call_blinks_and_sounds_until_somebody_is_identified() -> None:
    def at(step: Step) -> Snapshot:
        return Snapshot(Service.IN_SERVICE, START, visit=Visit(visit_id="GZ01-1", step=step))

    comparing, waiting, checking = at(Step.RECOGNISING), at(Step.CALLING_STAFF), at(Step.CHECKING_HOLDER)
    assert lighting(waiting)[Light.HELP_NEEDED] == LightSetting(FlashRate.MEDIUM, LightColour.YELLOW)
    assert tone(comparing, waiting) is Tone.ATTENTION
    assert calling(waiting) is Tone.ATTENTION
    for other in (comparing, checking):
        assert lighting(other)[Light.HELP_NEEDED].rate is FlashRate.OFF
        assert calling(other) is None


def test_nobody_comes_and_the_card_goes_back_in_the_time_that_was_said(tmp_path: Path) -> None:
    async def act(runner: VisitRunner, clock: VirtualClock, _: Desk) -> None:
        await clock.sleep(STAFF_COMES_S - WARNING_S - 1)
        assert not runner.warning
        await clock.sleep(2)
        assert runner.warning
        runner.more_time()
        await clock.sleep(STAFF_COMES_S - 1)
        assert runner.visit.step is Step.CALLING_STAFF
        await clock.sleep(2)

    runner = called(tmp_path, act)
    assert runner.visit.ending is not None
    assert runner.visit.ending.code is FailureCode.STAFF_DID_NOT_COME


def test_one_pair_is_judged_at_a_time_and_a_wrong_one_leaves_the_call_standing(tmp_path: Path) -> None:
    async def act(runner: VisitRunner, clock: VirtualClock, desk: Desk) -> None:
        runner.identify_staff("2002", "000000")
        await clock.sleep(0.5)
        assert runner.memory.judging_staff
        runner.identify_staff("2002", "111111")  # a second touch while the first is judged
        await clock.sleep(1)
        assert not runner.memory.judging_staff
        assert runner.visit.staff_denial is StaffDenial.WRONG
        runner.identify_staff("2002", PIN)
        await clock.sleep(1.5)
        assert desk.asked == [("2002", "000000"), ("2002", PIN)]
        assert runner.visit.step is Step.CHECKING_HOLDER
        runner.identify_staff("2002", PIN)
        await clock.sleep(STAFF_CHECK_S + 1)

    runner = called(tmp_path, act)
    assert runner.visit.ending is not None
    assert runner.visit.ending.code is FailureCode.TIMED_OUT
    assert runner.memory.staff_typed.empty()


def test_ending_while_a_pin_is_judged_lets_it_go(tmp_path: Path) -> None:
    async def act(runner: VisitRunner, clock: VirtualClock, _: Desk) -> None:
        runner.identify_staff("2002", PIN)
        await clock.sleep(0.5)
        runner.send(e.Cancelled())
        await clock.sleep(0.1)
        assert not runner.memory.judging_staff
        await clock.sleep(5)

    runner = called(tmp_path, act)
    assert runner.visit.ending is not None
    assert runner.visit.ending.code is FailureCode.CANCELLED
    assert runner.visit.staff_number == ""


@pytest.mark.parametrize("shown", [repr, str])
def test_a_pin_does_not_show_where_it_is_carried(shown: Callable[[object], str]) -> None:
    assert PIN not in shown(StaffTyped("2002", PIN))
