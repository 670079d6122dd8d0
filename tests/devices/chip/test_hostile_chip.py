"""Chips that mean harm: whatever they answer, the read ends by itself with a named failure."""

import asyncio
import random
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.devices.chip.apdu import SECURE, Command, Response
from kiosk.devices.chip.capabilities import CAUTIOUS_STEP
from kiosk.devices.chip.card_folder import Card, load_card
from kiosk.devices.chip.exchange import MOST_COMMANDS, ChipFailure, SessionBroken
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.reading import read_chip
from kiosk.devices.chip.secure_messaging import SecureChannel
from kiosk.devices.chip.session import Secrets, Session
from kiosk.devices.chip.trust_store import TrustStore, load_trust_store
from kiosk.devices.chip.virtual_files import VirtualFiles
from kiosk.domain.chip import ChipReading
from kiosk.domain.failure import FailureCode
from tests.devices.chip.cards import LINE, SPECIMENS, ChipInHand, card_of_sizes
from tests.support.virtual_time import START

Twist = Callable[[int, bytes], bytes]
CODES = {FailureCode.CHIP_UNREADABLE, FailureCode.CHIP_ACCESS_DENIED}


def read_dg2(link: ChipInHand) -> bytes | None:
    async def read() -> bytes | None:
        session = Session(link, secrets.token_bytes)
        await session.open(Secrets(LINE))
        return await session.read_file(ChipFile.DG2)

    return asyncio.run(read())


def ended(link: ChipInHand, match: str) -> None:
    with pytest.raises(ChipFailure, match=match) as caught:
        read_dg2(link)
    assert caught.value.fault.code in CODES


@pytest.mark.parametrize("at", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("body", [b"", bytes(256)], ids=["of nothing", "of zeros"])
def test_an_answer_continued_for_ever(at: int, body: bytes) -> None:
    card = card_of_sizes({ChipFile.DG2: 5000})
    link = ChipInHand(card, lambda n, true: body + b"\x61\x00" if n >= at else true)
    ended(link, "answer without end")
    assert len(link.commands) <= at + 40


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_length_corrected_for_ever(at: int) -> None:
    card = card_of_sizes({ChipFile.DG2: 5000})
    link = ChipInHand(card, lambda n, true: b"\x6c\x10" if n >= at else true)
    with pytest.raises(ChipFailure):
        read_dg2(link)
    assert len(link.commands) <= at + 12


class Dripping(VirtualFiles):
    """Says that a file is long, and then gives it one byte at a time."""

    def read(self, command: Command, channel: SecureChannel | None, room: int) -> Response:
        answer = super().read(command, channel, room)
        return answer if command.p1 & 0x80 else Response(answer.body[:1], answer.status)


def test_a_chip_that_gives_one_byte_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.devices.chip.virtual_chip.VirtualFiles", Dripping)
    monkeypatch.setattr("kiosk.devices.chip.exchange.MOST_COMMANDS", 300)
    link = ChipInHand(card_of_sizes({ChipFile.DG2: 200_000}))
    ended(link, "not read after 300 commands")
    assert len(link.commands) == 300


def test_no_read_takes_more_commands_than_any_permit_needs() -> None:
    link = ChipInHand(card_of_sizes({ChipFile.DG2: 200_000}))
    assert ChipFile.DG2.most / CAUTIOUS_STEP < MOST_COMMANDS
    assert read_dg2(link) is not None
    assert len(link.commands) < MOST_COMMANDS / 2


@pytest.mark.parametrize("last", [5, 6, 9])
def test_an_answer_said_before_is_not_taken_again(last: int) -> None:
    heard: list[bytes] = []

    def replay(number: int, true: bytes) -> bytes:
        heard.append(true)
        return heard[-2] if number == last else true

    with pytest.raises(SessionBroken):
        read_dg2(ChipInHand(card_of_sizes({ChipFile.DG2: 5000}), replay))


def test_an_answer_longer_than_any() -> None:
    link = ChipInHand(card_of_sizes({ChipFile.DG2: 500}), lambda n, true: bytes(70_000) if n == 1 else true)
    ended(link, "longer than any")


Whole = tuple[Card, Secrets, TrustStore]


@pytest.fixture(scope="module", params=["li-fu", "ayiguli-maimaiti"])
def whole(request: pytest.FixtureRequest, made: Path) -> Whole:
    specimen = SPECIMENS[str(request.param)]
    trust = load_trust_store(made / "trust")
    return load_card(made / "permits" / specimen.slug), Secrets(specimen.permit.line), trust


class Attacked:
    """One whole read with something done to the chip's answers; all numbers drawn from one seed."""

    def __init__(self, whole: Whole, twist: Twist) -> None:
        card, known, store = whole
        numbers = random.Random(1)  # noqa: S311 - repeatable, not secret
        self.link = ChipInHand(card, twist, numbers.randbytes)
        read = read_chip(self.link, known, store=store, moment=START, random=numbers.randbytes)
        self.failure: ChipFailure | None = None
        self.reading: ChipReading | None = None
        try:
            self.reading = asyncio.run(read)
        except ChipFailure as problem:
            self.failure = problem

    @property
    def genuine(self) -> bool:
        return self.reading is not None and self.reading.genuine


FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(at=st.integers(1, 22), place=st.integers(0, 300), value=st.integers(1, 255))
def test_one_spoilt_answer_never_makes_another_permit(whole: Whole, at: int, place: int, value: int) -> None:
    def twist(number: int, true: bytes) -> bytes:
        spoilt = bytearray(true)
        spoilt[place % len(spoilt)] ^= value
        return bytes(spoilt) if number == at else true

    attacked = Attacked(whole, twist)
    assert attacked.failure is None or attacked.failure.fault.code in CODES
    if attacked.reading is not None:
        assert attacked.reading.permit.line == whole[1].line
    met = len(attacked.link.commands) >= at
    protected = met and attacked.link.commands[at - 1][0] & SECURE == SECURE
    assert not (protected and attacked.genuine)


@FEW
@given(at=st.integers(1, 15), noise=st.binary(max_size=400))
def test_noise_from_any_moment_on_ends_the_read(whole: Whole, at: int, noise: bytes) -> None:
    attacked = Attacked(whole, lambda n, true: noise if n >= at else true)
    assert attacked.failure is None or attacked.failure.fault.code in CODES
    assert not attacked.genuine


@FEW
@given(number=st.integers(0, 20), places=st.lists(st.tuples(st.integers(0), st.integers(1, 255)), min_size=1))
def test_files_changed_on_a_chip_are_told(whole: Whole, number: int, places: list[tuple[int, int]]) -> None:
    """The chip itself is the attacker's and protects whatever it says. EF.COM is not even asked for."""
    card = whole[0]
    names = sorted(set(card.files) - {ChipFile.COM.short_id})
    name = names[number % len(names)]
    raw = bytearray(card.files[name])
    for place, value in places:
        raw[place % len(raw)] ^= value
    changed = replace(card, files={**card.files, name: bytes(raw)})
    attacked = Attacked((changed, *whole[1:]), lambda _, true: true)
    assert attacked.failure is None or attacked.failure.fault.code in CODES
    unsigned_part_of_sod = name == ChipFile.SOD.short_id
    assert raw == card.files[name] or unsigned_part_of_sod or not attacked.genuine


def test_the_session_stays_protected_to_the_end(whole: Whole) -> None:
    attacked = Attacked(whole, lambda _, true: true)
    assert attacked.genuine
    commands = attacked.link.commands
    first = next(n for n, command in enumerate(commands) if command[0] & SECURE)
    assert all(command[0] & SECURE == SECURE for command in commands[first:])
