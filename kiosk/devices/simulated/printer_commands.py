"""The printer's end of the line: cuts the byte stream into commands, strictly and with bounded buffers.

Written from the protocol's description alone, apart from the driver's code, so that each checks the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_COMMAND = 3 + 255
"""Bytes of the longest command: a raster row with its one-byte length."""

HIGHEST_POSITION = 1100
HEAD_UNITS = 96


class NotUnderstood(Exception):
    """The bytes are no command of this printer; where the next command begins nobody can know."""


@dataclass(frozen=True, slots=True)
class Simple:
    """A command without arguments, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class PrintArea:
    """Positions from `first` up to but without `last` may be written."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class EraseArea:
    """Head units of 8 dots and positions, each from the first up to but without the last."""

    first_unit: int
    first_position: int
    last_unit: int
    last_position: int


@dataclass(frozen=True, slots=True)
class StartPosition:
    """The next raster row goes to this position, the following ones one further each."""

    position: int


@dataclass(frozen=True, slots=True)
class RasterRow:
    """One row of dots across the card, first bit at head dot 0, most significant bit first."""

    dots: bytes


@dataclass(frozen=True, slots=True)
class DisplayText:
    """Four lines of 20 characters for the printer's own display."""

    text: str


Command = Simple | PrintArea | EraseArea | StartPosition | RasterRow | DisplayText

_SIMPLE: dict[bytes, str] = {
    b"\x00": "nothing",  # what a driver fills up with after a job that broke off on a serial line
    b"\x1a": "status",
    b"\x0c": "print",
    b"\x1b1": "feed_front",
    b"\x1b2": "abort_feed",
    b"\x1b3": "eject",
    b"\x1ba": "firmware",
    b"\x1b%oS": "serial_number",
    b"\x1b$R": "reboot",
    b"\x1b$D0": "display_default",
    b"\x1bU": "turn_card",
}
_WITH_DIGITS: dict[bytes, tuple[int, ...]] = {b"\x1b%d": (4, 4), b"\x1bL1": (2, 4, 2, 4), b"\x1b%y": (4,)}
_DISPLAY = b"\x1b$D1"
_DISPLAY_LENGTH = 80
_ROW = b"\x1bQ"
_BEGINNINGS = (*_SIMPLE, *_WITH_DIGITS, _DISPLAY, _ROW)


class CommandStream:
    """Takes bytes as they come, half commands too, and gives back whole commands.

    Attributes:
        pending: bytes of a command that is not complete yet, never more than `LONGEST_COMMAND`.
    """

    def __init__(self) -> None:
        self._buffer = b""

    @property
    def pending(self) -> int:
        return len(self._buffer)

    def feed(self, chunk: bytes) -> Iterator[Command]:
        """Yield the commands complete so far; raise NotUnderstood at the first byte that fits nowhere."""
        stream = memoryview(self._buffer + chunk)
        self._buffer = b""
        at = 0
        while at < len(stream):
            window = bytes(stream[at : at + LONGEST_COMMAND])
            cut = _cut(window)
            if cut is None:
                self._buffer = window
                return
            command, length = cut
            at += length
            yield command


def _cut(window: bytes) -> tuple[Command, int] | None:
    """Return the command at the start of `window` and its length, None where it is not complete."""
    for beginning, name in _SIMPLE.items():
        if window.startswith(beginning):
            return Simple(name), len(beginning)
    for beginning, widths in _WITH_DIGITS.items():
        if window.startswith(beginning):
            return _cut_digits(window, beginning, widths)
    if window.startswith(_ROW):
        return _cut_row(window)
    if window.startswith(_DISPLAY):
        return _cut_display(window)
    if any(beginning.startswith(window) for beginning in _BEGINNINGS):
        return None
    raise NotUnderstood(f"no command begins with {window[:4].hex(' ')}")


def _cut_row(window: bytes) -> tuple[Command, int] | None:
    if len(window) <= len(_ROW):
        return None
    length = window[len(_ROW)]
    end = len(_ROW) + 1 + length
    if length > HEAD_UNITS:
        raise NotUnderstood(f"a row of {length} bytes is longer than the head")
    return (RasterRow(window[len(_ROW) + 1 : end]), end) if len(window) >= end else None


def _cut_display(window: bytes) -> tuple[Command, int] | None:
    end = len(_DISPLAY) + _DISPLAY_LENGTH
    text = window[len(_DISPLAY) : end]
    if not text.isascii():
        raise NotUnderstood("the display shows ASCII only")
    return (DisplayText(text.decode("ascii")), end) if len(window) >= end else None


def _cut_digits(window: bytes, beginning: bytes, widths: tuple[int, ...]) -> tuple[Command, int] | None:
    end = len(beginning) + sum(widths)
    digits = window[len(beginning) : end]
    if digits and not digits.isdigit():
        raise NotUnderstood("digits were due")
    if len(window) < end:
        return None
    numbers: list[int] = []
    at = 0
    for width in widths:
        numbers.append(int(digits[at : at + width]))
        at += width
    return _placed(numbers), end


def _placed(numbers: list[int]) -> Command:
    match numbers:
        case [position] if position <= HIGHEST_POSITION:
            return StartPosition(position)
        case [first, last] if first < last <= HIGHEST_POSITION:
            return PrintArea(first, last)
        case [unit, position, last_unit, last_position] if (
            unit < last_unit <= HEAD_UNITS and position < last_position <= HIGHEST_POSITION
        ):
            return EraseArea(unit, position, last_unit, last_position)
    raise NotUnderstood("an area or position off the card")
