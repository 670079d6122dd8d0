"""The PC/SC driver over a real pcscd with the virtual reader: reading, and everything that goes wrong."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kiosk.clock import SystemClock
from kiosk.devices.chip import pcsc_reader
from kiosk.devices.chip.card_folder import Behaviour
from kiosk.devices.chip.pcsc_reader import PcscChipReader
from kiosk.devices.contracts import (
    Completion,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
)
from kiosk.devices.simulated.pcscd_stack import READER, PcscdStack, StackUnavailable
from kiosk.devices.simulated.specimen_chip import LONG_ANSWER
from kiosk.domain.chip import ChipReading
from kiosk.domain.failure import FailureCode
from tests.devices.chip.cards import SPECIMENS
from tests.support.patience import LONG_S

CHEN, LI = SPECIMENS["chen-xiaoming"], SPECIMENS["li-fu"]
SILENCE_S = 1.5
"""Of the chip that does fall silent. No other has to answer in any time, however busy the machine is."""

pytestmark = pytest.mark.usefixtures("patient")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the driver wait for service and card as long as it takes."""
    monkeypatch.setattr(pcsc_reader, "_FIRST_LOOK_S", LONG_S)
    monkeypatch.setattr(pcsc_reader, "_PRESENCE_S", LONG_S)


@asynccontextmanager
async def driver(
    made: Path, name: str | None = None, silence_s: float = LONG_S
) -> AsyncIterator[PcscChipReader]:
    reader = PcscChipReader(SystemClock(), made / "trust", reader=name, silence_s=silence_s)
    try:
        yield reader
    finally:
        await reader.close()


async def ready(reader: PcscChipReader) -> None:
    """Wait for the driver to say that it is ready, as the runtime does: by its changes."""
    changed = asyncio.Event()
    unsubscribe = reader.subscribe(changed.set)
    async with asyncio.timeout(LONG_S):
        while not (await reader.status()).ready:
            await changed.wait()
            changed.clear()
    unsubscribe()


def permit(made: Path, slug: str) -> Path:
    return made / "permits" / slug


def failed(completion: Completion[ChipReading], *codes: FailureCode) -> str:
    assert isinstance(completion, Failed), completion
    assert completion.fault.code in codes, completion
    return completion.fault.detail


def play(story: Coroutine[object, object, None]) -> None:
    asyncio.run(story)


def test_a_permit_is_read_again_and_again(stack: PcscdStack, made: Path) -> None:
    async def story() -> None:
        async with driver(made) as reader:
            await ready(reader)
            await asyncio.to_thread(stack.plug, permit(made, CHEN.slug))
            for _ in range(3):
                completion = await reader.read(CHEN.permit.line, deadline_s=LONG_S)
                assert isinstance(completion, Done)
                assert completion.value.permit == CHEN.permit
                assert completion.value.genuine
            assert await reader.reset(MediaAction.KEEP, deadline_s=1.0) == Done(MediaPosition.CHIP)

    play(story())


def test_another_line_opens_nothing_and_harms_nothing(stack: PcscdStack, made: Path) -> None:
    async def story() -> None:
        stack.plug(permit(made, LI.slug))
        async with driver(made) as reader:
            failed(await reader.read(CHEN.permit.line, deadline_s=LONG_S), FailureCode.CHIP_ACCESS_DENIED)
            assert isinstance(await reader.read(LI.permit.line, deadline_s=LONG_S), Done)

    play(story())


@pytest.mark.parametrize("commands", [1, 3, 30])
def test_a_card_pulled_in_the_middle(stack: PcscdStack, made: Path, commands: int) -> None:
    async def story() -> None:
        stack.plug(permit(made, CHEN.slug), Behaviour(pulled_after=commands))
        async with driver(made) as reader:
            completion = await reader.read(CHEN.permit.line, deadline_s=LONG_S)
            failed(completion, FailureCode.CARD_REMOVED, FailureCode.CHIP_UNREADABLE)

    play(story())


