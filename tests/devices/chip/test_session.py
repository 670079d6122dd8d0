"""Reading whole files: what it costs, and what becomes of chips that do as they like."""

import asyncio
import secrets

import pytest

from kiosk.devices.chip.card_folder import Card, Overlong
from kiosk.devices.chip.exchange import ChipFailure, SessionBroken
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.session import NoApplication, Secrets, Session
from kiosk.devices.simulated.specimen_chip import LONG_ATR
from kiosk.domain.chip import TransferCounts
from kiosk.domain.failure import FailureCode
from tests.devices.chip.cards import LINE, ChipInHand, card_of_sizes, long_card, sized

REFERENCE_SET = {
    ChipFile.SOD: 1934,
    ChipFile.DG1: 93,
    ChipFile.DG11: 139,
    ChipFile.DG2: 20038,
}
"""The set of 22,228 bytes without the 24 of EF.COM, which nobody reads where the signed list says all."""

PAYLOAD = 22_204
LONG_WITHOUT_SIZES = bytes.fromhex("3B85800180738001C0B6")


async def read_all(
    link: ChipInHand, files: dict[ChipFile, int]
) -> tuple[TransferCounts, dict[ChipFile, bytes]]:
    session = Session(link, secrets.token_bytes)
    await session.open(Secrets(LINE))
    found = {file: await session.read_file(file) for file in files}
    return session.counts, {file: raw for file, raw in found.items() if raw is not None}


def cost(card: Card) -> TransferCounts:
    counts, files = asyncio.run(read_all(ChipInHand(card), REFERENCE_SET))
    assert files == {file: sized(file, size) for file, size in REFERENCE_SET.items()}
    assert counts.payload_bytes == PAYLOAD
    return counts


def test_short_answers_cost_no_more_than_they_must() -> None:
    counts = cost(card_of_sizes(REFERENCE_SET))
    assert counts.apdus <= 102
    assert counts.wire_bytes / counts.payload_bytes <= 1.19


@pytest.mark.parametrize(
    ("atr", "info", "answer_bytes"),
    [(LONG_WITHOUT_SIZES, None, 4096), (LONG_ATR, 8192, 8192), (LONG_ATR, 65536, 65536)],
    ids=["by the answer to reset alone", "8 KiB", "whole files"],
)
def test_long_answers_cost_no_more_than_they_must(atr: bytes, info: int | None, answer_bytes: int) -> None:
    counts = cost(long_card(REFERENCE_SET, atr, info, answer_bytes))
    assert counts.apdus <= 12
    assert counts.wire_bytes / counts.payload_bytes <= 1.03


@pytest.mark.parametrize("overlong", Overlong)
@pytest.mark.parametrize("truth", [256, 600, 2000])
def test_chips_that_claim_more_than_they_can_do(overlong: Overlong, truth: int) -> None:
    """One that takes long commands is measured within the session; one that does not has broken it."""
    link = ChipInHand(long_card(REFERENCE_SET, LONG_ATR, 65536, truth, overlong))
    if truth == 256:
        assert isinstance(failure(link), SessionBroken)
        return
    counts = cost(long_card(REFERENCE_SET, LONG_ATR, 65536, truth, overlong))
    assert counts.apdus <= 110
    assert counts.wire_bytes / counts.payload_bytes <= 1.21


def test_after_a_broken_session_short_answers_are_asked_for_alone() -> None:
    card = long_card(REFERENCE_SET, LONG_ATR, 65536, 256)

    async def read() -> TransferCounts:
        session = Session(ChipInHand(card), secrets.token_bytes, cautious=True)
        await session.open(Secrets(LINE))
        for file in REFERENCE_SET:
            await session.read_file(file)
        return session.counts

    assert asyncio.run(read()).apdus <= 102 + 2  # everything is selected by name


@pytest.mark.parametrize("size", [2, 200, 230, 231, 232, 462, 463, 32_768, 33_000, 70_000])
def test_files_of_every_awkward_size(size: int) -> None:
    file = {ChipFile.DG2: size}
    _, files = asyncio.run(read_all(ChipInHand(card_of_sizes(file)), file))
    assert files == {ChipFile.DG2: sized(ChipFile.DG2, size)}


def test_progress_of_a_file_rises_to_the_end() -> None:
    seen: list[float] = []

    async def read() -> None:
        session = Session(ChipInHand(card_of_sizes({ChipFile.DG2: 5000})), secrets.token_bytes)
        await session.open(Secrets(LINE))
        await session.read_file(ChipFile.DG2, seen.append)

    asyncio.run(read())
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def failure(link: ChipInHand, file: ChipFile = ChipFile.DG2, line: str = LINE) -> ChipFailure:
    async def read() -> None:
        session = Session(link, secrets.token_bytes)
        await session.open(Secrets(line))
        await session.read_file(file)

    with pytest.raises(ChipFailure) as caught:
        asyncio.run(read())
    return caught.value


def test_another_line_is_refused() -> None:
    problem = failure(ChipInHand(card_of_sizes({ChipFile.DG2: 500})), line="CSCA00000015<3411218<8507158<6")
    assert problem.fault.code is FailureCode.CHIP_ACCESS_DENIED
    assert "6300" in problem.fault.detail


def test_a_card_of_another_kind() -> None:
    link = ChipInHand(card_of_sizes({ChipFile.DG2: 500}), lambda _, answer: b"\x6a\x82")
    assert isinstance(failure(link), NoApplication)


@pytest.mark.parametrize("at", [3, 4, 5, 6])
@pytest.mark.parametrize("answer", [b"", b"\x90", b"\x69\x82", b"\x6f\x00", bytes(20) + b"\x90\x00"])
def test_a_chip_that_answers_nonsense_ends_the_session(at: int, answer: bytes) -> None:
    link = ChipInHand(card_of_sizes({ChipFile.DG2: 500}), lambda n, true: answer if n == at else true)
    code = failure(link).fault.code
    assert code in (FailureCode.CHIP_UNREADABLE, FailureCode.CHIP_ACCESS_DENIED)
    assert len(link.commands) == at


def test_a_spoilt_answer_may_be_tried_again_from_the_start() -> None:
    link = ChipInHand(
        card_of_sizes({ChipFile.DG2: 500}),
        lambda n, answer: answer[:-3] + b"\x00" + answer[-2:] if n == 6 else answer,
    )
    assert isinstance(failure(link), SessionBroken)


@pytest.mark.parametrize(
    "content",
    ["", "75", "7584FFFFFFFF00", "758400050000", "6105AABBCCDDEE", "7580"],
    ids=["empty", "tag only", "huge", "too large", "another tag", "indefinite"],
)
def test_files_that_are_not_what_they_should_be(content: str) -> None:
    card = Card({ChipFile.DG2.short_id: bytes.fromhex(content)}, LINE)
    problem = failure(ChipInHand(card))
    assert problem.fault.code is FailureCode.CHIP_UNREADABLE


def test_a_file_that_ends_before_its_length() -> None:
    card = Card({ChipFile.DG2.short_id: sized(ChipFile.DG2, 1000)[:600]}, LINE)
    assert failure(ChipInHand(card)).fault.code is FailureCode.CHIP_UNREADABLE
