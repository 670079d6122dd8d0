"""What an ESC/POS printer sends back, told apart byte by byte, and what it means.

Source: Epson's ESC/POS reference, commands DLE EOT, GS a, GS r and the table by which transmitted bytes are
identified: real-time status 0xx1xx10, first byte of an automatic status 0xx1xx00, everything else 0xx0xxxx.
"""

from dataclasses import dataclass, replace
from enum import IntEnum

from kiosk.devices.upkeep import Level


class Question(IntEnum):
    """The n of DLE EOT n."""

    PRINTER = 1
    OFFLINE = 2
    ERROR = 3
    PAPER = 4

    @property
    def command(self) -> bytes:
        """The question as it goes to the printer."""
        return b"\x10\x04" + bytes([self])


@dataclass(frozen=True, slots=True)
class RealTime:
    """The answer to a DLE EOT; which one only the order of asking tells."""

    value: int


@dataclass(frozen=True, slots=True)
class Automatic:
    """Four bytes that the printer sends by itself when its state changes (GS a)."""

    first: int
    second: int
    third: int


@dataclass(frozen=True, slots=True)
class Sensor:
    """The answer to GS r 1: sent once everything before it has been carried out."""

    value: int


Reply = RealTime | Automatic | Sensor


@dataclass(frozen=True, slots=True)
class Health:
    """The printer's state as far as it has been told."""

    offline: bool = False
    cover_open: bool = False
    cutter_error: bool = False
    fatal_error: bool = False
    passing_error: bool = False
    paper: Level = Level.UNKNOWN

    def after(self, question: Question, value: int) -> "Health":
        """Take in the answer to a DLE EOT."""
        match question:
            case Question.PRINTER:
                return replace(self, offline=bool(value & 0x08))
            case Question.OFFLINE:
                return replace(self, cover_open=bool(value & 0x04))
            case Question.ERROR:
                return self._errors(value)
            case Question.PAPER:
                return replace(self, paper=_paper(near=value & 0x0C, end=value & 0x60))

    def told(self, status: Automatic) -> "Health":
        """Take in an automatic status."""
        seen = replace(
            self,
            offline=bool(status.first & 0x08),
            cover_open=bool(status.first & 0x20),
            paper=_paper(near=status.third & 0x03, end=status.third & 0x0C),
        )
        return seen._errors(status.second)

    def _errors(self, value: int) -> "Health":
        """The bits are the same in both reports."""
        return replace(
            self,
            cutter_error=bool(value & 0x08),
            fatal_error=bool(value & 0x20),
            passing_error=bool(value & 0x44),
        )


class Replies:
    """Sorts incoming bytes; keeps at most a started automatic status, and counts what fits nowhere."""

    def __init__(self) -> None:
        self._started: list[int] = []
        self.noise = 0

    def feed(self, content: bytes) -> list[Reply]:
        found: list[Reply] = []
        for byte in content:
            reply = self._one(byte)
            if reply is not None:
                found.append(reply)
        return found

    def _one(self, byte: int) -> Reply | None:
        if self._started:
            if byte & 0x90 == 0:
                return self._continued(byte)
            self.noise += len(self._started)  # broken off by something else
            self._started.clear()
        match byte & 0x93:
            case 0x10:
                self._started.append(byte)
                return None
            case 0x12:
                return RealTime(byte)
            case 0x11 | 0x13:
                return None  # XON and XOFF: flow control on a serial line
        if byte & 0x90 == 0:
            return Sensor(byte)
        self.noise += 1
        return None

    def _continued(self, byte: int) -> Automatic | None:
        self._started.append(byte)
        if len(self._started) < 4:
            return None
        first, second, third, _ = self._started
        self._started.clear()
        return Automatic(first, second, third)


def _paper(*, near: int, end: int) -> Level:
    if end:
        return Level.OUT
    return Level.LOW if near else Level.FULL