def test_a_card_pulled_between_two_commands_is_known_to_be_gone(
    stack: PcscdStack, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pcsc_reader, "_SETTLE_S", LONG_S)

    async def story() -> None:
        stack.plug(permit(made, CHEN.slug))

        def pull(part: float) -> None:
            if part > 0.4:
                stack.unplug()

        async with driver(made) as reader:
            completion = await reader.read(CHEN.permit.line, deadline_s=LONG_S, progress=pull)
            failed(completion, FailureCode.CARD_REMOVED)

    play(story())


def test_a_mute_card_blocks_nobody(stack: PcscdStack, made: Path) -> None:
    async def story() -> None:
        stack.plug(permit(made, CHEN.slug), Behaviour(mute_after=20))
        async with driver(made, silence_s=SILENCE_S) as reader:
            failed(await reader.read(CHEN.permit.line, deadline_s=LONG_S), FailureCode.CHIP_MUTE)
            held = await reader.status()
            assert held.state is DeviceState.HARDWARE_ERROR
            assert "take it out" in held.faults[0].detail
            await asyncio.to_thread(stack.plug, permit(made, LI.slug))
            await ready(reader)
            assert isinstance(await reader.read(LI.permit.line, deadline_s=LONG_S), Done)

    play(story())


def test_a_card_swapped_within_the_services_blink_never_passes_for_the_first(
    stack: PcscdStack, made: Path
) -> None:
    """The service sees no removal, or sees it late: a broken session and another answer to reset tell."""

    async def story() -> None:
        stack.plug(permit(made, CHEN.slug))
        swapped = False

        def swap(part: float) -> None:
            nonlocal swapped
            if part > 0.4 and not swapped:
                swapped = True
                stack.swap(permit(made, LI.slug))

        async with driver(made) as reader:
            completion = await reader.read(CHEN.permit.line, deadline_s=LONG_S, progress=swap)
            failed(
                completion,
                FailureCode.CARD_REMOVED,
                FailureCode.CHIP_ACCESS_DENIED,
                FailureCode.CHIP_UNREADABLE,
            )
            other = await reader.read(LI.permit.line, deadline_s=LONG_S)
            if isinstance(other, Failed):  # the service noticed the swap after all, and only now
                failed(other, FailureCode.CARD_REMOVED)
                other = await reader.read(LI.permit.line, deadline_s=LONG_S)
            assert isinstance(other, Done)
            assert other.value.permit == LI.permit

    play(story())


def test_a_chip_that_lies_about_long_answers_is_read_with_short_ones(
    stack: PcscdStack, made: Path, tmp_path: Path
) -> None:
    liar = tmp_path / "liar"
    shutil.copytree(permit(made, LI.slug), liar)
    description = liar / "specimen.toml"
    description.write_text(
        description.read_text().replace(f"answer_bytes = {LONG_ANSWER}", "answer_bytes = 256")
    )

    async def story() -> None:
        stack.plug(liar)
        async with driver(made) as reader:
            completion = await reader.read(LI.permit.line, deadline_s=LONG_S)
            assert isinstance(completion, Done)
            assert completion.value.genuine
            assert completion.value.counts.apdus > 80

    play(story())


def test_the_access_number_opens_the_chip_and_a_wrong_one_does_not(stack: PcscdStack, made: Path) -> None:
    async def story() -> None:
        stack.plug(permit(made, LI.slug))
        async with driver(made) as reader:
            number = LI.permit.number[-6:]
            completion = await reader.read(LI.permit.line, deadline_s=LONG_S, can=number)
            assert isinstance(completion, Done)
            assert "CAN" in completion.value.checks[0].detail
            wrong = await reader.read(LI.permit.line, deadline_s=LONG_S, can="999999")
            failed(wrong, FailureCode.CHIP_ACCESS_DENIED)
            none = await reader.read(LI.permit.line, deadline_s=LONG_S, can="number")
            assert isinstance(none, Refused)

    play(story())


