"""The contract kit: the clauses of `kiosk/devices/contracts.py`, held against every driver there is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.assembly import registry
from kiosk.devices.capabilities import METHODS, Capabilities, DeviceCapabilities
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    DeviceStatus,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
    Unknown,
)
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.upkeep import Consumable, ConsumableKind, Level, Maintained
from kiosk.domain.failure import FailureCode
from tests.contract.entries import ENTRIES
from tests.contract.peers import Peers
from tests.contract.subjects import HOLDER, SUBJECTS, Bench, Subject, chip_reader
from tests.devices.bench import running
from tests.support.virtual_time import run

LONG_S = 120.0
ANSWER_S = 2.5
"""Within this much virtual time a status must be had, reachable device or not."""

NAMES = set(DeviceName)

every_command = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
every_device = pytest.mark.parametrize(
    "subject",
    {subject.name.split(".")[0]: subject for subject in SUBJECTS}.values(),
    ids=lambda subject: subject.name.split(".")[0],
)

ROOT = Path(__file__).resolve().parents[2]
USING_UP = {DeviceName.STATION, DeviceName.PRINTER, DeviceName.SLIP, DeviceName.DOCUMENT}
"""Devices that something runs out in: paper, toner, film, room in the bin."""

every_device_that_uses_up = pytest.mark.parametrize(
    "subject",
    {
        subject.name.split(".")[0]: subject
        for subject in SUBJECTS
        if ENTRIES[subject.name.split(".")[0]].device in USING_UP
    }.values(),
    ids=lambda subject: subject.name.split(".")[0],
)


@asynccontextmanager
async def bench(state: Path, pace: float = 0.0) -> AsyncIterator[Bench]:
    async with running(state, pace) as machine:
        chip = chip_reader(state, machine)
        peers = Peers(machine)
        await peers.start()
        try:
            yield Bench(machine, chip, peers)
        finally:
            await peers.close()
            await chip.close()


async def _status(subject: Subject, on: Bench) -> DeviceStatus:
    async with asyncio.timeout(ANSWER_S):
        return await subject.device(on).status()


async def _capabilities(subject: Subject, on: Bench) -> DeviceCapabilities:
    async with asyncio.timeout(ANSWER_S):
        return await subject.device(on).capabilities()


def _announced(subject: Subject) -> Capabilities:
    """Return what the driver's entry says of every device that it makes, whatever its settings."""
    entry = ENTRIES[subject.name.split(".")[0]]
    if not (entry.driver.endswith(".py") or registry.is_shipped(entry.device, entry.driver)):
        return frozenset()
    told = registry.find(entry.device, entry.driver, ROOT).capabilities
    return told if isinstance(told, frozenset) else frozenset()


async def _is_well_told(device: Maintained) -> None:
    """What is used up has a level that fits its count, and every count is one."""
    async with asyncio.timeout(ANSWER_S):
        consumables, counters = await device.consumables(), await device.counters()
    assert all(map(_fits, consumables)), consumables
    assert all(counter.count >= 0 for counter in counters)
    assert len({counter.what for counter in counters}) == len(counters)


def _fits(one: Consumable) -> bool:
    if one.left is None:
        return True
    if one.left < 0 or one.level is Level.UNKNOWN:
        return False
    if one.kind is ConsumableKind.WASTE or one.threshold is None:  # it fills up, or its device alone decides
        return True
    return (one.level in {Level.LOW, Level.OUT}) == (one.left <= one.threshold)


def _is_one_completion(completion: Completion[Any]) -> bool:
    if isinstance(completion, Refused | Failed | Unknown):
        return isinstance(completion.fault.code, FailureCode)
    return isinstance(completion, Done)


@every_command
@pytest.mark.parametrize("pace", [0.0, 1.0])
def test_a_command_ends_in_one_completion(subject: Subject, pace: float, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path, pace) as on:
            subject.prepare(on)
            completion = await subject.call(on)(LONG_S)
            assert isinstance(completion, Done), completion
            assert (await _status(subject, on)).ready

    run(clause())


@every_command
@pytest.mark.parametrize("deadline", [0.0, 0.05, 1.0])
def test_a_deadline_is_honoured(subject: Subject, deadline: float, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path, pace=10.0) as on:
            subject.prepare(on)
            began = on.machine.pace.clock.monotonic()
            completion = await subject.call(on)(deadline)
            assert _is_one_completion(completion)
            assert on.machine.pace.clock.monotonic() - began <= deadline + 0.01
            await _status(subject, on)

    run(clause())


