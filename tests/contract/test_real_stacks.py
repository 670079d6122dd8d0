"""The kit's clauses on real stacks and real time; skipped only where the packages are not installed."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.clock import SystemClock
from kiosk.devices.contracts import Completion, Device, DeviceState, Done, Failed, Refused, Unknown
from tests.contract.real_stacks import RealStack, missing, opened
from tests.support.patience import LONG_S


@pytest.fixture(scope="module", params=["pcsc", "ipp"])
def stack(request: pytest.FixtureRequest, specimen_state: Path) -> Iterator[RealStack]:
    lacking = missing(request.param)
    if lacking:
        pytest.skip(lacking)
    with opened(request.param, specimen_state) as running:
        yield running


@asynccontextmanager
async def driven(stack: RealStack) -> AsyncIterator[Device]:
    """Give a new driver that says it is ready."""
    device = stack.device()
    try:
        await ready(device)
        yield device
    finally:
        await device.close()


async def ready(device: Device) -> None:
    async with asyncio.timeout(LONG_S):
        while not (await device.status()).ready:
            await SystemClock().sleep(0.05)


async def works(stack: RealStack, device: Device) -> None:
    await ready(device)
    completion = await stack.command(device, LONG_S)
    assert isinstance(completion, Done), completion


def run(clause: Coroutine[Any, Any, None]) -> None:
    asyncio.run(clause)


def one(completion: Completion[Any]) -> bool:
    return isinstance(completion, Done | Refused | Failed | Unknown)


def test_a_command_ends_in_one_completion(stack: RealStack) -> None:
    async def clause() -> None:
        async with driven(stack) as device:
            await works(stack, device)
            assert (await device.status()).ready

    run(clause())


@pytest.mark.parametrize("deadline", [0.0, 0.03])
def test_a_deadline_is_honoured_and_nothing_late_meets_the_next_command(
    stack: RealStack, deadline: float
) -> None:
    async def clause() -> None:
        async with driven(stack) as device:
            async with asyncio.timeout(LONG_S):  # how late it is, is held in virtual time: `test_clauses.py`
                assert one(await stack.command(device, deadline))
            await works(stack, device)

    run(clause())


@pytest.mark.parametrize("after", [0.0, 0.04])
def test_a_cancelled_command_leaves_the_truth(stack: RealStack, after: float) -> None:
    async def clause() -> None:
        async with driven(stack) as device:
            task = asyncio.ensure_future(stack.command(device, LONG_S))
            await SystemClock().sleep(after)
            task.cancel()
            await asyncio.wait({task})
            assert task.cancelled() or one(task.result())
            await works(stack, device)

    run(clause())


@pytest.mark.parametrize("after", [None, 0.04])
def test_it_goes_away_idle_or_within_a_command_and_comes_back(stack: RealStack, after: float | None) -> None:
    async def clause() -> None:
        async with driven(stack) as device:
            task = None
            if after is not None:
                task = asyncio.ensure_future(stack.command(device, LONG_S))
                await SystemClock().sleep(after)
            await asyncio.to_thread(stack.away)
            if task is not None:
                assert one(await task)
            async with asyncio.timeout(LONG_S):
                while (status := await device.status()).ready:
                    await SystemClock().sleep(0.05)
            assert status.state is not DeviceState.ONLINE
            assert status.faults
            assert not isinstance(await stack.command(device, 5.0), Done)
            await asyncio.to_thread(stack.back)
            await works(stack, device)

    run(clause())


def test_two_commands_at_once_end_in_one_completion_each(stack: RealStack) -> None:
    async def clause() -> None:
        async with driven(stack) as device:
            both = await asyncio.gather(stack.command(device, LONG_S), stack.command(device, LONG_S))
            assert all(one(completion) for completion in both)
            assert sum(isinstance(completion, Done) for completion in both) == 1

    run(clause())


def test_after_close_everything_is_refused(stack: RealStack) -> None:
    async def clause() -> None:
        async with driven(stack) as device:
            await device.close()
            await device.close()
            assert isinstance(await stack.command(device, 5.0), Refused | Failed)
            assert (await device.status()).state is DeviceState.OFFLINE

    run(clause())
