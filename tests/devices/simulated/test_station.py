"""The simulated card station: every way a card can go, and every way that can go wrong."""

import asyncio
from pathlib import Path

import pytest

from kiosk.devices.contracts import (
    DeviceName,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Orientation,
    Refused,
    Unknown,
)
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.mechanism import BIN_CAPACITY, Mechanism, Picture
from kiosk.devices.simulated.state_files import StateFolder
from kiosk.devices.upkeep import Counted, Counter, Level
from kiosk.domain.failure import FailureCode, Fault
from tests.devices.bench import LI, WU, place, running
from tests.support.virtual_time import VirtualClock, run

STATION = DeviceName.STATION


def test_a_card_goes_in_through_and_out(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path, pace=1.0) as machine:
            waiting = asyncio.ensure_future(machine.station.accept(deadline_s=60))
            await machine.pace.clock.sleep(10)
            assert machine.mechanism.state().entry_open
            machine.mechanism.insert(LI)
            assert await waiting == Done(Orientation.RIGHT)
            assert not machine.mechanism.state().entry_open
            assert await machine.station.move(MediaPosition.PRINT, deadline_s=5) == Done(MediaPosition.PRINT)
            assert await machine.station.eject(deadline_s=5) == Done(MediaPosition.EXIT)
            taking = asyncio.ensure_future(machine.station.wait_taken(deadline_s=60))
            await machine.pace.clock.sleep(3)
            machine.mechanism.take()
            assert await taking == Done(MediaPosition.NOT_PRESENT)
            assert await machine.station.locate() is MediaPosition.NOT_PRESENT

    run(visit())


