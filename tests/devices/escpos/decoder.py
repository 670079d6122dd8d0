"""ESC/POS read by somebody else: bytes to commands to paper, without a line of the driver.

Strict: a byte or command that the tests do not expect is an error. Written from the command reference.
"""

from dataclasses import dataclass, field

from PIL import Image


@dataclass(frozen=True)
class RealTimeStatus:
    number: int


@dataclass(frozen=True)
class Recover:
    pass


@dataclass(frozen=True)
class ClearBuffers:
    pass


@dataclass(frozen=True)
class Initialise:
    pass


@dataclass(frozen=True)
class AutomaticStatus:
    mask: int


@dataclass(frozen=True)
class SensorQuestion:
    number: int


@dataclass(frozen=True)
class CounterQuestion:
    number: int


@dataclass(frozen=True)
class Raster:
    width_bytes: int
    rows: bytes


@dataclass(frozen=True)
class Line:
    text: str


@dataclass(frozen=True)
class Cut:
    pass


Command = (
    RealTimeStatus
    | Recover
    | ClearBuffers
    | Initialise
    | AutomaticStatus
    | SensorQuestion
    | CounterQuestion
    | Raster
    | Line
    | Cut
)
REAL_TIME = (RealTimeStatus, Recover, ClearBuffers)


class Unexpected(Exception):
    """No command that this decoder knows."""


@dataclass
class Decoder:
    """Takes bytes as they come. `chinese` is the mode that FS & and FS . switch."""

    chinese: bool = False
    _held: bytearray = field(default_factory=bytearray)
    _text: bytearray = field(default_factory=bytearray)

    def feed(self, content: bytes) -> list[Command]:
        self._held += content
        found: list[Command] = []
        while self._held:
            step = self._next()
            if step is None:
                break
            length, command = step
            del self._held[:length]
            if command is not None:
                found.append(command)
        return found

    def _next(self) -> tuple[int, Command | None] | None:
        """Return how many bytes the next command has and what it is; None while it is incomplete."""
        held = bytes(self._held)
        lengths = {0x10: 3, 0x1B: 2, 0x1C: 2, 0x1D: 3}
        if held[0] in lengths:
            return self._command(held) if len(held) >= lengths[held[0]] else None
        if held[0] == 0x00:
            return 1, None
        if held[0] == 0x0A:
            return 1, self._line()
        if held[0] < 0x20:
            raise Unexpected(held[:4].hex())
        self._text.append(held[0])
        return 1, None

    def _command(self, held: bytes) -> tuple[int, Command | None] | None:
        match held[0], held[1]:
            case 0x10, 0x04:
                return 3, RealTimeStatus(held[2])
            case 0x10, 0x05:
                return 3, Recover()
            case 0x10, 0x14:
                return (10, ClearBuffers()) if len(held) >= 10 else None
            case 0x1B, 0x40:
                self.chinese = False
                self._text.clear()
                return 2, Initialise()
            case 0x1C, 0x26:
                self.chinese = True
                return 2, None
            case 0x1C, 0x2E:
                self.chinese = False
                return 2, None
            case 0x1D, 0x61:
                return 3, AutomaticStatus(held[2])
            case 0x1D, 0x72:
                return 3, SensorQuestion(held[2])
            case 0x1D, 0x67:
                whole = len(held) >= 6
                return (6, CounterQuestion(held[4] + 256 * held[5])) if whole else None
            case 0x1D, 0x56:
                return (4, Cut()) if len(held) >= 4 else None
            case 0x1D, 0x76:
                return _raster(held)
        raise Unexpected(held[:4].hex())

    def _line(self) -> Line:
        text = bytes(self._text)
        self._text.clear()
        return Line(text.decode("gb18030" if self.chinese else "cp437"))


def _raster(held: bytes) -> tuple[int, Command] | None:
    if len(held) < 8:
        return None
    if held[2:4] != b"0\x00":
        raise Unexpected(held[:8].hex())
    width, height = held[4] + 256 * held[5], held[6] + 256 * held[7]
    if len(held) < 8 + width * height:
        return None
    return 8 + width * height, Raster(width, held[8 : 8 + width * height])


@dataclass
class Slip:
    """One piece of paper: pictures and lines of text from top to bottom."""

    parts: list[Raster | Line] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return [part.text for part in self.parts if isinstance(part, Line)]

    def picture(self) -> Image.Image:
        """Return the rasters below each other, black on white."""
        rasters = [part for part in self.parts if isinstance(part, Raster)]
        width = max(raster.width_bytes for raster in rasters)
        assert all(raster.width_bytes == width for raster in rasters)
        rows = b"".join(raster.rows for raster in rasters)
        dark = Image.frombytes("1", (width * 8, len(rows) // width), rows)
        return dark.convert("L").point(lambda value: 255 - value)


@dataclass
class Paper:
    """What stands on the roll since the last cut, and the slips cut off before."""

    slips: list[Slip] = field(default_factory=list)
    current: Slip = field(default_factory=Slip)

    def put(self, command: Command) -> None:
        match command:
            case Raster() | Line():
                self.current.parts.append(command)
            case Cut():
                self.slips.append(self.current)
                self.current = Slip()
