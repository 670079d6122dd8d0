"""What a job does to a film: areas are erased, dots are set, all from the bytes that were received."""

from dataclasses import dataclass, field

from PIL import Image, ImageChops

from kiosk.devices.simulated.films import FILM_SIZE
from kiosk.devices.simulated.printer_commands import (
    HEAD_UNITS,
    HIGHEST_POSITION,
    EraseArea,
    NotUnderstood,
    PrintArea,
    RasterRow,
    StartPosition,
)

HEAD_DOTS = HEAD_UNITS * 8
CARD_TOP_DOT = 743
"""Head dot that passes over the card's upper edge; the head dots run against the card's rows."""

CARD_LEFT_POSITION = HIGHEST_POSITION - 1
"""Position at which the card's left-most column lies under the head."""

_PLATE = (HEAD_DOTS, HIGHEST_POSITION)
_CARD_ON_PLATE = (
    CARD_TOP_DOT + 1 - FILM_SIZE[1],
    CARD_LEFT_POSITION + 1 - FILM_SIZE[0],
    CARD_TOP_DOT + 1,
    CARD_LEFT_POSITION + 1,
)


@dataclass(slots=True)
class Job:
    """A print job as it builds up on one connection; at most one row per position."""

    turned: bool = False
    print_area: PrintArea = field(default_factory=lambda: PrintArea(0, HIGHEST_POSITION))
    erase_areas: list[EraseArea] = field(default_factory=list)
    rows: dict[int, bytes] = field(default_factory=dict)
    position: int = 0

    @property
    def empty(self) -> bool:
        return not self.erase_areas and not self.rows

    def add(self, command: PrintArea | EraseArea | StartPosition | RasterRow) -> None:
        """Take one element; raise NotUnderstood where it leads off the card or has no end."""
        match command:
            case PrintArea():
                self.print_area = command
            case EraseArea():
                if len(self.erase_areas) >= HEAD_UNITS:
                    raise NotUnderstood("more erase areas than the head has units")
                self.erase_areas.append(command)
            case StartPosition(position):
                self.position = position
            case RasterRow(dots):
                if self.position >= HIGHEST_POSITION:
                    raise NotUnderstood("a row beyond the end of the card")
                self.rows[self.position] = dots
                self.position += 1

    def erased(self, film: Image.Image) -> Image.Image:
        """Return the film after this job's erasing: white wherever an erase area lies."""
        plate = Image.new("1", _PLATE, 0)
        for area in self.erase_areas:
            last = (area.last_unit * 8, area.last_position)
            plate.paste(255, (area.first_unit * 8, area.first_position, *last))
        return ImageChops.logical_or(film, self._on_card(plate))

    def ink(self) -> Image.Image:
        """Return the dots that fall on the card, inside the print area; 255 where dark."""
        plate = Image.new("1", _PLATE, 0)
        for position, dots in self.rows.items():
            if dots and self.print_area.first <= position < self.print_area.last:
                plate.paste(Image.frombytes("1", (len(dots) * 8, 1), dots), (0, position))
        return self._on_card(plate)

    def _on_card(self, plate: Image.Image) -> Image.Image:
        seen = plate.crop(_CARD_ON_PLATE).transpose(Image.Transpose.TRANSVERSE)
        return seen.transpose(Image.Transpose.ROTATE_180) if self.turned else seen


def marked(film: Image.Image, ink: Image.Image) -> Image.Image:
    """Return the film with the ink on it."""
    return ImageChops.logical_and(film, ImageChops.invert(ink))


def pale(ink: Image.Image) -> Image.Image:
    """Return what a worn film still shows of the ink: of every four dots the first."""
    sieve = Image.new("1", ink.size, 0)
    sieve.putdata([255 * (place % 4 == 0) for place in range(ink.width * ink.height)])
    return ImageChops.logical_and(ink, sieve)


def misprint(ink: Image.Image) -> Image.Image:
    """Return a print that is wrong in one place: a strip of it shows what stands beside it."""
    box = ink.getbbox()
    if box is None:
        return ink
    left, top, right, bottom = box
    width = max((right - left) // 10, 1)
    middle = (left + right) // 2
    wrong = ink.copy()
    wrong.paste(ink.crop((middle - width, top, middle, bottom)), (middle, top))
    return wrong
