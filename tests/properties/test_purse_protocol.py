"""Frames, records and commands of the purse reader: bounded, checked, and never more money than there was."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.purse import protocol
from kiosk.devices.purse.protocol import READER, XOR, Answer, Checksum, Command, Garbled
from kiosk.devices.simulated.purse import FrameCutter
from kiosk.devices.simulated.purse_card import PURSE_APPLICATION, PurseKeys, PurseState, transmit
from kiosk.domain.money import Fen
from kiosk.domain.purse import PreparedDebit, PurseCard, PurseDebit, PurseRefused
from tests.devices.purse.bench import purse_core

COMMANDS = st.sampled_from(Command)
KEYS = PurseKeys(bytes(range(16)), bytes(range(16, 32)))
WIDE = Checksum(4, lambda frame: (sum(frame) & 0xFFFFFFFF).to_bytes(4))


def from_reader(command: int, status: int, data: bytes, checksum: Checksum = XOR) -> bytes:
    body = bytes((READER, 2 + len(data) + checksum.size, command, status)) + data
    return body + checksum.of(body)


@given(COMMANDS, st.integers(0, 255), st.binary(max_size=200), st.sampled_from([XOR, WIDE]))
def test_a_frame_reads_back(command: Command, status: int, data: bytes, checksum: Checksum) -> None:
    frame = from_reader(command, status, data, checksum)
    assert protocol.parse(frame, command, checksum) == Answer(command, status, data)


@given(COMMANDS, st.binary(max_size=90), st.data())
def test_a_frame_with_a_changed_byte_is_garbled(command: Command, data: bytes, draw: st.DataObject) -> None:
    frame = bytearray(from_reader(command, 0, data))
    place = draw.draw(st.integers(0, len(frame) - 1))
    frame[place] ^= draw.draw(st.integers(1, 255))
    assert isinstance(protocol.parse(bytes(frame), command), Garbled)


@given(st.binary(max_size=300), COMMANDS)
def test_any_bytes_read_to_an_answer_or_garbled(frame: bytes, command: Command) -> None:
    assert isinstance(protocol.parse(frame, command), Answer | Garbled)


@given(st.binary(max_size=120))
def test_any_record_reads_to_a_value(data: bytes) -> None:
    assert isinstance(protocol.read_card(data), PurseCard | Garbled)
    assert isinstance(protocol.read_prepared(data), PreparedDebit | Garbled)
    assert len(protocol.read_words(data)) <= 64


@given(st.binary(min_size=52, max_size=52), st.binary(min_size=87, max_size=87))
def test_records_of_the_right_size_keep_their_bounds(card: bytes, prepared: bytes) -> None:
    read = protocol.read_card(card)
    assert isinstance(read, Garbled) or 0 <= read.available <= read.balance < 1 << 32
    debit = protocol.read_prepared(prepared)
    assert isinstance(debit, Garbled) or (len(debit.logical), len(debit.terminal)) == (8, 6)


@given(st.integers(0, 255))
def test_every_status_but_ok_is_a_refusal(status: int) -> None:
    refused = protocol.refusal(status)
    assert isinstance(refused, PurseRefused)
    assert refused.status == status


@given(st.integers(946_800_000, 4_102_358_400), st.integers(1, 2**32 - 1))
def test_a_debit_carries_its_time_and_amount(second: int, amount: int) -> None:
    at = datetime.fromtimestamp(second, UTC)
    data = protocol.debit_request(PurseDebit(Fen(amount), at))
    assert len(data) == 17
    assert int.from_bytes(data[:4]) == int.from_bytes(data[4:8]) == amount
    assert protocol.unpack_time(data[8:15]) == at


@given(st.lists(st.tuples(COMMANDS, st.binary(max_size=40)), max_size=6), st.data())
def test_frames_are_cut_alike_however_the_bytes_come(
    commands: list[tuple[Command, bytes]], draw: st.DataObject
) -> None:
    frames = [protocol.build(command, data) for command, data in commands]
    stream, cutter, found = b"".join(frames), FrameCutter(), []
    while stream:
        size = draw.draw(st.integers(1, len(stream)))
        found += cutter.feed(stream[:size])
        stream = stream[size:]
    assert found == frames


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_noise_is_bounded(pieces: list[bytes]) -> None:
    cutter = FrameCutter()
    assert all(len(frame) <= 257 for piece in pieces for frame in cutter.feed(piece))


APDUS = st.one_of(
    st.binary(max_size=40),
    st.just(b"\x00\xa4\x04\x00\x08" + PURSE_APPLICATION),
    st.builds(
        lambda head, data: head + bytes((len(data),)) + data,
        st.sampled_from(
            [
                b"\x80\x50\x01\x02",
                b"\x80\x54\x01\x00",
                b"\x80\x5a\x00\x06",
                b"\x80\x5c\x00\x02",
                b"\x00\xb2\x01\xc4",
            ]
        ),
        st.binary(max_size=20) | st.binary(min_size=11, max_size=11) | st.binary(min_size=15, max_size=15),
    ),
)


@given(st.lists(APDUS, max_size=12))
def test_no_command_without_a_mac_moves_money(commands: list[bytes]) -> None:
    card = PurseState(physical="a1" * 8, logical="5100000000000007", balance=5000)
    for command in commands:
        card, answer = transmit(card, KEYS, command)
        assert len(answer) >= 2
        assert (card.balance, card.offline_count) == (5000, 0)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=30)), max_size=8))
def test_the_simulated_reader_survives_any_host(commands: list[tuple[int, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        core, _ = purse_core(Path(folder))
        core.present("full")
        core.answer(protocol.build(Command.START, b"\x80"))
        for number, data in commands:
            frame = bytes((protocol.HOST, 2 + len(data), number)) + data
            answer = core.answer(frame + XOR.of(frame))
            assert answer is not None
            assert answer[2] == number
        world = core.world()
        assert world.readable
        assert world.cards["full"].balance <= 50_000
