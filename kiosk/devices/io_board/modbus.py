"""Modbus frames for boards with digital inputs and relay outputs.

Sources: MODBUS Application Protocol Specification V1.1b3, sections 6.1 (Read Coils), 6.2 (Read Discrete
Inputs), 6.11 and 6.15 (Write Single and Multiple Coils), 7 (exceptions); MODBUS Messaging on TCP/IP
Implementation Guide V1.0b, section 3.1.3 (MBAP header); MODBUS over Serial Line V1.02, section 6.2 (CRC).
Pure: bytes in, values out.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

MOST_BITS = 256
"""Most bits asked for at once; the protocol allows 2000, no such board has more than some dozens."""

_EXCEPTION = 0x80
_ON, _OFF = 0xFF00, 0x0000
_MBAP = struct.Struct(">HHHB")
_LONGEST_PDU = 253


class Function(IntEnum):
    """The function codes in use."""

    READ_COILS = 0x01
    READ_INPUTS = 0x02
    WRITE_COIL = 0x05
    WRITE_COILS = 0x0F


class Malformed(Exception):
    """The bytes are no answer to the request: the line has to be opened anew."""


class RefusedByBoard(Exception):
    """The board answered with an exception code (section 7): it is there, but cannot do that."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `count` bits are read, or `bits` written, from `first` on (0 is the first)."""

    function: Function
    first: int
    count: int = 1
    bits: tuple[bool, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.first + max(self.count, 1) - 1 <= 0xFFFF or self.count > MOST_BITS:
            raise ValueError("these bits do not exist")

    @property
    def pdu(self) -> bytes:
        """Return the protocol data unit."""
        match self.function:
            case Function.READ_COILS | Function.READ_INPUTS:
                return struct.pack(">BHH", self.function, self.first, self.count)
            case Function.WRITE_COIL:
                return struct.pack(">BHH", self.function, self.first, _ON if self.bits[0] else _OFF)
            case Function.WRITE_COILS:
                packed = _packed(self.bits)
                return struct.pack(">BHHB", self.function, self.first, self.count, len(packed)) + packed

    @property
    def answer_length(self) -> int:
        """Return the length of the protocol data unit that answers, if it is no exception."""
        reads = self.function in {Function.READ_COILS, Function.READ_INPUTS}
        return 2 + (self.count + 7) // 8 if reads else 5


def read_coils(first: int, count: int) -> Request:
    return Request(Function.READ_COILS, first, count)


def read_inputs(first: int, count: int) -> Request:
    return Request(Function.READ_INPUTS, first, count)


def write_coils(first: int, bits: Sequence[bool]) -> Request:
    """Return the request that sets a run of outputs; one alone goes as Write Single Coil."""
    function = Function.WRITE_COIL if len(bits) == 1 else Function.WRITE_COILS
    return Request(function, first, len(bits), tuple(bits))


def parse(request: Request, pdu: bytes) -> tuple[bool, ...]:
    """Return the bits read (none for a write); raise Malformed or RefusedByBoard."""
    if len(pdu) == 2 and pdu[0] == request.function | _EXCEPTION:
        raise RefusedByBoard(f"exception {pdu[1]}")
    if len(pdu) != request.answer_length or pdu[0] != request.function:
        raise Malformed("not an answer to the request")
    if request.function in {Function.READ_COILS, Function.READ_INPUTS}:
        if pdu[1] != len(pdu) - 2:
            raise Malformed("the byte count is wrong")
        return _unpacked(pdu[2:], request.count)
    if pdu != request.pdu[:5]:
        raise Malformed("the board did not confirm what was written")
    return ()


def _packed(bits: Sequence[bool]) -> bytes:
    """Return bits as bytes, the first in the lowest place (section 6.15)."""
    return bytes(
        sum(bit << place for place, bit in enumerate(bits[start : start + 8]))
        for start in range(0, len(bits), 8)
    )


def _unpacked(content: bytes, count: int) -> tuple[bool, ...]:
    return tuple(bool(content[index // 8] >> index % 8 & 1) for index in range(count))


class Framing(Protocol):
    """How protocol data units travel; `unit` is the board's address on the line."""

    def frame(self, request: Request) -> bytes:
        """Return the bytes to send."""

    def answer(self, request: Request, received: bytes) -> bytes | None:
        """Return the answer's protocol data unit, None while bytes are missing; raise Malformed."""


class TcpFraming:
    """MBAP: transaction, protocol 0, length, unit. A transaction number ties an answer to its request."""

    def __init__(self, unit: int = 1) -> None:
        self._unit = unit
        self._transaction = 0

    def frame(self, request: Request) -> bytes:
        self._transaction = (self._transaction + 1) & 0xFFFF
        pdu = request.pdu
        return _MBAP.pack(self._transaction, 0, len(pdu) + 1, self._unit) + pdu

    def answer(
        self,
        request: Request,  # noqa: ARG002 - the header says the length
        received: bytes,
    ) -> bytes | None:
        if len(received) < _MBAP.size:
            return None
        transaction, protocol, length, unit = _MBAP.unpack_from(received)
        if (transaction, protocol, unit) != (self._transaction, 0, self._unit):
            raise Malformed("another transaction or unit")
        if not 2 <= length <= _LONGEST_PDU + 1:
            raise Malformed("a length that cannot be")
        whole = _MBAP.size + length - 1
        if len(received) < whole:
            return None
        if len(received) > whole:
            raise Malformed("more bytes than one answer has")
        return received[_MBAP.size :]


class RtuFraming:
    """Unit, protocol data unit, CRC; on a serial line, or on TCP where a converter passes bytes through."""

    def __init__(self, unit: int = 1) -> None:
        self._unit = unit

    def frame(self, request: Request) -> bytes:
        body = bytes((self._unit,)) + request.pdu
        return body + crc16(body)

    def answer(self, request: Request, received: bytes) -> bytes | None:
        if len(received) < 2:
            return None
        refused = bool(received[1] & _EXCEPTION)
        whole = 5 if refused else request.answer_length + 3
        if len(received) < whole:
            return None
        if len(received) > whole or received[0] != self._unit:
            raise Malformed("more bytes than one answer has, or another unit's")
        if crc16(received[:-2]) != received[-2:]:
            raise Malformed("the check sum is wrong")
        return received[1:-2]


def crc16(content: bytes) -> bytes:
    """Return the two bytes of the check sum, low byte first (serial line, section 6.2.2)."""
    register = 0xFFFF
    for byte in content:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ 0xA001 if register & 1 else register >> 1
    return struct.pack("<H", register)
