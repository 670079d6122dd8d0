"""One session with a chip: select the application, open it, read whole files, count what it costs.

Any transport or secure-messaging error ends the session for good: a card put in quickly enough answers
through the old connection, so nothing of a broken session may be carried on.
"""

from collections.abc import Callable
from typing import Protocol

from kiosk.devices.chip import bac, tlv
from kiosk.devices.chip.apdu import Command, MalformedApdu, Response, Status, parse_response
from kiosk.devices.chip.groups import APPLICATION, ChipFile
from kiosk.devices.chip.secure_messaging import SecureChannel, SecureMessagingFailed
from kiosk.domain.chip import TransferCounts
from kiosk.domain.failure import FailureCode, Fault

_SELECT, _READ, _READ_ODD = 0xA4, 0xB0, 0xB1
_BY_NAME, _NO_ANSWER = 0x04, 0x0C
_SHORT_ID = 0x80
_OFFSETS_OF_EVEN_READ = 0x8000  # fifteen bits; further on the odd instruction takes the offset as an object
_ODD_READ_OVERHEAD = 4  # the answer's own object 53 and the length of its length
_CAUTIOUS_STEP = 0x70  # for chips that refuse full-length answers (6700)
_WRONG_EXPECTATION = 0x6C00
_ABSENT = (Status.FILE_NOT_FOUND, Status.SECURITY_NOT_SATISFIED)


class ChipFailure(Exception):
    """The session ended; `fault` is what the reader's completion carries."""

    def __init__(self, code: FailureCode, detail: str) -> None:
        super().__init__(detail)
        self.fault = Fault(code, detail)


class NoApplication(ChipFailure):
    """The card is another one: it has no permit application."""


class SessionBroken(ChipFailure):
    """The secure line is not what it was: another card, or a disturbed field. Starting over may help."""


class ChipLink(Protocol):
    """The way to a chip, whatever carries it."""

    async def transmit(self, command: bytes) -> bytes:
        """Return the chip's answer; raise ChipFailure where there is none."""


class Session:
    """A session over a link; use once."""

    def __init__(self, link: ChipLink, random: bac.RandomSource) -> None:
        self._link = link
        self._random = random
        self._channel: SecureChannel | None = None
        self._step = 256
        self._apdus = 0
        self._wire = 0
        self._payload = 0

    @property
    def counts(self) -> TransferCounts:
        return TransferCounts(self._apdus, self._wire, self._payload)

    async def select(self) -> None:
        """Select the eMRTD application."""
        response = await self._plain(Command(0x00, _SELECT, _BY_NAME, _NO_ANSWER, APPLICATION))
        if not response.ok:
            detail = f"no permit application on the chip, status {response.status:04X}"
            raise NoApplication(FailureCode.CHIP_UNREADABLE, detail)

    async def open(self, line: str) -> str:
        """Open the chip with its printed line and return the name of the protocol used.

        PACE will be tried here first, where EF.CardAccess offers it; both end in a `SecureChannel`.
        """
        try:
            channel = await bac.open_with_line(self._plain, bac.access_keys(line), self._random)
        except bac.AccessDenied as problem:
            raise ChipFailure(FailureCode.CHIP_ACCESS_DENIED, str(problem)) from problem
        self._channel = channel
        self._step = channel.block_payload
        return "BAC"

    async def read_file(
        self, file: ChipFile, progress: Callable[[float], None] | None = None
    ) -> bytes | None:
        """Return a whole file, None where the chip has none or does not let it be read.

        The first command names the file by its short identifier and already takes a full block: no
        SELECT, no separate read of the header (ISO/IEC 7816-4 section 11.3.3).
        """
        first = await self._read_block(_SHORT_ID | file.short_id, 0, self._step)
        if first is None:
            return None
        total = _whole_length(file, first)
        content = bytearray(first)
        while len(content) < total:
            content += await self._read_on(len(content), total - len(content), file)
            if progress is not None:
                progress(min(len(content) / total, 1.0))
        self._payload += total
        return bytes(content[:total])

    async def _read_on(self, offset: int, left: int, file: ChipFile) -> bytes:
        if offset < _OFFSETS_OF_EVEN_READ:
            block = await self._read_block(offset >> 8, offset & 0xFF, min(self._step, left))
        else:
            block = await self._read_odd(offset, min(self._step - _ODD_READ_OVERHEAD, left))
        if not block:
            raise ChipFailure(FailureCode.CHIP_UNREADABLE, f"{file.name} ends before its length")
        return block

    async def _read_block(self, p1: int, p2: int, expected: int) -> bytes | None:
        response = await self._protected(Command(0x00, _READ, p1, p2, expected=expected))
        if response.status & 0xFF00 == _WRONG_EXPECTATION:
            expected = response.status & 0xFF or 256
            response = await self._protected(Command(0x00, _READ, p1, p2, expected=expected))
        elif response.status == Status.WRONG_LENGTH and self._step > _CAUTIOUS_STEP:
            self._step = _CAUTIOUS_STEP
            expected = min(expected, self._step)
            response = await self._protected(Command(0x00, _READ, p1, p2, expected=expected))
        if response.status in _ABSENT and p1 & _SHORT_ID:
            return None
        return _content(response, expected)

    async def _read_odd(self, offset: int, expected: int) -> bytes:
        where = tlv.encode(0x54, offset.to_bytes(3, "big"))
        wanted = expected + _ODD_READ_OVERHEAD - 1
        response = await self._protected(Command(0x00, _READ_ODD, 0x00, 0x00, where, expected=wanted))
        try:
            return tlv.parse_exactly(_content(response, wanted), 0x53).value
        except tlv.MalformedTlv as problem:
            raise ChipFailure(FailureCode.CHIP_UNREADABLE, f"answer to a far read: {problem}") from problem

    async def _protected(self, command: Command) -> Response:
        if self._channel is None:
            return await self._plain(command)
        raw = await self._transmit(self._channel.protect(command))
        try:
            return self._channel.open_response(raw)
        except (SecureMessagingFailed, MalformedApdu) as problem:
            detail = f"secure messaging: {problem}"
            raise SessionBroken(FailureCode.CHIP_UNREADABLE, detail) from problem

    async def _plain(self, command: Command) -> Response:
        try:
            return parse_response(await self._transmit(command))
        except MalformedApdu as problem:
            raise SessionBroken(FailureCode.CHIP_UNREADABLE, str(problem)) from problem

    async def _transmit(self, command: Command) -> bytes:
        raw = command.encoded()
        answer = await self._link.transmit(raw)
        self._apdus += 1
        self._wire += len(raw) + len(answer)
        return answer


def _content(response: Response, expected: int) -> bytes:
    if response.status not in (Status.OK, Status.END_OF_FILE) or len(response.body) > expected:
        raise ChipFailure(FailureCode.CHIP_UNREADABLE, f"read refused, status {response.status:04X}")
    return response.body


def _whole_length(file: ChipFile, first: bytes) -> int:
    """Return the file's length as its first block says it; raise ChipFailure for another file."""
    try:
        tag, at, length = tlv.read_header(first)
    except tlv.MalformedTlv as problem:
        raise ChipFailure(FailureCode.CHIP_UNREADABLE, f"{file.name}: {problem}") from problem
    if tag != file.tag or at + length > file.most:
        raise ChipFailure(FailureCode.CHIP_UNREADABLE, f"{file.name}: tag {tag:X}, {at + length} bytes")
    return at + length