def test_a_reader_that_comes_back_under_another_name_is_the_reader(stack: PcscdStack, made: Path) -> None:
    if not stack.private:
        pytest.skip("the machine's own pcscd is not ours to stop")

    async def story() -> None:
        async with driver(made) as reader:
            await ready(reader)
            await asyncio.to_thread(stack.stop)
            await asyncio.to_thread(stack.start, "Replaced Reader")
            await ready(reader)
            await asyncio.to_thread(stack.plug, permit(made, CHEN.slug))
            assert isinstance(await reader.read(CHEN.permit.line, deadline_s=LONG_S), Done)

    play(story())


def test_the_service_dies_in_the_middle_and_comes_back(stack: PcscdStack, made: Path) -> None:
    if not stack.private:
        pytest.skip("the machine's own pcscd is not ours to stop")

    async def story() -> None:
        stack.plug(permit(made, CHEN.slug))
        async with driver(made) as reader:
            await ready(reader)

            def crash(part: float) -> None:
                if part > 0.4:
                    stack.crash()

            completion = await reader.read(CHEN.permit.line, deadline_s=LONG_S, progress=crash)
            assert "pcscd" in failed(completion, FailureCode.READER_UNAVAILABLE)
            await asyncio.to_thread(stack.stop)
            refused = await reader.read(CHEN.permit.line, deadline_s=LONG_S)
            assert isinstance(refused, Refused)
            assert "systemctl start pcscd" in refused.fault.detail
            await asyncio.to_thread(stack.start)
            await ready(reader)
            await asyncio.to_thread(stack.plug, permit(made, LI.slug))
            assert isinstance(await reader.read(LI.permit.line, deadline_s=LONG_S), Done)

    play(story())


def test_a_service_that_does_not_run_is_named_with_the_remedy(stack: PcscdStack, made: Path) -> None:
    if not stack.private:
        pytest.skip("the machine's own pcscd is not ours to stop")

    async def story() -> None:
        await asyncio.to_thread(stack.stop)
        async with driver(made) as reader:
            status = await reader.status()
            assert status.state is DeviceState.OFFLINE
            assert status.faults[0].code is FailureCode.READER_UNAVAILABLE
            assert isinstance(await reader.reset(MediaAction.KEEP, deadline_s=1.0), Failed)

    play(story())


def test_a_read_that_was_given_up_leaves_the_chip_fresh(stack: PcscdStack, made: Path) -> None:
    async def story() -> None:
        stack.plug(permit(made, CHEN.slug))
        async with driver(made) as reader:
            task: asyncio.Task[Completion[ChipReading]]

            def give_up(part: float) -> None:
                if part > 0.5:
                    task.cancel()

            task = asyncio.ensure_future(
                reader.read(
                    CHEN.permit.line,
                    deadline_s=LONG_S,
                    progress=give_up,
                )
            )
            with pytest.raises(asyncio.CancelledError):
                await task
            await ready(reader)
            assert isinstance(await reader.read(CHEN.permit.line, deadline_s=LONG_S), Done)

    play(story())


def test_only_the_wanted_reader_is_used(stack: PcscdStack, made: Path) -> None:
    async def story() -> None:
        stack.plug(permit(made, CHEN.slug))
        async with driver(made, READER) as reader:
            assert isinstance(await reader.read(CHEN.permit.line, deadline_s=LONG_S), Done)

    if not stack.private:
        pytest.skip("the machine's readers have other names")
    play(story())


def test_one_stack_in_a_process(stack: PcscdStack) -> None:
    with pytest.raises(StackUnavailable, match="already open"), PcscdStack():
        pass


def test_a_folder_that_is_no_card_is_not_plugged(stack: PcscdStack, tmp_path: Path) -> None:
    with pytest.raises(StackUnavailable, match="no file of a chip"):
        stack.plug(tmp_path)
