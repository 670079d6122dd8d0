"""The card's layout as data: `resources/data/layouts/endorsement.toml`, parsed strictly.

Lengths are millimetres from the upper left corner, y downwards; font sizes are points (1/72 inch).
"""

import dataclasses
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import to_json

from kiosk import resources
from kiosk.documents.fonts import Weight
from kiosk.domain.endorsement import Destination, Entries
from kiosk.domain.text import Text

T = TypeVar("T")

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72.0
STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
_ASCENT, _DESCENT = 0.88, 0.24  # of the em: Noto Sans SC, with room for a comma's tail

Millimetres = Annotated[float, Field(ge=0, le=1000)]
Length = Annotated[float, Field(gt=0, le=1000)]
Points = Annotated[float, Field(ge=4, le=72)]
Words = Annotated[str, Field(min_length=1, max_length=100)]


class LayoutInvalid(Exception):
    """A layout file is missing or wrong: the installation is at fault; says where in the file."""


def points(millimetres: float) -> float:
    """Return a length in points."""
    return millimetres * POINTS_PER_INCH / MM_PER_INCH


def dots(millimetres: float, dots_per_inch: int) -> int:
    """Return a length in whole dots of a device."""
    return round(millimetres * dots_per_inch / MM_PER_INCH)


@dataclasses.dataclass(frozen=True, slots=True)
class Area:
    """A rectangle, mm; `x` and `y` are its upper left corner."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    x: Millimetres
    y: Millimetres
    width: Length
    height: Length

    def contains(self, other: "Area") -> bool:
        """Whether the other lies inside, a hundredth of a millimetre forgiven."""
        slack = 0.01
        return (
            other.x >= self.x - slack
            and other.y >= self.y - slack
            and other.x + other.width <= self.x + self.width + slack
            and other.y + other.height <= self.y + self.height + slack
        )


@dataclass(frozen=True, slots=True, config=STRICT)
class Size:
    """Width and height, mm."""

    width: Length
    height: Length


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where one line of text stands and how: `x`, `baseline`, `width` in mm, sizes in points."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    x: Millimetres
    baseline: Millimetres
    width: Length
    size: Points
    min_size: Points
    weight: Weight
    align: Literal["left", "centre", "right"]

    def at(self, x: float, y: float) -> "Place":
        """Return the place moved right and down by millimetres."""
        return dataclasses.replace(self, x=self.x + x, baseline=self.baseline + y)

    @property
    def area(self) -> Area:
        """The rectangle that the line may fill, from its ascenders to its descenders."""
        em = self.size * MM_PER_INCH / POINTS_PER_INCH
        return Area(self.x, self.baseline - _ASCENT * em, self.width, (_ASCENT + _DESCENT) * em)


@dataclass(frozen=True, slots=True, config=STRICT)
class Caption:
    """A fixed text."""

    text: Words
    place: Place


@dataclass(frozen=True, slots=True, config=STRICT)
class Code:
    """The QR code: corner and greatest side in mm; its modules are whole dots of the printer."""

    x: Millimetres
    y: Millimetres
    side: Length
    dots_per_inch: Annotated[int, Field(ge=100, le=1200)]
    error_correction: Literal["L", "M", "Q", "H"]


@dataclass(frozen=True, slots=True, config=STRICT)
class Holder:
    """Whose card it is."""

    name: Place
    number: Place


@dataclass(frozen=True, slots=True, config=STRICT)
class BlockHead:
    """One destination's block: its corner in mm and its two headings."""

    destination: Destination
    x: Millimetres
    y: Millimetres
    words: Words
    letters: Words


@dataclass(frozen=True, slots=True, config=STRICT)
class Fields:
    """Places of what an endorsement says, relative to the block."""

    kind: Place
    entries: Place
    stay: Place
    valid_until: Place
    control_no: Place
    place_of_issue: Place


@dataclass(frozen=True, slots=True, config=STRICT)
class Block:
    """What every block holds, relative to its corner."""

    width: Length
    height: Length
    words: Place
    letters: Place
    empty: Caption
    captions: tuple[Caption, ...]
    rules: tuple[Area, ...]
    fields: Fields


@dataclass(frozen=True, slots=True, config=STRICT)
class FieldWords:
    """Words for coded fields; `stay` has the placeholder ``{days}``."""

    stay: Annotated[str, Field(pattern=r"^[^{}]*\{days\}[^{}]*$")]
    entries: dict[Entries, Text]
    kinds: dict[Annotated[str, Field(pattern="^[A-Z]$")], Text]


