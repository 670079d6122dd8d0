"""Fonts for everything the machine prints, and the promise that no glyph is ever silently missing.

Noto Sans SC Regular and Bold (SIL OFL) are bundled; HanaMinB from Debian's `fonts-hanazono` adds CJK
extensions B to F for rare names. Without that package the program works and fewer characters can be
printed: `unprintable` says which. ReportLab draws nothing for a character that a font lacks and says
nothing about it, so every text is split by the fonts' own character maps before it is drawn.
"""

import mmap
import threading
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDocument
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont, TTFontFace
from reportlab.pdfgen.canvas import Canvas

from kiosk import resources

RARE_FONT_PLACES = (Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),)
"""Where the font for rare characters may lie; the Debian package `fonts-hanazono` puts it there."""

drawing = threading.RLock()
"""Held while a document is drawn: ReportLab's font objects keep state for each open document."""


class Weight(StrEnum):
    """The two weights of the bundled typeface."""

    REGULAR = "regular"
    BOLD = "bold"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that one font has all glyphs for."""

    font: str
    text: str


_FILES = {Weight.REGULAR: "NotoSansSC-Regular.ttf", Weight.BOLD: "NotoSansSC-Bold.ttf"}
_RARE = "KioskRare"


class _Font(TTFont):  # type: ignore[misc] # ReportLab has no types
    """A TrueType font whose text can be copied out of the PDF correctly, rare characters included.

    ReportLab 5.1 writes code points above U+FFFF as five hex digits into the ToUnicode map; PDF wants
    UTF-16BE there, in blocks of at most 100 lines (Adobe Technical Note 5411, ToUnicode Mapping File
    Tutorial; ISO 32000-1, 9.10.3).
    """

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802 (ReportLab's name)
        subsets = [list(subset) for subset in self.state[doc].subsets]
        super().addObjects(doc)
        # To take out a few glyphs ReportLab reads them all: 10 MB of the file that need not stay with us.
        self.face._ttf_data.madvise(mmap.MADV_DONTNEED)
        for number, subset in enumerate(subsets):
            base = b"".join((SUBSETN(number), b"+", self.face.name, self.face.subfontNameX)).decode("ascii")
            doc.idToObject[f"toUnicodeCMap:{base}"].content = to_unicode_map(base, subset)


def to_unicode_map(name: str, subset: list[int]) -> str:
    """Return the ToUnicode map of one font subset: index = byte in the page, value = code point."""
    lines = [
        f"<{byte:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>"
        for byte, code in enumerate(subset)
        if code
    ]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *(line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


class _Mapped:
    """A font file as ReportLab wants it, its 10 to 30 MB left to the system's cache instead of copied."""

    def __init__(self, file: Path) -> None:
        self.name = str(file)

    def read(self) -> mmap.mmap:
        with open(self.name, "rb") as opened:
            return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)


class _ByCode(Mapping[int, float]):
    """Numbers by code point in two sorted arrays: a tenth of a dictionary's memory."""

    def __init__(self, numbers: Mapping[int, float], kind: str) -> None:
        self._codes = array("L", sorted(numbers))
        self._numbers = array(kind, (numbers[code] for code in self._codes))

    def __getitem__(self, code: int) -> float:
        place = bisect_left(self._codes, code)
        if place == len(self._codes) or self._codes[place] != code:
            raise KeyError(code)
        return self._numbers[place]

    def __iter__(self) -> Iterator[int]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)


def _slim(face: TTFontFace) -> None:
    """Keep the same tables in a tenth of the memory; a font of ours has 30,000 to 60,000 glyphs."""
    metrics = {pair: pair for pair in face.hmetrics}
    face.hmetrics = [metrics[pair] for pair in face.hmetrics]
    face.charToGlyph = _ByCode(face.charToGlyph, "L")
    face.charWidths = _ByCode(face.charWidths, "d")
    face.glyphPos = array("L", face.glyphPos)
    del face.glyphToChar  # from here on only for shaping, which is off


def _register(name: str, file: Path) -> _Font:
    font = _Font(name, _Mapped(file), asciiReadable=False, shapable=False)
    _slim(font.face)
    pdfmetrics.registerFont(font)
    return font


@cache
def _font(weight: Weight) -> _Font:
    """Load a bundled font, about 50 ms, once."""
    with drawing:
        return _register(f"Kiosk{weight.capitalize()}", resources.path("fonts", _FILES[weight]))


@cache
def _rare_font() -> _Font | None:
    """Load the font for rare characters, about 90 ms, once and only when a text needs it."""
    with drawing:
        for place in RARE_FONT_PLACES:
            if place.is_file():
                return _register(_RARE, place)
    return None


def load() -> None:
    """Load the bundled fonts now, about 100 ms, instead of at the first text."""
    for weight in Weight:
        _font(weight)


def _drawable(character: str) -> bool:
    """Whether the character stands by itself on paper: marks need shaping, controls draw nothing."""
    return character in " \u3000" or unicodedata.category(character)[0] not in "CMZ"


def _font_of(character: str, weight: Weight) -> _Font | None:
    if not _drawable(character):
        return None
    font = _font(weight)
    if font.face.charToGlyph.get(ord(character)):
        return font
    rare = _rare_font()
    return rare if rare is not None and rare.face.charToGlyph.get(ord(character)) else None


def unprintable(text: str) -> tuple[str, ...]:
    """Return the characters that cannot be printed, each once, in their order; empty if all can."""
    return tuple(
        character
        for character in dict.fromkeys(text)
        if any(_font_of(character, weight) is None for weight in Weight)
    )


def runs(text: str, weight: Weight) -> Iterator[Run]:
    """Split a text by the font that has its glyphs; raise ValueError for an unprintable character.

    The exception's text never contains the characters: they may be part of a name.
    """

    def name_of(character: str) -> str:
        font = _font_of(character, weight)
        if font is None:
            raise ValueError("a text reached the page without being checked by unprintable()")
        return str(font.fontName)

    for name, characters in groupby(text, key=name_of):
        yield Run(name, "".join(characters))


def width(text: str, size: float, weight: Weight) -> float:
    """Return the width in points of a printable text at a size in points."""
    return sum(float(pdfmetrics.stringWidth(run.text, run.font, size)) for run in runs(text, weight))


def new_canvas(output: BytesIO, size: tuple[float, float], title: str) -> Canvas:
    """Return a canvas for a page of a size in points: same drawing, same bytes, no font from outside."""
    first = _font(Weight.REGULAR).fontName  # else ReportLab names Helvetica, which is never embedded
    canvas = Canvas(output, pagesize=size, invariant=1, initialFontName=first)
    canvas.setTitle(title)
    return canvas


def draw(canvas: Canvas, at: tuple[float, float], text: str, size: float, weight: Weight) -> None:
    """Draw a printable text from a point on its baseline (points from the page's lower left corner)."""
    line = canvas.beginText(*at)
    for run in runs(text, weight):
        line.setFont(run.font, size)
        line.textOut(run.text)
    canvas.drawText(line)
