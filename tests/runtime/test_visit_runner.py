"""The applicant's time: warning, more time, time-out; asking at once; bugs that are not swallowed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk.devices.contracts import MediaPosition
from kiosk.domain.failure import FailureCode
from kiosk.journal.store import Journal
from kiosk.payments.contract import Pending, Settled
from kiosk.runtime import visit_runner
from kiosk.runtime.memory import Memory
from kiosk.runtime.performers.payment import watch_payment
from kiosk.runtime.visit_runner import VisitRunner
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.limits import CHOICE_S, WARNING_S
from kiosk.visit.model import Step
from tests.journal.test_journal_store import Journaled
from tests.support import virtual_time
from tests.support.virtual_time import VirtualClock
from tests.visit.world import payment


class Station:
    """A station that never reports anything."""

    def subscribe(self, _listener: Callable[[], None]) -> Callable[[], None]:
        return lambda: None


def outside(clock: VirtualClock, **channels: object) -> SimpleNamespace:
    return SimpleNamespace(clock=clock, devices=SimpleNamespace(station=Station()), channels=channels)


def at_step(folder: Path, step: Step, world: SimpleNamespace) -> VisitRunner:
    told = Journaled(Journal.open(folder))
    told.at = world.clock.now()
    told.until(step)
    return VisitRunner(world, told.journal, told.folded, lambda: None)


Act = Callable[[VisitRunner, VirtualClock], Awaitable[None]]


def play(folder: Path, step: Step, act: Act) -> VisitRunner:
    """Put a runner at a step, let `act` go on in virtual time, and stop it."""

    async def main() -> VisitRunner:
        clock = VirtualClock()
        runner = at_step(folder, step, outside(clock))
        running = asyncio.ensure_future(runner.run())
        await act(runner, clock)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.stop()
        return runner

    return virtual_time.run(main())


def test_the_warning_comes_in_time_and_the_visit_ends_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit_runner, "perform", _nothing)

    async def act(runner: VisitRunner, clock: VirtualClock) -> None:
        await clock.sleep(CHOICE_S - WARNING_S - 1)
        assert not runner.warning
        await clock.sleep(2)
        assert runner.warning
        assert runner.visit.step is Step.IDENTIFYING
        await clock.sleep(WARNING_S)
        assert runner.visit.step is Step.PRESENTING

    runner = play(tmp_path, Step.IDENTIFYING, act)
    assert runner.visit.ending is not None
    assert runner.visit.ending.code is FailureCode.TIMED_OUT


def test_time_can_be_extended_as_often_as_wanted(tmp_path: Path) -> None:
    async def act(runner: VisitRunner, clock: VirtualClock) -> None:
        for _ in range(30):
            await clock.sleep(CHOICE_S - 1)
            assert runner.warning
            runner.more_time()
            await clock.sleep(0.5)
            assert not runner.warning
            assert runner.visit.step is Step.CHOOSING_DESTINATION

    play(tmp_path, Step.CHOOSING_DESTINATION, act)


def test_touching_the_screen_counts_until_the_warning_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit_runner, "perform", _nothing)

    async def act(runner: VisitRunner, clock: VirtualClock) -> None:
        await clock.sleep(CHOICE_S - WARNING_S - 1)
        runner.activity()
        await clock.sleep(CHOICE_S - WARNING_S - 1)
        assert not runner.warning
        await clock.sleep(2)
        assert runner.warning
        runner.activity()
        assert runner.warning
        await clock.sleep(WARNING_S)
        assert runner.visit.step is Step.PRESENTING

    play(tmp_path, Step.CONFIRMING, act)


def test_steps_that_wait_for_the_machine_have_no_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit_runner, "perform", _nothing)

    async def act(runner: VisitRunner, clock: VirtualClock) -> None:
        await clock.sleep(24 * 3600)
        assert runner.deadline is None
        assert runner.visit.step is Step.PRINTING

    play(tmp_path, Step.PRINTING, act)


class Network:
    """A payment channel that is paid by the time it is asked a second time."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.asked_at: list[float] = []
        self.runner: VisitRunner | None = None

    async def query(self, _order: object) -> Pending | Settled:
        self.asked_at.append(self.clock.monotonic())
        assert self.runner is not None
        return Settled(payment(self.runner.visit)) if len(self.asked_at) > 1 else Pending()