def test_the_orientation_is_told(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            machine.mechanism.insert(LI, Orientation.UPSIDE_DOWN)
            assert await machine.station.accept(deadline_s=5) == Done(Orientation.UPSIDE_DOWN)

    run(visit())


def test_a_change_by_another_process_is_noticed(tmp_path: Path) -> None:
    async def visit() -> float:
        async with running(tmp_path) as machine:
            waiting = asyncio.ensure_future(machine.station.accept(deadline_s=60))
            await machine.pace.clock.sleep(5)
            other = Mechanism(StateFolder(tmp_path / "devices"), tmp_path / "permits")
            other.insert(LI)
            assert await waiting == Done(Orientation.RIGHT)
            return machine.pace.clock.monotonic()

    assert 5.0 <= run(visit()) <= 5.3


def test_nobody_comes(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            completion = await machine.station.accept(deadline_s=30)
            assert isinstance(completion, Failed)
            assert completion.fault.code is FailureCode.TIMED_OUT
            assert not machine.mechanism.state().entry_open

    run(visit())


def test_a_card_pulled_out_at_once_is_a_false_start(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path, pace=1.0) as machine:
            waiting = asyncio.ensure_future(machine.station.accept(deadline_s=60))
            for _ in range(3):
                await machine.pace.clock.sleep(1)
                machine.mechanism.insert(LI)
                await machine.pace.clock.sleep(0.5)
                machine.mechanism.take()
            machine.mechanism.insert(WU)
            assert await waiting == Done(Orientation.RIGHT)
            assert machine.mechanism.state().card == WU

    run(visit())


def test_a_half_card_is_not_drawn_in(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            machine.mechanism.push_half(LI)
            completion = await machine.station.accept(deadline_s=20)
            assert isinstance(completion, Failed)
            assert await machine.station.locate() is MediaPosition.ENTRY
            assert await machine.station.eject(deadline_s=5) == Done(MediaPosition.EXIT)

    run(visit())


def test_a_second_visitor_waits_until_the_way_is_free(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_EXIT)
            assert isinstance(await machine.station.accept(deadline_s=5), Refused)

    run(visit())


def test_a_card_pulled_while_it_moves_is_said_so(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path, pace=1.0) as machine:
            place(machine.mechanism, Picture.AT_CHIP)
            moving = asyncio.ensure_future(machine.station.move(MediaPosition.PRINT, deadline_s=5))
            await machine.pace.clock.sleep(0.5)
            machine.mechanism.pull()
            completion = await moving
            assert isinstance(completion, Failed)
            assert completion.fault.code is FailureCode.CARD_REMOVED

    run(visit())


@pytest.mark.parametrize(
    ("fault", "picture"), [("jam_on_eject", Picture.AT_CHIP), ("jam_on_move", Picture.AT_ENTRY)]
)
def test_a_jam_stays_until_a_reset_frees_it(tmp_path: Path, fault: str, picture: Picture) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, picture)
            machine.faults.arm(STATION, fault)
            go = machine.station.eject if fault == "jam_on_eject" else machine.station.retain
            assert await go(deadline_s=5) == Failed(Fault(FailureCode.CARD_JAMMED))
            assert (await machine.station.status()).state is DeviceState.HARDWARE_ERROR
            assert isinstance(await machine.station.eject(deadline_s=5), Refused)
            assert await machine.station.locate() is MediaPosition.JAMMED
            freed = await machine.station.reset(MediaAction.EJECT, deadline_s=5)
            assert freed == Done(MediaPosition.EXIT)
            assert (await machine.station.status()).ready

    run(visit())


def test_an_unknown_position_is_no_absence(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_CHIP)
            machine.faults.arm(STATION, "unknown_position")
            assert await machine.station.locate() is MediaPosition.UNKNOWN
            assert (await machine.station.status()).state is DeviceState.UNKNOWN
            assert isinstance(await machine.station.eject(deadline_s=5), Refused)
            assert await machine.station.reset(MediaAction.KEEP, deadline_s=5) == Done(MediaPosition.CHIP)

    run(visit())


def test_a_lasting_unknown_position_outlives_a_reset(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_CHIP)
            machine.faults.arm(STATION, "unknown_position", FaultMode.UNTIL_CLEARED)
            assert isinstance(await machine.station.reset(MediaAction.EJECT, deadline_s=5), Failed)

    run(visit())


def test_a_stuck_motor_is_known_not_to_have_moved(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path, pace=1.0) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            machine.faults.arm(STATION, "stuck")
            assert isinstance(await machine.station.eject(deadline_s=8), Failed)
            assert machine.pace.clock.monotonic() == pytest.approx(8.0)
            assert await machine.station.locate() is MediaPosition.PRINT

    run(visit())


def test_a_card_that_nobody_takes_is_retained_and_counted(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path, pace=1.0) as machine:
            place(machine.mechanism, Picture.AT_EXIT)
            left = await machine.station.wait_taken(deadline_s=120)
            assert isinstance(left, Failed)
            assert left.fault.code is FailureCode.CARD_LEFT
            assert await machine.station.retain(deadline_s=5) == Done(MediaPosition.RETAINED)
            assert await machine.station.retained_count() == 1
            (room,) = await machine.station.consumables()
            assert (room.left, room.level) == (BIN_CAPACITY - 1, Level.FULL)
            assert Counter(Counted.CARDS_RETAINED, 1) in await machine.station.counters()
            assert await machine.station.locate() is MediaPosition.RETAINED
            machine.mechanism.insert(WU)
            assert await machine.station.accept(deadline_s=5) == Done(Orientation.RIGHT)

    run(visit())


def test_a_full_bin_takes_no_more(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            for _ in range(BIN_CAPACITY):
                place(machine.mechanism, Picture.RETAINED)
            place(machine.mechanism, Picture.AT_EXIT)
            assert await machine.station.retain(deadline_s=5) == Refused(Fault(FailureCode.RETAIN_BIN_FULL))
            assert (await machine.station.status()).faults == (Fault(FailureCode.RETAIN_BIN_FULL),)
            machine.mechanism.empty_bin()
            assert (await machine.station.status()).ready

    run(visit())


@pytest.mark.parametrize("action", MediaAction)
def test_a_reset_without_a_card_finds_none(tmp_path: Path, action: MediaAction) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            assert await machine.station.reset(action, deadline_s=5) == Done(MediaPosition.NOT_PRESENT)

    run(visit())


def test_going_off_line_while_waiting_is_unknown(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_EXIT)
            taking = asyncio.ensure_future(machine.station.wait_taken(deadline_s=60))
            await machine.pace.clock.sleep(1)
            machine.faults.arm(STATION, "offline", FaultMode.UNTIL_CLEARED)
            assert isinstance(await taking, Unknown)
            assert await machine.station.locate() is MediaPosition.UNKNOWN

    run(visit())


def test_a_place_a_card_is_not_moved_to_is_a_mistake(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            with pytest.raises(ValueError, match="eject or retain"):
                await machine.station.move(MediaPosition.EXIT, deadline_s=5)

    run(visit())


def test_the_clock_of_the_bench_is_virtual() -> None:
    async def show() -> float:
        clock = VirtualClock()
        await clock.sleep(3600)
        return clock.monotonic()

    assert run(show()) == pytest.approx(3600)