@every_command
@pytest.mark.parametrize("after", [0.0, 0.3, 2.2])
def test_a_cancelled_command_leaves_the_truth(subject: Subject, after: float, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path, pace=1.0) as on:
            subject.prepare(on)
            task = asyncio.ensure_future(subject.call(on)(LONG_S))
            await on.machine.pace.clock.sleep(after)
            task.cancel()
            await asyncio.wait({task})
            assert task.cancelled() or _is_one_completion(task.result())
            assert await on.machine.station.locate() is on.machine.mechanism.state().position
            status = await _status(subject, on)
            # A card still being made and a printer still restarting are said to be just that.
            assert status.ready or status.state in {DeviceState.BUSY, DeviceState.OFFLINE}
            assert status.state is not DeviceState.OFFLINE or subject.name == "printer.reset"
            await on.machine.pace.clock.sleep(45)
            assert (await _status(subject, on)).ready

    run(clause())


@every_command
def test_after_a_cancel_the_command_can_be_given_again(subject: Subject, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path, pace=1.0) as on:
            subject.prepare(on)
            task = asyncio.ensure_future(subject.call(on)(LONG_S))
            await on.machine.pace.clock.sleep(0.2)
            task.cancel()
            await asyncio.wait({task})
            await on.machine.pace.clock.sleep(45)
            subject.prepare(on)
            completion = await subject.call(on)(LONG_S)
            assert isinstance(completion, Done), completion

    run(clause())


@every_command
def test_a_device_off_line_does_nothing_and_says_so(subject: Subject, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path) as on:
            subject.prepare(on)
            before = on.machine.mechanism.state()
            on.arm(subject.device(on).name, subject.offline, FaultMode.UNTIL_CLEARED)
            completion = await subject.call(on)(10.0)
            assert not isinstance(completion, Done)
            assert on.machine.mechanism.state() == before
            status = await _status(subject, on)
            assert status.state in {DeviceState.OFFLINE, DeviceState.UNKNOWN}
            assert status.faults
            assert not status.ready

    run(clause())


@every_command
def test_a_device_that_comes_back_works_again(subject: Subject, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path) as on:
            subject.prepare(on)
            name = subject.device(on).name
            on.arm(name, subject.offline, FaultMode.UNTIL_CLEARED)
            await subject.call(on)(5.0)
            on.clear(name)
            subject.prepare(on)
            completion = await subject.call(on)(LONG_S)
            assert isinstance(completion, Done), completion

    run(clause())


@every_command
@pytest.mark.parametrize("after", [0.0, 0.4, 2.0])
def test_unplugged_within_a_command_and_back(subject: Subject, after: float, tmp_path: Path) -> None:
    """Whenever the plug is pulled: one completion, the truth, and work again when it is back."""

    async def clause() -> None:
        async with bench(tmp_path, pace=1.0) as on:
            subject.prepare(on)
            name = subject.device(on).name
            task = asyncio.ensure_future(subject.call(on)(LONG_S))
            await on.machine.pace.clock.sleep(after)
            under_way = not task.done()
            on.arm(name, subject.offline, FaultMode.UNTIL_CLEARED)
            completion = await task
            assert _is_one_completion(completion)
            if subject.loses_line is not None:
                assert not (under_way and isinstance(completion, Done)), "nobody could say so"
            await on.machine.pace.clock.sleep(0.5)
            assert not (await _status(subject, on)).ready
            on.clear(name)
            await on.machine.pace.clock.sleep(45)
            assert (await _status(subject, on)).ready
            subject.prepare(on)
            completion = await subject.call(on)(LONG_S)
            assert isinstance(completion, Done), completion

    run(clause())


@every_command
def test_what_comes_after_the_deadline_is_nobodys_answer(subject: Subject, tmp_path: Path) -> None:
    """The device finishes late; the next command gets its own completion, not the one of before."""

    async def clause() -> None:
        async with bench(tmp_path, pace=1.0) as on:
            subject.prepare(on)
            late = await subject.call(on)(0.25)
            assert _is_one_completion(late)
            if not isinstance(late, Done):
                at_once = await subject.call(on)(0.05)
                assert not isinstance(at_once, Done), "the answer to the command before"
            await on.machine.pace.clock.sleep(60)
            subject.prepare(on)
            completion = await subject.call(on)(LONG_S)
            assert isinstance(completion, Done), completion

    run(clause())


@pytest.mark.parametrize(
    "subject", [subject for subject in SUBJECTS if subject.loses_line], ids=lambda subject: subject.name
)
def test_a_lost_line_is_unknown_and_the_card_is_not_gone(subject: Subject, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path) as on:
            subject.prepare(on)
            assert subject.loses_line is not None
            on.arm(subject.device(on).name, subject.loses_line)
            assert isinstance(await subject.call(on)(LONG_S), Unknown)
            assert await on.machine.station.locate() is on.machine.mechanism.state().position

    run(clause())


