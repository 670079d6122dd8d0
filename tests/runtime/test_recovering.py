"""A start asks before it acts, nothing is booked before it is through, and no bug goes unheard."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.authority.contract import Approved, Unreachable
from kiosk.devices.contracts import Completion, Done, Failed, MediaPosition, Orientation
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order
from kiosk.journal.store import Journal
from kiosk.runtime import health, visit_runner
from kiosk.runtime.kiosk import Kiosk
from kiosk.runtime.memory import Memory
from kiosk.runtime.order_time import order_left_s
from kiosk.runtime.performers.authority import apply
from kiosk.runtime.stray import StrayCards
from kiosk.runtime.visit_runner import InvariantBroken, VisitRunner
from kiosk.simulation.virtual_time import VirtualClock, run
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.model import CardFate, Step
from tests.journal.test_journal_store import Journaled

AWAY = Fault(FailureCode.AUTHORITY_UNREACHABLE)


@dataclass
class Station:
    """A card at the exit that is taken when it is let go; `did` is what the motor was told.

    Attributes:
        resets_to: where a reset brings the card.
    """

    where: MediaPosition = MediaPosition.EXIT
    resets_to: MediaPosition = MediaPosition.EXIT
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    did: list[str] = field(default_factory=list)
    listeners: list[Callable[[], None]] = field(default_factory=list)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    async def locate(self) -> MediaPosition:
        return self.where

    async def eject(self, **_: object) -> Completion[MediaPosition]:
        self.did.append("eject")
        return Done(MediaPosition.EXIT)

    async def reset(self, *_: object, **__: object) -> Completion[MediaPosition]:
        self.did.append("reset")
        return Done(self.resets_to)

    async def wait_taken(self, **_: object) -> Completion[None]:
        self.did.append("wait")
        await self.taken.wait()
        self.where = MediaPosition.NOT_PRESENT
        return Done(None)

    async def accept(self, **_: object) -> Completion[Orientation]:
        await asyncio.Event().wait()
        return Failed(AWAY)


def outside(station: Station) -> Any:
    devices = SimpleNamespace(station=station, payment_scanner=None, all=lambda: ())
    return SimpleNamespace(clock=VirtualClock(), devices=devices, channels={})


def left_open(folder: Path, step: Step, clock: VirtualClock) -> Journaled:
    """Return a visit that an earlier start left at a step."""
    told = Journaled(Journal.open(folder))
    told.at = clock.now()
    told.until(step)
    return told


@pytest.fixture(autouse=True)
def _in_service(monkeypatch: pytest.MonkeyPatch) -> None:
    async def well(*_: object) -> None:
        return None

    monkeypatch.setattr(health, "out_of_service", well)


def test_a_start_asks_where_the_card_is_and_is_through_only_when_the_visit_is(tmp_path: Path) -> None:
    async def main() -> None:
        station = Station()
        world = outside(station)
        told = left_open(tmp_path, Step.PRESENTING, world.clock)
        kiosk = Kiosk(world, told.journal, "GZ01")
        recovering = asyncio.ensure_future(kiosk.recover())
        await world.clock.sleep(5.0)
        assert station.did == ["wait"]
        assert not kiosk.recovered
        station.taken.set()
        await recovering
        assert kiosk.recovered
        assert told.journal.fold(told.id).visit.card is CardFate.TAKEN
        await kiosk.stop()

    run(main())


@pytest.mark.parametrize("set_by_s", [-3 * 86400.0, -30.0, 0.0, 86400.0])
def test_after_a_restart_no_order_lives_longer_than_its_whole_time_whatever_the_clock_says(
    set_by_s: float,
) -> None:
    async def main() -> float:
        clock = VirtualClock()
        order = Order("K1", Channel.WECHAT, Fen(1500), clock.now(), clock.now() + timedelta(minutes=2), "")
        clock.jump(set_by_s)
        return order_left_s(clock, Memory(lambda: None, clock.monotonic), order)

    assert run(main()) == (120.0 if set_by_s <= 0.0 else 0.0)


def test_a_bug_beside_a_machine_that_waits_ends_the_machine(tmp_path: Path) -> None:
    async def broken() -> None:
        raise ZeroDivisionError

    async def main() -> None:
        world = outside(Station(where=MediaPosition.NOT_PRESENT))
        kiosk = Kiosk(world, Journal.open(tmp_path), "GZ01")
        running = asyncio.ensure_future(kiosk.run())
        await world.clock.sleep(5.0)
        with suppress(ZeroDivisionError):
            await kiosk.beside(broken())
        with pytest.raises(ZeroDivisionError):
            async with asyncio.timeout(60.0):
                await running
        await kiosk.stop()

    run(main())


def test_books_that_do_not_agree_end_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit_runner, "violations", lambda _: ("a payment was booked twice",))

    async def main() -> None:
        world = outside(Station())
        told = left_open(tmp_path, Step.CONFIRMING, world.clock)
        runner = VisitRunner(world, told.journal, told.folded, lambda: None)
        runner.send(e.OrderConfirmed())
        with pytest.raises(InvariantBroken, match="booked twice"):
            await runner.run()
        await runner.stop()

    run(main())


@pytest.mark.parametrize("where", [MediaPosition.NOT_PRESENT, MediaPosition.UNKNOWN])
def test_a_card_that_was_out_of_sight_is_not_taken_for_the_visits_own(
    tmp_path: Path, where: MediaPosition
) -> None:
    async def main() -> None:
        station = Station(where=MediaPosition.CHIP)
        world = outside(station)
        told = left_open(tmp_path, Step.IDENTIFYING, world.clock)
        runner = VisitRunner(world, told.journal, told.folded, lambda: None)
        runner.memory.card_watched = True
        running = asyncio.ensure_future(runner.run())
        for seen in (MediaPosition.CHIP, where):
            assert runner.memory.card_watched
            station.where = seen
            await world.clock.sleep(0.1)
            for listener in station.listeners:
                listener()
            await world.clock.sleep(0.1)
        assert not runner.memory.card_watched
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.stop()

    run(main())


def test_a_stray_card_that_does_not_reach_the_exit_is_not_waited_for() -> None:
    async def main() -> None:
        station = Station(where=MediaPosition.CHIP, resets_to=MediaPosition.PRINT)
        assert not await StrayCards(outside(station)).give_back()
        assert station.did == ["reset"]

    run(main())


@pytest.mark.parametrize("heard", [(True, False), (False, True)])
def test_an_application_that_may_have_been_heard_once_was_sent(heard: tuple[bool, bool]) -> None:
    answers = [Unreachable(AWAY, sent=sent) for sent in heard]

    class Authority:
        async def apply(self, *_: object) -> Approved | Unreachable:
            return answers.pop(0) if answers else Unreachable(AWAY, sent=False)

    async def main() -> e.Event:
        world = outside(Station())
        world.authority = Authority()
        return await apply(world, f.Apply("r", "C1", (), world.clock.now().date()))

    assert run(main()) == e.ApplicationUndecided(AWAY, sent=True)
