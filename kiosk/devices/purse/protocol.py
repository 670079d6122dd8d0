"""The serial protocol of the purse readers that merchants in Guangzhou get: frames and records as bytes.

Known from public source code of a parking operator; what no public source confirms stands in one place
each and is listed in docs/card-and-purse.md. Multi-byte numbers are big-endian, times packed decimals of
Beijing time.

    host → reader  BA | length | command | data | checksum
    reader → host  BD | length | command | status | data | checksum      length counts all after itself
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import reduce
from operator import xor

from kiosk.domain.beijing import BEIJING
from kiosk.domain.money import Fen
from kiosk.domain.purse import (
    Debited,
    PreparedDebit,
    PurseCard,
    PurseDebit,
    PurseKind,
    PurseRefused,
    PurseWhy,
)

HOST, READER = 0xBA, 0xBD
NORMAL_PURCHASE = b"\x80"
_MOST_FEN = 1 << 32


class Command(IntEnum):
    """The commands that a shop needs."""

    SERIAL = 0x0E
    BEEP = 0x42
    VERSION = 0x60
    MERCHANT = 0x61
    START = 0xB3
    POLL = 0xB4
    PREPARE = 0xB5
    COMPLETE = 0xB6
    RESTORE = 0xB7
    CATCH = 0xB8


class Status(IntEnum):
    """The reader's answer byte, as far as it is known."""

    OK = 0x00
    MAC = 0x33
    MODULE = 0x60
    NO_CARD = 0x80
    OTHER_CARD = 0x83
    WRITE_ERROR = 0x85
    TORN = 0x86
    EXPIRED = 0x91
    BLACKLISTED = 0x94
    NOT_ENOUGH = 0x95
    INTERRUPTED = 0xB0
    NOT_DEBITED = 0xB1
    PREVIOUS_FAILED = 0xB2


_WHY = {
    Status.MAC: PurseWhy.MAC,
    Status.NO_CARD: PurseWhy.NO_CARD,
    Status.OTHER_CARD: PurseWhy.OTHER_CARD,
    Status.WRITE_ERROR: PurseWhy.WRITE_ERROR,
    Status.TORN: PurseWhy.WRITE_ERROR,
    Status.EXPIRED: PurseWhy.EXPIRED,
    Status.BLACKLISTED: PurseWhy.BLACKLISTED,
    Status.NOT_ENOUGH: PurseWhy.NOT_ENOUGH,
    Status.INTERRUPTED: PurseWhy.INTERRUPTED,
    Status.NOT_DEBITED: PurseWhy.INTERRUPTED,
    Status.PREVIOUS_FAILED: PurseWhy.PREVIOUS_FAILED,
}
_MODULE_ERRORS = range(0x60, 0x6B)
_WALLETS = {1: PurseKind.M1, 2: PurseKind.CPU}
_POLL_SIZE = 52
_PREPARED_SIZE = 87


@dataclass(frozen=True, slots=True)
class Checksum:
    """How frames are closed; `of` is given everything before the checksum."""

    size: int
    of: Callable[[bytes], bytes]


XOR = Checksum(1, lambda frame: bytes((reduce(xor, frame, 0),)))
"""The XOR of all bytes before it: what the framing's origin uses, unconfirmed for these readers."""


@dataclass(frozen=True, slots=True)
class Garbled:
    """Bytes that are no answer, or none to this command."""

    detail: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A frame from the reader."""

    command: int
    status: int
    data: bytes


def build(command: Command, data: bytes = b"", checksum: Checksum = XOR) -> bytes:
    """Return a frame to the reader; raise ValueError where the data does not fit into one."""
    length = 1 + len(data) + checksum.size
    if length > 0xFF:
        raise ValueError("too long for a frame")
    frame = bytes((HOST, length, command)) + data
    return frame + checksum.of(frame)


def parse(frame: bytes, command: Command, checksum: Checksum = XOR) -> Answer | Garbled:
    """Return the answer to `command` that a whole frame holds."""
    if len(frame) < 4 + checksum.size or frame[0] != READER or frame[1] != len(frame) - 2:
        return Garbled("not a frame")
    body, closing = frame[: -checksum.size], frame[-checksum.size :]
    if checksum.of(body) != closing:
        return Garbled("the checksum is wrong")
    if frame[2] != command:
        return Garbled("the answer to another command")
    return Answer(frame[2], frame[3], body[4:])


def refusal(status: int) -> PurseRefused:
    """Return what a status other than ok says."""
    if status in _MODULE_ERRORS:
        return PurseRefused(PurseWhy.MODULE, status)
    known = {int(code): why for code, why in _WHY.items()}
    return PurseRefused(known.get(status, PurseWhy.OTHER), status)


def debit_request(debit: PurseDebit) -> bytes:
    """Return the data of PREPARE: amount, fare (the same), time, no offline check, no months."""
    if not 0 < debit.amount < _MOST_FEN:
        raise ValueError("an amount of 1 fen to 2**32 - 1")
    amount = debit.amount.to_bytes(4)
    return amount + amount + pack_time(debit.at) + b"\x00\x00"


def read_card(data: bytes) -> PurseCard | Garbled:
    """Return the card of a POLL answer (52 bytes; those after the deposit are not described anywhere)."""
    if len(data) != _POLL_SIZE:
        return Garbled("not the record of a card")
    kind = _WALLETS.get(data[0])
    if kind is None:
        return Garbled("a wallet of an unknown type")
    return PurseCard(
        kind,
        physical=data[1:9],
        logical=data[9:17],
        balance=Fen(int.from_bytes(data[17:21])),
        floor=Fen(data[25] * 100),
    )


def read_prepared(data: bytes) -> PreparedDebit | Garbled:
    """Return the record of a PREPARE answer for a CPU card (87 bytes)."""
    if len(data) != _PREPARED_SIZE:
        return Garbled("not the record of a debit")
    at = unpack_time(data[10:17])
    if at is None:
        return Garbled("a debit at no time")
    return PreparedDebit(
        terminal=data[0:6],
        serial=int.from_bytes(data[6:10]),
        at=at,
        logical=data[17:25],
        physical=data[25:33],
        amount=Fen(int.from_bytes(data[33:37])),
        balance_after=Fen(int.from_bytes(data[41:45])),
        count=int.from_bytes(data[49:51]),
    )


def read_debited(data: bytes) -> Debited | Garbled:
    """Return the TAC of a COMPLETE or RESTORE answer."""
    return Debited(data) if len(data) == 4 else Garbled("not a TAC")


def read_words(data: bytes) -> str:
    """Return a version or serial number as text: printable ASCII as it is, anything else in hex."""
    printable = all(0x20 <= byte < 0x7F for byte in data)
    return (data.decode("ascii").strip() if printable else data.hex())[:64]


def pack_time(moment: datetime) -> bytes:
    """Return an aware moment as 7 packed-decimal bytes yyyyMMddHHmmss, Beijing."""
    return bytes.fromhex(moment.astimezone(BEIJING).strftime("%Y%m%d%H%M%S"))


def unpack_time(data: bytes) -> datetime | None:
    """Return the moment of `pack_time` in UTC, None for bytes that are no time."""
    digits = data.hex()
    if len(digits) != 14 or not digits.isdecimal():
        return None
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
