"""What comes from the line is hostile until parsed."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.byte_line import LineDown
from kiosk.devices.io_board.board import ANSWER_S, BoardDown, ModbusBoard
from kiosk.devices.io_board.modbus import (
    MOST_BITS,
    Framing,
    Malformed,
    RefusedByBoard,
    Request,
    RtuFraming,
    TcpFraming,
    crc16,
    parse,
    read_coils,
    read_inputs,
    write_coils,
)
from tests.support.virtual_time import VirtualClock, run

requests = st.one_of(
    st.builds(read_inputs, st.integers(0, 500), st.integers(1, MOST_BITS)),
    st.builds(read_coils, st.integers(0, 500), st.integers(1, MOST_BITS)),
    st.builds(write_coils, st.integers(0, 500), st.lists(st.booleans(), min_size=1, max_size=40)),
)
framings = st.sampled_from([TcpFraming, RtuFraming])


class ScriptedLine:
    """A line that answers every request with the next of its pieces, then falls silent."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)
        self.dropped = 0

    is_open = True

    async def open(self) -> None:
        pass

    async def send(self, content: bytes) -> None:
        pass

    async def receive(self) -> bytes:
        if not self._pieces:
            await asyncio.Event().wait()
        piece = self._pieces.pop(0)
        if not piece:
            raise LineDown("hung up")
        return piece

    def drop(self) -> None:
        self.dropped += 1


@given(requests, framings, st.binary(max_size=60))
def test_any_bytes_end_in_an_answer_or_a_named_failure(
    request_: Request, framing: type[Framing], received: bytes
) -> None:
    codec = framing()
    codec.frame(request_)
    try:
        pdu = codec.answer(request_, received)
        bits = None if pdu is None else parse(request_, pdu)
    except (Malformed, RefusedByBoard):
        return
    assert bits is None or len(bits) in {0, request_.count}


@settings(max_examples=40)
@given(st.integers(0, 400), st.lists(st.booleans(), min_size=1, max_size=60), framings)
def test_bits_survive_the_way_there_and_back(first: int, bits: list[bool], framing: type[Framing]) -> None:
    codec = framing()
    request = read_inputs(first, len(bits))
    sent = codec.frame(request)
    packed = sum(bit << place for place, bit in enumerate(bits)).to_bytes((len(bits) + 7) // 8, "little")
    pdu = bytes((2, len(packed))) + packed
    if framing is TcpFraming:
        answer = sent[:4] + (len(pdu) + 1).to_bytes(2, "big") + sent[6:7] + pdu
    else:
        answer = sent[:1] + pdu + crc16(sent[:1] + pdu)
    for cut in range(len(answer)):
        assert codec.answer(request, answer[:cut]) is None
    found = codec.answer(request, answer)
    assert found is not None
    assert parse(request, found) == tuple(bits)


def test_the_check_sum_is_that_of_the_standard() -> None:
    assert crc16(bytes.fromhex("0207")) == bytes.fromhex("4112")  # V1.02, section 6.2.2: 0x1241, low first


@pytest.mark.parametrize("bad", [(-1, 1), (0, MOST_BITS + 1), (65535, 2)])
def test_bits_that_cannot_be_are_a_mistake(bad: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="do not exist"):
        read_inputs(*bad)


@pytest.mark.parametrize(
    "pieces",
    [
        (b"\x00\x01\x00\x00\xff\xff\x01",),
        (b"\x00\x09\x00\x00\x00\x04\x01\x02\x01\x00",),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n",),
        (b"\x00\x01\x00\x00\x00\x04\x01\x02\x01",),
        (b"\x00", b""),
        (),
    ],
    ids=["endless length", "another transaction", "a web server", "half an answer", "hung up", "silence"],
)
def test_whatever_a_board_says_ends_in_time(pieces: tuple[bytes, ...]) -> None:
    async def work() -> None:
        line, clock = ScriptedLine(*pieces), VirtualClock()
        began = clock.monotonic()
        with pytest.raises(BoardDown):
            await ModbusBoard(line).inputs([0])
        assert clock.monotonic() - began <= ANSWER_S + 0.01
        assert line.dropped == 1

    run(work())


def test_a_late_answer_does_not_meet_the_next_request() -> None:
    async def work() -> None:
        line = ScriptedLine()
        board = ModbusBoard(line)
        task = asyncio.ensure_future(board.inputs([0]))
        await VirtualClock().sleep(0.1)
        task.cancel()
        await asyncio.wait({task})
        assert line.dropped == 1

    run(work())