def test_i_have_paid_asks_the_network_at_once(tmp_path: Path) -> None:
    async def main() -> None:
        clock = VirtualClock()
        network = Network(clock)
        world = outside(clock, alipay=network)
        network.runner = at_step(tmp_path, Step.PAYING, world)
        memory = Memory(lambda: None, clock.monotonic)
        order = network.runner.visit.orders[-1]
        watching = asyncio.ensure_future(watch_payment(world, memory, f.WatchPayment(order)))
        await clock.sleep(0.1)
        for _ in range(2):
            pressed = clock.monotonic()
            memory.ask_now.set()
            await clock.sleep(0.01)
            assert network.asked_at[-1] - pressed < 0.01
        assert isinstance(await watching, e.PaymentSettled)

    virtual_time.run(main())


def test_a_bug_in_a_performer_ends_the_program_and_is_not_swallowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> e.Event:
        raise ZeroDivisionError

    monkeypatch.setattr(visit_runner, "perform", lambda *_: broken())

    async def main() -> None:
        clock = VirtualClock()
        runner = at_step(tmp_path, Step.CONFIRMING, outside(clock))
        runner.send(e.OrderConfirmed())
        with pytest.raises(ZeroDivisionError):
            await runner.run()
        await runner.stop()

    virtual_time.run(main())


class Sensors:
    """A station of which a test says when it changes, and what comes of looking then."""

    def __init__(self, look: Callable[[], Awaitable[MediaPosition]]) -> None:
        self.locate = look
        self.changed: Callable[[], None] = lambda: None

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        self.changed = listener
        return lambda: None


async def _unseen() -> MediaPosition:
    raise ZeroDivisionError


def test_a_bug_in_the_look_for_the_card_ends_the_program(tmp_path: Path) -> None:
    async def main() -> None:
        world, station = outside(VirtualClock()), Sensors(_unseen)
        world.devices.station = station
        runner = at_step(tmp_path, Step.CONFIRMING, world)
        running = asyncio.ensure_future(runner.run())
        await world.clock.sleep(1)
        station.changed()
        with pytest.raises(ZeroDivisionError):
            await running
        await runner.stop()

    virtual_time.run(main())


def test_a_look_under_way_is_awaited_by_a_stop(tmp_path: Path) -> None:
    async def main() -> None:
        ended: list[str] = []

        async def look() -> MediaPosition:
            try:
                return await asyncio.Future()
            finally:
                ended.append("look")

        world, station = outside(VirtualClock()), Sensors(look)
        world.devices.station = station
        runner = at_step(tmp_path, Step.CONFIRMING, world)
        running = asyncio.ensure_future(runner.run())
        await world.clock.sleep(1)
        station.changed()
        await world.clock.sleep(1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.stop()
        assert ended == ["look"]

    virtual_time.run(main())


def test_a_bug_in_a_look_that_outlives_the_visit_is_heard_all_the_same(tmp_path: Path) -> None:
    async def main() -> None:
        clock = VirtualClock()

        async def look_late() -> MediaPosition:
            await clock.sleep(5)
            raise ZeroDivisionError

        world, station = outside(clock), Sensors(look_late)
        world.devices.station = station
        runner = at_step(tmp_path, Step.IDENTIFYING, world)
        running = asyncio.ensure_future(runner.run())
        await clock.sleep(1)
        station.changed()
        runner.send(e.CardRemoved())
        await running
        assert runner.folded.over
        with pytest.raises(ZeroDivisionError):
            await runner.finish()

    virtual_time.run(main())


async def _forever() -> e.Event:
    await asyncio.Event().wait()
    raise AssertionError("nothing sets it")


def _nothing(*_: object) -> Awaitable[e.Event]:
    """Carry nothing out: the effect never answers."""
    return _forever()


def test_the_time_left_is_told_from_the_work_itself() -> None:
    now = [0.0]
    memory = Memory(lambda: None, lambda: now[0])
    assert memory.remaining_s(40.0) is None
    memory.report(0.0)
    assert memory.remaining_s(40.0) == 40.0
    now[0] = 5.0
    memory.report(0.5)
    assert memory.remaining_s(40.0) == pytest.approx(5.0)
    memory.report(2.0)
    assert memory.progress == 1.0
    assert timedelta(seconds=memory.remaining_s(40.0) or 0.0) == timedelta(0)
