"""The driver's rules on a scripted PC/SC: no service is needed, and errors come that vpcd never makes."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.clock import SystemClock
from kiosk.devices.chip import pcsc_monitor, pcsc_reader, pcsc_service
from kiosk.devices.chip.card_folder import Card, load_card
from kiosk.devices.chip.pcsc_reader import PcscChipReader
from kiosk.devices.chip.pcsc_service import Context
from kiosk.devices.contracts import Completion, DeviceState, Done, Failed, Refused
from kiosk.domain.chip import ChipReading
from kiosk.domain.failure import FailureCode
from tests.devices.chip.cards import SPECIMENS
from tests.devices.chip.scripted_pcsc import (
    OK,
    READER_GONE,
    REFUSED,
    SERVICE_GONE,
    SHARED,
    TOO_SMALL,
    ScriptedScard,
)
from tests.support.patience import LONG_S

LI, CHEN, OUYANG = (SPECIMENS[slug] for slug in ("li-fu", "chen-xiaoming", "ouyang-jing"))
SILENCE_S = 1.0
"""Of a chip that does fall silent."""

Story = Callable[[PcscChipReader], Awaitable[None]]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> ScriptedScard:
    scripted = ScriptedScard()
    monkeypatch.setattr(pcsc_service, "scard", scripted)
    monkeypatch.setattr(pcsc_monitor, "_PAUSE_S", 0.02)
    monkeypatch.setattr(pcsc_reader, "_SETTLE_S", 0.1)
    monkeypatch.setattr(Context, "admitted", False)
    monkeypatch.setattr(Context, "socket", None)
    return scripted


@pytest.fixture
def li(made: Path) -> Card:
    return load_card(made / "permits" / LI.slug)


@asynccontextmanager
async def driver(made: Path, silence_s: float) -> AsyncIterator[PcscChipReader]:
    reader = PcscChipReader(SystemClock(), made / "trust", silence_s=silence_s)
    try:
        yield reader
    finally:
        await reader.close()


def play(made: Path, story: Story, silence_s: float = LONG_S) -> None:
    async def act() -> None:
        async with driver(made, silence_s) as reader:
            await story(reader)

    asyncio.run(act())


async def until(reader: PcscChipReader, condition: Callable[[DeviceState], bool]) -> None:
    changed = asyncio.Event()
    unsubscribe = reader.subscribe(changed.set)
    async with asyncio.timeout(LONG_S):
        while not condition((await reader.status()).state):
            await changed.wait()
            changed.clear()
    unsubscribe()


async def read_li(reader: PcscChipReader) -> Completion[ChipReading]:
    return await reader.read(LI.permit.line, deadline_s=LONG_S)


def fault(completion: Completion[ChipReading]) -> tuple[FailureCode, str]:
    assert isinstance(completion, Failed | Refused), completion
    return completion.fault.code, completion.fault.detail


def test_a_card_in_any_reader_is_read_and_left_reset(service: ScriptedScard, made: Path, li: Card) -> None:
    service.plug("Another maker's reader 01 00", li)

    async def story(reader: PcscChipReader) -> None:
        assert isinstance(await read_li(reader), Done)
        assert isinstance(await read_li(reader), Done)

    play(made, story)


def test_polkit_refusing_the_user_is_named(service: ScriptedScard, made: Path, li: Card) -> None:
    service.insert(li)
    service.establish = REFUSED

    async def story(reader: PcscChipReader) -> None:
        status = await reader.status()
        assert status.state is DeviceState.OFFLINE
        assert "org.debian.pcsc-lite.access_pcsc" in status.faults[0].detail
        code, detail = fault(await read_li(reader))
        assert code is FailureCode.READER_UNAVAILABLE
        assert "polkit" in detail
        service.break_down(OK)
        await until(reader, lambda state: state is DeviceState.ONLINE)
        assert isinstance(await read_li(reader), Done)

    play(made, story)


def test_polkit_refusing_the_card_alone_is_named(service: ScriptedScard, made: Path, li: Card) -> None:
    service.insert(li)
    service.connecting = REFUSED

    async def story(reader: PcscChipReader) -> None:
        code, detail = fault(await read_li(reader))
        assert code is FailureCode.READER_UNAVAILABLE
        assert "polkit" in detail

    play(made, story)


def test_a_card_that_another_program_holds(service: ScriptedScard, made: Path, li: Card) -> None:
    service.insert(li)
    service.connecting = SHARED
    play(made, lambda reader: _expect(reader, "another program"))


async def _expect(reader: PcscChipReader, words: str) -> None:
    code, detail = fault(await read_li(reader))
    assert code is FailureCode.READER_UNAVAILABLE
    assert words in detail


def test_a_reader_unplugged_in_the_middle_comes_back_under_another_name(
    service: ScriptedScard, made: Path, li: Card
) -> None:
    service.insert(li)

    def unplug(command: bytes) -> bytes | int:
        if len(service.commands) == 12:
            service.unplug()
            return READER_GONE
        return b""

    service.twist = unplug

    async def story(reader: PcscChipReader) -> None:
        code, detail = fault(await read_li(reader))
        assert code is FailureCode.READER_UNAVAILABLE
        assert "unplugged" in detail
        await until(reader, lambda state: state is DeviceState.NO_DEVICE)
        service.twist = None
        service.plug("Replaced 07 00", li)
        await until(reader, lambda state: state is DeviceState.ONLINE)
        assert isinstance(await read_li(reader), Done)

    play(made, story)


def test_the_service_ends_in_the_middle_and_comes_back(service: ScriptedScard, made: Path, li: Card) -> None:
    service.insert(li)

    def end(command: bytes) -> bytes | int:
        if len(service.commands) == 12:
            service.break_down(SERVICE_GONE)
            return SERVICE_GONE
        return b""

    service.twist = end

    async def story(reader: PcscChipReader) -> None:
        code, detail = fault(await read_li(reader))
        assert code is FailureCode.READER_UNAVAILABLE
        assert "systemctl start pcscd" in detail
        await until(reader, lambda state: state is DeviceState.OFFLINE)
        service.break_down(OK)
        await until(reader, lambda state: state is DeviceState.ONLINE)
        assert isinstance(await read_li(reader), Done)

    play(made, story)


def test_a_reader_that_carries_no_long_answers(service: ScriptedScard, made: Path, li: Card) -> None:
    """The chip takes long commands, the reader between does not: the second attempt does without."""
    service.insert(li)
    service.twist = lambda command: TOO_SMALL if command[4:5] == b"\0" and len(command) > 6 else b""

    async def story(reader: PcscChipReader) -> None:
        completion = await read_li(reader)
        assert isinstance(completion, Done)
        assert completion.value.genuine
        assert completion.value.counts.apdus > 80

    play(made, story)


def test_a_swap_that_the_service_counts_fails_the_read(
    service: ScriptedScard, made: Path, li: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pcsc_reader, "_SETTLE_S", LONG_S)
    service.insert(li)

    def swap(command: bytes) -> bytes | int:
        if len(service.commands) == 12:
            service.remove()
            service.insert(li)
        return b""

    service.twist = swap

    async def story(reader: PcscChipReader) -> None:
        assert fault(await read_li(reader))[0] is FailureCode.CARD_REMOVED

    play(made, story)


@pytest.mark.parametrize("other", [CHEN, OUYANG], ids=["other answer to reset", "same answer to reset"])
def test_a_swap_that_nobody_counts_never_mixes_two_cards(
    service: ScriptedScard, made: Path, other: object
) -> None:
    first = load_card(made / "permits" / (LI.slug if other is CHEN else SPECIMENS["wu-jianhua"].slug))
    second = load_card(made / "permits" / (CHEN.slug if other is CHEN else OUYANG.slug))
    service.insert(first)

    def swap(command: bytes) -> bytes | int:
        if len(service.commands) == 12:
            service.insert(second)
            service.slots["Reader 00 00"].events -= 1
        return b""

    service.twist = swap

    async def story(reader: PcscChipReader) -> None:
        code, _ = fault(await reader.read(first.line, deadline_s=LONG_S))
        assert code in (FailureCode.CARD_REMOVED, FailureCode.CHIP_ACCESS_DENIED)
        assert isinstance(await reader.read(second.line, deadline_s=LONG_S), Done)

    play(made, story)


def test_a_silent_chip_is_left_behind_until_it_is_taken_out(
    service: ScriptedScard, made: Path, li: Card
) -> None:
    service.insert(li)
    service.twist = lambda command: _fall_silent(service)

    async def story(reader: PcscChipReader) -> None:
        assert fault(await read_li(reader))[0] is FailureCode.CHIP_MUTE
        assert (await reader.status()).state is DeviceState.HARDWARE_ERROR
        service.silent, service.twist = False, None
        service.remove()
        service.insert(li)
        await until(reader, lambda state: state is DeviceState.ONLINE)
        assert isinstance(await read_li(reader), Done)

    play(made, story, SILENCE_S)


def test_a_reader_is_told_free_when_its_card_is_let_go_after_the_swap_was_seen(
    service: ScriptedScard, made: Path, li: Card
) -> None:
    service.insert(li)
    service.twist = lambda command: _fall_silent(service)

    async def story(reader: PcscChipReader) -> None:
        assert fault(await read_li(reader))[0] is FailureCode.CHIP_MUTE
        swapped = asyncio.Event()
        reader.subscribe(swapped.set)
        service.disconnects.clear()
        service.silent, service.twist = False, None
        service.remove()
        service.insert(li)
        await asyncio.wait_for(swapped.wait(), LONG_S)
        assert (await reader.status()).state is DeviceState.HARDWARE_ERROR
        service.disconnects.set()
        await until(reader, lambda state: state is DeviceState.ONLINE)

    play(made, story, SILENCE_S)


def _fall_silent(service: ScriptedScard) -> bytes:
    service.silent = len(service.commands) == 9
    return b""


def test_a_technicians_card_in_another_reader_is_passed_over(
    service: ScriptedScard, made: Path, li: Card
) -> None:
    service.insert(replace(li, files={}, master_files={}))
    service.twist = lambda command: b"\x6a\x82" if command[1] == 0xA4 and len(service.commands) < 4 else b""
    service.plug("Second reader 01 00", li)

    async def story(reader: PcscChipReader) -> None:
        assert isinstance(await read_li(reader), Done)

    play(made, story)


def test_pace_that_is_signed_but_was_not_found_is_looked_for_again(
    service: ScriptedScard, made: Path, li: Card
) -> None:
    """Some chips have the application selected from the start and know EF.CardAccess only by its name."""
    service.insert(li)
    service.twist = lambda command: b"\x6a\x82" if command == bytes.fromhex("00B09C0000") else b""

    async def story(reader: PcscChipReader) -> None:
        completion = await read_li(reader)
        assert isinstance(completion, Done)
        assert completion.value.protocol == "PACE"
        assert completion.value.genuine

    play(made, story)


def test_a_chip_that_says_more_than_it_can_do(service: ScriptedScard, made: Path, tmp_path: Path) -> None:
    liar = tmp_path / "liar"
    shutil.copytree(made / "permits" / LI.slug, liar)
    card = load_card(liar)
    service.insert(replace(card, traits=replace(card.traits, answer_bytes=256)))

    async def story(reader: PcscChipReader) -> None:
        completion = await read_li(reader)
        assert isinstance(completion, Done)
        assert completion.value.genuine

    play(made, story)
