"""Commands and responses of ISO/IEC 7816-4, short and extended, as values."""

from dataclasses import dataclass
from enum import IntEnum

SECURE = 0x0C
"""Class byte of a command under secure messaging with authenticated header."""

CHAINED = 0x10
"""Bit of the class byte: more commands of the same chain follow."""


class Status(IntEnum):
    """Status words that the permit's chip uses (ISO/IEC 7816-4 section 5.1.3)."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    AUTHENTICATION_FAILED = 0x6300
    WRONG_LENGTH = 0x6700
    SECURITY_NOT_SATISFIED = 0x6982
    METHOD_BLOCKED = 0x6983
    CONDITIONS_NOT_SATISFIED = 0x6985
    SECURE_MESSAGING_MISSING = 0x6987
    SECURE_MESSAGING_WRONG = 0x6988
    WRONG_DATA = 0x6A80
    FILE_NOT_FOUND = 0x6A82
    WRONG_PARAMETERS = 0x6A86
    REFERENCE_UNKNOWN = 0x6A88
    WRONG_OFFSET = 0x6B00
    INSTRUCTION_UNKNOWN = 0x6D00
    CLASS_UNKNOWN = 0x6E00


class MalformedApdu(ValueError):
    """The bytes are no APDU."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `expected` is Ne, the most bytes wanted back (1 to 65,536), None for none."""

    cla: int
    ins: int
    p1: int
    p2: int
    body: bytes = b""
    expected: int | None = None

    @property
    def header(self) -> bytes:
        return bytes((self.cla, self.ins, self.p1, self.p2))

    @property
    def extended(self) -> bool:
        """Whether body or expectation need the extended form."""
        return len(self.body) > 255 or (self.expected or 0) > 256

    def encoded(self) -> bytes:
        """Return the APDU, short where it fits (ISO/IEC 7816-3 section 12.1.3); raise ValueError."""
        if len(self.body) > 65535 or (self.expected is not None and not 1 <= self.expected <= 65536):
            raise ValueError("does not fit an APDU")
        size = 2 if self.extended else 1
        lc = len(self.body).to_bytes(size, "big") + self.body if self.body else b""
        le = b"" if self.expected is None else (self.expected % 256**size).to_bytes(size, "big")
        return self.header + (b"\0" if self.extended else b"") + lc + le


@dataclass(frozen=True, slots=True)
class Response:
    """One response: data and the status word; any sixteen bits are possible."""

    body: bytes
    status: int

    @property
    def ok(self) -> bool:
        return self.status == Status.OK

    def encoded(self) -> bytes:
        return self.body + self.status.to_bytes(2, "big")


def parse_response(raw: bytes) -> Response:
    """Return the response; raise MalformedApdu where even the status word is missing."""
    if len(raw) < 2:
        raise MalformedApdu("no status word")
    return Response(bytes(raw[:-2]), int.from_bytes(raw[-2:], "big"))


def parse_command(raw: bytes) -> Command:
    """Return the command of a short or extended APDU (ISO/IEC 7816-3 section 12.1.3, the seven cases)."""
    if len(raw) < 4:
        raise MalformedApdu("no header")
    rest = bytes(raw[4:])
    if len(rest) >= 3 and rest[0] == 0:
        body, expected = _extended(rest[1:])
    else:
        body, expected = _short(rest)
    return Command(raw[0], raw[1], raw[2], raw[3], body, expected)


def _short(rest: bytes) -> tuple[bytes, int | None]:
    if len(rest) <= 1:
        return b"", (rest[0] or 256) if rest else None
    body, tail = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
    if not body or len(body) != rest[0] or len(tail) > 1:
        raise MalformedApdu("length does not fit")
    return body, (tail[0] or 256) if tail else None


def _extended(rest: bytes) -> tuple[bytes, int | None]:
    size = int.from_bytes(rest[:2], "big")
    if len(rest) == 2:
        return b"", size or 65536
    body, tail = rest[2 : 2 + size], rest[2 + size :]
    if size == 0 or len(body) != size or len(tail) not in (0, 2):
        raise MalformedApdu("extended length does not fit")
    return body, (int.from_bytes(tail, "big") or 65536) if tail else None
