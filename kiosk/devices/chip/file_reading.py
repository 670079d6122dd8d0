"""Reading whole files in as few commands as the chip allows (ISO/IEC 7816-4 section 11.3).

The first command names the file by its short identifier and already takes a full block: no SELECT, no
separate read of the header. What a chip refuses or cuts short is measured, and asked for no more.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from kiosk.devices.chip import tlv
from kiosk.devices.chip.apdu import Command, Response, Status
from kiosk.devices.chip.capabilities import SHORT_ROOM, BlockSizes
from kiosk.devices.chip.exchange import ChipFailure, Exchange
from kiosk.devices.chip.groups import ChipFile
from kiosk.domain.failure import FailureCode

_SELECT, _READ, _READ_ODD = 0xA4, 0xB0, 0xB1
_SHORT_ID = 0x80
_OFFSETS_OF_EVEN_READ = 0x8000  # fifteen bits; further on the odd instruction takes the offset as an object
_ODD_READ_OVERHEAD = 5  # the answer's own object 53 and the length of its length
_WRONG_EXPECTATION = 0x6C00
_ABSENT = (Status.FILE_NOT_FOUND, Status.SECURITY_NOT_SATISFIED)
_GIVEN = (Status.OK, Status.END_OF_FILE)


class MasterFile(Enum):
    """Files of the master file, readable without access: short identifier, identifier, most bytes taken."""

    CARD_ACCESS = (0x1C, 0x011C, 4096)
    ATR_INFO = (0x01, 0x2F01, 256)

    def __init__(self, short_id: int, identifier: int, most: int) -> None:
        self.short_id = short_id
        self.identifier = identifier
        self.most = most

    @property
    def file_name(self) -> str:
        """Name of the file in a folder of a card."""
        return f"{self.identifier:04X}.bin"


class FileReader:
    """Reads files over one exchange, and learns how much the chip gives at a time.

    Args:
        by_name: believe that a file of the master file is absent only after selecting it by name.
    """

    def __init__(self, exchange: Exchange, *, by_name: bool = False) -> None:
        self._exchange = exchange
        self._by_name = by_name
        self.sizes = BlockSizes()

    async def read(self, file: ChipFile, progress: Callable[[float], None] | None = None) -> bytes | None:
        """Return a whole file, None where the chip has none or does not let it be read."""
        first = await self._read_block(_SHORT_ID | file.short_id, 0, self._step)
        if first is None:
            return None
        total = _whole_length(file, first)
        content = bytearray(first)
        if len(first) < min(self._step, total):
            self.sizes.measured(len(first))
        while len(content) < total:
            content += await self._read_on(len(content), total - len(content), file)
            if progress is not None:
                progress(min(len(content) / total, 1.0))
        self._exchange.payload += total
        return bytes(content[:total])

    async def read_master(self, file: MasterFile) -> bytes | None:
        """Return a file of the master file, as far as one short answer and its length go; None without one.

        A card fresh from a reset has the master file selected. Chips that will not have that are asked once
        more, with everything selected by name; those that say "no such file" only where `by_name` was given.
        """
        answer = await self._plain(Command(0x00, _READ, _SHORT_ID | file.short_id, 0x00, expected=256))
        if answer.status in _GIVEN:
            return await self._rest_of_master(file, answer.body)
        if answer.status == Status.FILE_NOT_FOUND and not self._by_name:
            return None
        await self._plain(Command(0x00, _SELECT, 0x00, 0x0C, b"\x3f\x00"))
        chosen = await self._plain(Command(0x00, _SELECT, 0x02, 0x0C, file.identifier.to_bytes(2, "big")))
        if not chosen.ok:
            return None
        answer = await self._plain(Command(0x00, _READ, 0x00, 0x00, expected=256))
        return await self._rest_of_master(file, answer.body) if answer.status in _GIVEN else None

    async def _rest_of_master(self, file: MasterFile, first: bytes) -> bytes:
        content = first
        if file is MasterFile.CARD_ACCESS:
            total = min(_announced(first), file.most)
            while len(content) < total:
                command = Command(0x00, _READ, len(content) >> 8, len(content) & 0xFF, expected=256)
                answer = await self._plain(command)
                if answer.status not in _GIVEN or not answer.body:
                    break
                content += answer.body
            content = content[:total]
        return content

    async def _plain(self, command: Command) -> Response:
        """Send a command; where the chip names the length it wants (6Cxx) send it once more with that."""
        answer = await self._exchange.send(command)
        if answer.status & 0xFF00 == _WRONG_EXPECTATION:
            answer = await self._exchange.send(replace(command, expected=answer.status & 0xFF or 256))
        return answer

    async def _ask(self, command: Command) -> Response:
        """Send a command for so many plain bytes; ask for fewer for as long as the chip refuses (6700)."""
        wanted = command.expected or SHORT_ROOM
        response = await self._plain(self._sized(command, wanted))
        while response.status == Status.WRONG_LENGTH and self.sizes.refused():
            response = await self._plain(self._sized(command, min(wanted, self._step)))
        return response

    def _sized(self, command: Command, wanted: int) -> Command:
        return replace(command, expected=self.sizes.expectation(self._exchange.channel, wanted))

    @property
    def _step(self) -> int:
        return self.sizes.step(self._exchange.channel)

    async def _read_on(self, offset: int, left: int, file: ChipFile) -> bytes:
        if offset < _OFFSETS_OF_EVEN_READ:
            block = await self._read_block(offset >> 8, offset & 0xFF, min(self._step, left))
        else:
            block = await self._read_odd(offset, left)
        if not block:
            raise ChipFailure(FailureCode.CHIP_UNREADABLE, f"{file.name} ends before its length")
        return block

    async def _read_block(self, p1: int, p2: int, expected: int) -> bytes | None:
        response = await self._ask(Command(0x00, _READ, p1, p2, expected=expected))
        if response.status in _ABSENT and p1 & _SHORT_ID:
            return None
        return _content(response, max(expected, SHORT_ROOM))

    async def _read_odd(self, offset: int, left: int) -> bytes:
        where = tlv.encode(0x54, offset.to_bytes(3, "big"))
        wanted = min(self._step, left + _ODD_READ_OVERHEAD)
        response = await self._ask(Command(0x00, _READ_ODD, 0x00, 0x00, where, expected=wanted))
        try:
            return tlv.parse_exactly(_content(response, max(wanted, SHORT_ROOM)), 0x53).value
        except tlv.MalformedTlv as problem:
            raise ChipFailure(FailureCode.CHIP_UNREADABLE, f"answer to a far read: {problem}") from problem


def _content(response: Response, most: int) -> bytes:
    if response.status not in _GIVEN or len(response.body) > most:
        raise ChipFailure(FailureCode.CHIP_UNREADABLE, f"read refused, status {response.status:04X}")
    return response.body


def _announced(first: bytes) -> int:
    try:
        _, at, length = tlv.read_header(first)
    except tlv.MalformedTlv:
        return len(first)
    return at + length


def _whole_length(file: ChipFile, first: bytes) -> int:
    """Return the file's length as its first block says it; raise ChipFailure for another file."""
    try:
        tag, at, length = tlv.read_header(first)
    except tlv.MalformedTlv as problem:
        raise ChipFailure(FailureCode.CHIP_UNREADABLE, f"{file.name}: {problem}") from problem
    if tag != file.tag or at + length > file.most:
        raise ChipFailure(FailureCode.CHIP_UNREADABLE, f"{file.name}: tag {tag:X}, {at + length} bytes")
    return at + length