@dataclass(frozen=True, slots=True, config=STRICT)
class CardLayout:
    """A whole layout; see the comments in the file for the meaning of each part."""

    name: Words
    title: Words
    page: Size
    film: Size
    code: Code
    holder: Holder
    captions: tuple[Caption, ...]
    rules: tuple[Area, ...]
    blocks: Annotated[tuple[BlockHead, ...], Field(min_length=1, max_length=4)]
    block: Block
    words: FieldWords

    @property
    def destinations(self) -> tuple[Destination, ...]:
        """The destinations that have a block, in order; the QR code follows it."""
        return tuple(head.destination for head in self.blocks)

    @property
    def film_area(self) -> Area:
        """The rewritable area, centred on the card."""
        return Area(
            (self.page.width - self.film.width) / 2,
            (self.page.height - self.film.height) / 2,
            self.film.width,
            self.film.height,
        )


def parse_as(shape: type[T], text: str) -> T:
    """Parse TOML into dataclasses; raise LayoutInvalid naming every fault and its place in the file."""
    try:
        # Strict rules of JSON suit TOML: a list may fill a tuple, but "5" is never a number.
        return TypeAdapter(shape).validate_json(to_json(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise LayoutInvalid(f"not TOML: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise LayoutInvalid(faults) from error


def parse_layout(text: str) -> CardLayout:
    """Parse a card's layout; raise LayoutInvalid naming every fault and its place in the file."""
    layout = parse_as(CardLayout, text)
    faults = "; ".join(_faults(layout))
    if faults:
        raise LayoutInvalid(faults)
    return layout


@cache
def load_layout(path: Path | None = None) -> CardLayout:
    """Return the shipped layout or another file's, read once; raise LayoutInvalid naming the file."""
    file = path or resources.path("data", "layouts", "endorsement.toml")
    try:
        return parse_layout(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise LayoutInvalid(f"{file.name}: cannot be read") from error
    except LayoutInvalid as error:
        raise LayoutInvalid(f"{file.name}: {error}") from error


def field_places(layout: CardLayout) -> tuple[tuple[str, Place], ...]:
    """Return the fields of a block by name, relative to the block, in reading order."""
    fields = layout.block.fields
    return (
        ("kind", fields.kind),
        ("entries", fields.entries),
        ("stay", fields.stay),
        ("valid_until", fields.valid_until),
        ("control_no", fields.control_no),
        ("place_of_issue", fields.place_of_issue),
    )


def _page_places(layout: CardLayout) -> Iterator[tuple[str, Place]]:
    yield "holder.name", layout.holder.name
    yield "holder.number", layout.holder.number
    for index, caption in enumerate(layout.captions):
        yield f"captions.{index}", caption.place


def _block_places(layout: CardLayout) -> Iterator[tuple[str, Place]]:
    yield "block.words", layout.block.words
    yield "block.letters", layout.block.letters
    yield "block.empty", layout.block.empty.place
    for index, caption in enumerate(layout.block.captions):
        yield f"block.captions.{index}", caption.place
    for name, place in field_places(layout):
        yield f"block.fields.{name}", place


def _on_film(layout: CardLayout) -> Iterator[tuple[str, Area]]:
    """Everything that must lie on the film, with its name in the file."""
    yield "code", Area(layout.code.x, layout.code.y, layout.code.side, layout.code.side)
    for name, place in _page_places(layout):
        yield name, place.area
    for index, rule in enumerate(layout.rules):
        yield f"rules.{index}", rule
    for head in layout.blocks:
        name = f"blocks.{head.destination.value}"
        yield name, Area(head.x, head.y, layout.block.width, layout.block.height)


def _in_block(layout: CardLayout) -> Iterator[tuple[str, Area]]:
    """Everything that must lie in its block."""
    for name, place in _block_places(layout):
        yield name, place.area
    for index, rule in enumerate(layout.block.rules):
        yield f"block.rules.{index}", rule


def _faults(layout: CardLayout) -> Iterator[str]:
    """Yield what single values cannot show: what reaches out of its frame, and what is missing."""
    if layout.film.width > layout.page.width or layout.film.height > layout.page.height:
        yield "film: larger than the page"
    if len(set(layout.destinations)) != len(layout.destinations):
        yield "blocks: a destination appears twice"
    for name, area in _on_film(layout):
        if not layout.film_area.contains(area):
            yield f"{name}: reaches outside the film"
    block = Area(0, 0, layout.block.width, layout.block.height)
    for name, area in _in_block(layout):
        if not block.contains(area):
            yield f"{name}: reaches outside the block"
    for name, place in (*_page_places(layout), *_block_places(layout)):
        if place.min_size > place.size:
            yield f"{name}: min_size is above size"
    missing = set(Entries) - set(layout.words.entries)
    if missing:
        yield f"words.entries: no words for {', '.join(sorted(missing))}"
