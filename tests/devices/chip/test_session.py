"""Reading whole files: what it costs, and what becomes of chips that do as they like."""

import asyncio
import secrets

import pytest

from kiosk.devices.chip.card_folder import Card
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.session import ChipFailure, NoApplication, Session, SessionBroken
from kiosk.domain.chip import TransferCounts
from kiosk.domain.failure import FailureCode
from tests.devices.chip.cards import LINE, ChipInHand, card_of_sizes, sized

REFERENCE_SET = {
    ChipFile.COM: 24,
    ChipFile.SOD: 1934,
    ChipFile.DG1: 93,
    ChipFile.DG11: 139,
    ChipFile.DG2: 20038,
}


async def read_all(
    link: ChipInHand, files: dict[ChipFile, int]
) -> tuple[TransferCounts, dict[ChipFile, bytes]]:
    session = Session(link, secrets.token_bytes)
    await session.select()
    assert await session.open(LINE) == "BAC"
    found = {file: await session.read_file(file) for file in files}
    return session.counts, {file: raw for file, raw in found.items() if raw is not None}


def test_the_reference_set_costs_no_more_than_it_must() -> None:
    counts, files = asyncio.run(read_all(ChipInHand(card_of_sizes(REFERENCE_SET)), REFERENCE_SET))
    assert files == {file: sized(file, size) for file, size in REFERENCE_SET.items()}
    assert counts.payload_bytes == 22_228
    assert counts.apdus <= 102
    assert counts.wire_bytes / counts.payload_bytes <= 1.19


@pytest.mark.parametrize("size", [2, 200, 230, 231, 232, 462, 463, 32_768, 33_000, 70_000])
def test_files_of_every_awkward_size(size: int) -> None:
    file = {ChipFile.DG2: size}
    _, files = asyncio.run(read_all(ChipInHand(card_of_sizes(file)), file))
    assert files == {ChipFile.DG2: sized(ChipFile.DG2, size)}


def test_progress_of_a_file_rises_to_the_end() -> None:
    seen: list[float] = []

    async def read() -> None:
        session = Session(ChipInHand(card_of_sizes({ChipFile.DG2: 5000})), secrets.token_bytes)
        await session.select()
        await session.open(LINE)
        await session.read_file(ChipFile.DG2, seen.append)

    asyncio.run(read())
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def failure(link: ChipInHand, file: ChipFile = ChipFile.DG2, line: str = LINE) -> ChipFailure:
    async def read() -> None:
        session = Session(link, secrets.token_bytes)
        await session.select()
        await session.open(line)
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


@pytest.mark.parametrize("at", [2, 3, 4, 5])
@pytest.mark.parametrize("answer", [b"", b"\x90", b"\x69\x82", b"\x6f\x00", bytes(20) + b"\x90\x00"])
def test_a_chip_that_answers_nonsense_ends_the_session(at: int, answer: bytes) -> None:
    link = ChipInHand(card_of_sizes({ChipFile.DG2: 500}), lambda n, true: answer if n == at else true)
    code = failure(link).fault.code
    assert code in (FailureCode.CHIP_UNREADABLE, FailureCode.CHIP_ACCESS_DENIED)
    assert len(link.commands) == at


def test_a_spoilt_answer_may_be_tried_again_from_the_start() -> None:
    link = ChipInHand(
        card_of_sizes({ChipFile.DG2: 500}),
        lambda n, answer: answer[:-3] + b"\x00" + answer[-2:] if n == 5 else answer,
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