def test_a_station_that_cannot_be_asked_never_says_gone(tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path) as on:
            on.machine.mechanism.insert(HOLDER)
            on.arm(DeviceName.STATION, "offline", FaultMode.UNTIL_CLEARED)
            assert await on.machine.station.locate() is MediaPosition.UNKNOWN
            on.clear_all()
            await on.machine.station.close()
            assert await on.machine.station.locate() is MediaPosition.UNKNOWN

    run(clause())


@every_command
def test_after_close_everything_is_refused(subject: Subject, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path) as on:
            subject.prepare(on)
            await subject.device(on).close()
            await subject.device(on).close()  # closing twice is closing
            completion = await subject.call(on)(5.0)
            assert isinstance(completion, Refused | Failed)
            assert (await _status(subject, on)).state is DeviceState.OFFLINE

    run(clause())


@every_command
def test_closing_ends_a_running_command(subject: Subject, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path, pace=1.0) as on:
            subject.prepare(on)
            task = asyncio.ensure_future(subject.call(on)(LONG_S))
            await on.machine.pace.clock.sleep(0.1)
            await subject.device(on).close()
            assert _is_one_completion(await task)

    run(clause())


@every_command
def test_two_commands_at_once_end_in_one_completion_each(subject: Subject, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path, pace=1.0) as on:
            subject.prepare(on)
            both = await asyncio.gather(*(subject.call(on)(LONG_S) for _ in range(2)))
            assert all(_is_one_completion(completion) for completion in both)
            assert any(isinstance(completion, Done) for completion in both)

    run(clause())


@every_device
@pytest.mark.parametrize("action", MediaAction)
def test_reset_ends_in_a_known_place(subject: Subject, action: MediaAction, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path) as on:
            subject.prepare(on)
            completion = await subject.device(on).reset(action, deadline_s=30.0)
            if isinstance(completion, Done):
                assert completion.value is not MediaPosition.UNKNOWN
            else:
                assert isinstance(completion, Refused)  # e.g. a printer has no bin to retain in
            assert (await _status(subject, on)).ready

    run(clause())


@every_device
def test_listeners_hear_of_changes_until_they_unsubscribe(subject: Subject, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path) as on:
            heard: list[float] = []
            device = subject.device(on)
            unsubscribe = device.subscribe(lambda: heard.append(on.machine.pace.clock.monotonic()))
            await on.machine.pace.clock.sleep(1.5)
            heard.clear()
            on.arm(device.name, subject.offline, FaultMode.UNTIL_CLEARED)
            await on.machine.pace.clock.sleep(5)
            assert heard
            unsubscribe()
            heard.clear()
            on.clear_all()
            await on.machine.pace.clock.sleep(5)
            assert not heard
            unsubscribe()  # once more does no harm

    run(clause())


@every_device
def test_what_it_can_do_is_said_ready_away_and_closed(subject: Subject, tmp_path: Path) -> None:
    """The driver's entry promises no more, and for each capability there is the command."""

    async def clause() -> None:
        async with bench(tmp_path) as on:
            device = subject.device(on)
            able = (await _capabilities(subject, on)).can
            assert able
            assert able >= _announced(subject)
            assert all(hasattr(device, METHODS[one]) for one in able)
            on.arm(device.name, subject.offline, FaultMode.UNTIL_CLEARED)
            assert (await _capabilities(subject, on)).can == able
            await device.close()
            assert (await _capabilities(subject, on)).can == able

    run(clause())


@every_device_that_uses_up
def test_what_runs_out_is_told_with_its_threshold(subject: Subject, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path) as on:
            device = subject.device(on)
            assert isinstance(device, Maintained)
            await _is_well_told(device)
            on.arm(device.name, subject.offline, FaultMode.UNTIL_CLEARED)
            await _is_well_told(device)
            await device.close()
            await _is_well_told(device)

    run(clause())


@every_device
def test_a_device_has_its_name_and_never_passes_for_real(subject: Subject, tmp_path: Path) -> None:
    async def clause() -> None:
        async with bench(tmp_path) as on:
            assert subject.device(on).name in NAMES
            assert (await _status(subject, on)).simulated

    run(clause())


def test_every_contract_has_a_driver_in_the_kit(tmp_path: Path) -> None:
    async def clause() -> set[str]:
        async with bench(tmp_path) as on:
            return {subject.device(on).name for subject in SUBJECTS}

    assert run(clause()) == NAMES
