"""Bytes of the EasyPrinter S3's protocol, pure: jobs are built, status answers are parsed.

Source: ANA-U's EasyPrinter S3 documentation as used by the public driver Portalum.TrwPrinter (MIT,
https://github.com/Portalum/Portalum.TrwPrinter). The protocol has no framing and no checksums.

Two coordinates, both counted in dots of 1/300 inch: the *position* runs along the card as it passes under
the head (0 to 1100), the *head dot* across it (96 bytes of 8). The card's long side runs against the
positions: position 1099 is the left-most column that can be written. Where exactly the card lies under
the head is calibrated on a real machine (`Placement`).
"""

from dataclasses import dataclass

from PIL import Image

from kiosk.domain.raster import CardRaster

ESC = b"\x1b"
STATUS = b"\x1a"
FEED_FRONT = ESC + b"1"
ABORT_FEED = ESC + b"2"
EJECT = ESC + b"3"
FIRMWARE = ESC + b"a"
SERIAL_NUMBER = ESC + b"%oS"
REBOOT = ESC + b"$R"
TURN_CARD = ESC + b"U"
PRINT_AREA = ESC + b"%d"
ERASE_AREA = ESC + b"L1"
POSITION = ESC + b"%y"
RASTER_ROW = ESC + b"Q"
DISPLAY_TEXT = ESC + b"$D1"
DISPLAY_DEFAULT = ESC + b"$D0"
PRINT = b"\x0c"

DOTS_PER_INCH = 300
HEAD_BYTES = 96
LAST_POSITION = 1100
FIRST_PRINTABLE = 100
LINE_BYTES = 80
"""Bytes of picture in one line across the card: 640 dots, the card's 638 and two spare."""

LONGEST_ROW = LINE_BYTES + 13
"""Bytes of one raster row behind its head."""

_PADDING = bytes(13)  # leads every raster row: the card begins 13 bytes inside the head
CARD = (1011, 638)  # ID-1, 85.60 x 53.98 mm (ISO/IEC 7810), in dots


ERASE_WHOLE = ERASE_AREA + b"%02d%04d%02d%04d" % (0, 0, HEAD_BYTES, LAST_POSITION)
"""A whole job by itself, for a film that is to be empty."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """A picture that this printer cannot put on a card, and why."""

    detail: str


@dataclass(frozen=True, slots=True)
class Placement:
    """How the card lies under the head; from the printer's calibration.

    Attributes:
        shift: dots added to every position (the maker's driver: 0 fed from the front, 19 from a hopper).
        turned: the card lies the other way round; the printer is told to turn the whole job by 180°.
    """

    shift: int = 0
    turned: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.shift < LAST_POSITION - FIRST_PRINTABLE:
            raise ValueError("the shift leads off the card")

    @property
    def columns(self) -> int:
        """Columns of the card's picture, from its left edge, that can be written."""
        return LAST_POSITION - FIRST_PRINTABLE - self.shift


def build_job(raster: CardRaster, placement: Placement | None = None) -> bytes | Unfit:
    """Return the bytes that erase the whole film and write `raster`, up to but without `PRINT`.

    The picture goes to the middle of the card, whether it is made for the film alone or the whole card.
    The film is erased whole, never in part: what stood outside the picture must go too.
    """
    placed = placement or Placement()
    picture = _picture(raster, placed)
    if isinstance(picture, Unfit):
        return picture
    start = FIRST_PRINTABLE + placed.shift
    return b"".join(
        (
            TURN_CARD if placed.turned else b"",
            PRINT_AREA + b"%04d%04d" % (FIRST_PRINTABLE, LAST_POSITION),
            ERASE_WHOLE,
            POSITION + b"%04d" % start,
            *_rows(picture),
        )
    )


def _picture(raster: CardRaster, placement: Placement) -> Image.Image | Unfit:
    """Return the raster in the middle of a field of the printable columns and 640 dots, 1 = dark."""
    if raster.dots_per_inch != DOTS_PER_INCH:
        return Unfit(f"made for {raster.dots_per_inch} dpi, the printer has {DOTS_PER_INCH}")
    if raster.width < 1 or raster.height < 1:
        return Unfit("the picture is empty")
    if raster.width > CARD[0] or raster.height > CARD[1]:
        return Unfit(f"{raster.width} x {raster.height} dots do not fit on a card")
    ink = Image.frombytes("1", (raster.width, raster.height), raster.rows)
    field = Image.new("1", (CARD[0], LINE_BYTES * 8), 0)
    field.paste(ink, ((CARD[0] - raster.width) // 2, (CARD[1] - raster.height) // 2))
    if field.crop((placement.columns, 0, *field.size)).getbbox() is not None:
        return Unfit(f"dark dots beyond column {placement.columns}, the end of the printable area")
    return field.crop((0, 0, placement.columns, field.height))


def _rows(field: Image.Image) -> list[bytes]:
    """Return one raster command per column of `field`, the right-most first.

    In a row the least significant bit of the last byte is the top dot of the column, which is the column
    mirrored and packed with the most significant bit first.
    """
    lines = field.transpose(Image.Transpose.TRANSVERSE).tobytes()
    head = RASTER_ROW + bytes((LINE_BYTES + len(_PADDING),)) + _PADDING
    return [head + lines[at : at + LINE_BYTES] for at in range(0, len(lines), LINE_BYTES)]


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """The short status, one byte."""

    sensor_head: bool
    sensor_front: bool
    at_head: bool
    printing: bool
    printed: bool
    at_peripheral: bool
    error: bool

    @property
    def encoded(self) -> int:
        """The status as the byte that the printer sends; bit 2 has no meaning and stays clear."""
        bits = (
            self.sensor_head,
            self.sensor_front,
            False,
            self.at_head,
            self.printing,
            self.printed,
            self.at_peripheral,
            self.error,
        )
        return sum(1 << place for place, bit in enumerate(bits) if bit)


@dataclass(frozen=True, slots=True)
class Garbled:
    """An answer that cannot be a status."""

    detail: str


def parse_status(answer: bytes) -> PrinterStatus | Garbled:
    """Return the status in an answer; one byte, and not two places at once."""
    if len(answer) != 1:
        return Garbled(f"{len(answer)} bytes where 1 was due")
    byte = answer[0]
    bits = [bool(byte >> place & 1) for place in range(8)]
    if bits[3] and bits[6]:
        return Garbled(f"the card in two places at once: {byte:#04x}")
    return PrinterStatus(
        sensor_head=bits[0],
        sensor_front=bits[1],
        at_head=bits[3],
        printing=bits[4],
        printed=bits[5],
        at_peripheral=bits[6],
        error=bits[7],
    )
