"""Bytes from a purse reader's line; the first byte chooses the command, the second if they are framed."""

import asyncio
from datetime import UTC, datetime

from _networks import StoppedClock

from kiosk.devices.byte_line import LineDown
from kiosk.devices.purse.driver import LinePurseReader
from kiosk.devices.purse.line import FrameLine
from kiosk.devices.purse.protocol import READER, XOR, Command, pack_time
from kiosk.domain.money import Fen
from kiosk.domain.purse import Debited, PreparedDebit, PurseCard, PurseDebit

_NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
_CARD = b"\x02" + bytes(range(1, 17)) + (5000).to_bytes(4) + bytes((0, 7, 1, 1, 0)) + bytes(26)
_PREPARED = (
    bytes(6) + bytes((0, 0, 0, 9)) + pack_time(_NOW) + bytes(range(9, 17)) + bytes(range(1, 9))
    + (1500).to_bytes(4) * 2 + (3500).to_bytes(4) + bytes(42)
)  # fmt: skip
_COMMANDS = (Command.VERSION, Command.POLL, Command.PREPARE, Command.COMPLETE, Command.RESTORE, Command.BEEP)


class _Line:
    """Answers the start, then says what it was told to say, in pieces of seven bytes; then it is out."""

    def __init__(self, told: bytes) -> None:
        self.is_open = False
        self._told = told
        self._pieces: list[bytes] = []
        self._asked = False

    async def open(self) -> None:
        self.is_open = True

    async def send(self, content: bytes) -> None:
        self._asked = True
        answer = _framed(Command.START, 0, b"") if content[2] == Command.START else self._told
        self._pieces = [answer[start : start + 7] for start in range(0, len(answer), 7)]

    async def receive(self) -> bytes:
        if self._pieces:
            return self._pieces.pop(0)
        if not self._asked:
            await asyncio.Event().wait()  # nothing lies on it yet
        self._asked = False
        self.drop()
        raise LineDown("the cable is out")

    def drop(self) -> None:
        self.is_open = False

    def seconds(self, count: int) -> float:
        """Return 0.0 for any `count` of bytes: the cable is fast."""
        return 0.0 * count


def _framed(command: int, status: int, data: bytes) -> bytes:
    frame = bytes((READER, min(3 + len(data), 255), command, status)) + data
    return frame + XOR.of(frame)


def seeds() -> tuple[bytes, ...]:
    records = (b"V1.0", _CARD, _PREPARED, b"\x01\x02\x03\x04", b"\x01\x02\x03\x04", b"")
    whole = [bytes((number, 1, 0)) + record for number, record in enumerate(records)]
    raw = [
        bytes((number, 0)) + _framed(_COMMANDS[number], 0, record) for number, record in enumerate(records)
    ]
    return (*whole, *raw, b"\x01\x01\x80", b"\x04\x01\xb1")


def one_input(data: bytes) -> None:
    if len(data) < 3:
        return
    number = data[0] % len(_COMMANDS)
    command = _COMMANDS[number]
    told = _framed(command, data[2], data[3:240]) if data[1] % 2 else data[2:]
    reader = LinePurseReader(FrameLine(_Line(told)), StoppedClock())
    answer = asyncio.run(_ask(reader, number))
    if isinstance(answer, str):
        assert len(answer) <= 256
        assert answer.isprintable()
    if isinstance(answer, PurseCard):
        assert 0 <= answer.available <= answer.balance
    if isinstance(answer, PreparedDebit):
        assert answer.at.tzinfo is UTC
        assert len(answer.logical) == len(answer.physical) == 8
    assert not isinstance(answer, Debited) or len(answer.tac) == 4


async def _ask(reader: LinePurseReader, number: int) -> object:
    match number:
        case 0:
            return await reader.version(deadline_s=5)
        case 1:
            return await reader.poll(deadline_s=5)
        case 2:
            return await reader.prepare(PurseDebit(Fen(1500), _NOW), deadline_s=5)
        case 3:
            await reader.version(deadline_s=5)  # a preparation has opened the line
            return await reader.complete(deadline_s=5)
        case 4:
            return await reader.restore(deadline_s=5)
    return await reader.beep(deadline_s=5)
