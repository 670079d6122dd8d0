"""From a slip's PDF to the bytes of a printer: a raster that is right on every printer, or text by profile.

The raster comes from python-escpos (GS v 0). Text is sent with FS & in GB 18030, because python-escpos
sends Chinese without selecting the Chinese mode and then only suits printers that start up in it.
"""

import logging
import os
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any

from PIL import Image

from kiosk import pdf_raster
from kiosk.pdf_raster import TextLine

INITIALISE = b"\x1b@"
AUTOMATIC_STATUS = b"\x1da\x0e"  # GS a: on-line state, errors, paper
CONFIRM = b"\x1dr\x01"  # GS r 1: answered in its turn, after everything before it
RECOVER = b"\x10\x05\x02"  # DLE ENQ 2: clear the buffers and recover
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 8: clear the buffers

LARGEST_PDF = 4 * 1024 * 1024
_LONGEST_SLIP_MM = 600.0
_CHINESE_ON, _CHINESE_OFF = b"\x1c&", b"\x1c."
_DARK_BELOW = 128
_PICTURE_FROM_MM = 6.0  # a gap between lines of text as high as this may hold a picture
_SAME_LINE_POINTS = 2.5
_REAL_TIME = (b"\x10\x04", b"\x10\x05", b"\x10\x14")
_MM_PER_INCH = 25.4


class SlipMode(StrEnum):
    """How the slip is sent."""

    RASTER = "raster"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class SlipProfile:
    """One make of printer.

    Attributes:
        dots: width of the head, a multiple of 8; 576 dots are 72 mm on an 80 mm roll.
        dots_per_mm: 8 for the usual 203 dpi.
        columns: characters of font A in a line, for text; a Chinese character takes two.
        fragment_rows: rows of one raster command: what a broken-off job can leave open.
        cut: feeds and cuts; GS V 66 0 on Epson and most others.
        clears_buffer: the printer knows DLE DC4 8.
        counts: the printer keeps counters (GS g 2); others would print the question.
        cutter_life: cuts after which the maker wants the cutter replaced; None where that is not known.
        paper_mm: width of the roll, millimetres.
    """

    mode: SlipMode = SlipMode.RASTER
    dots: int = 576
    dots_per_mm: float = 8.0
    columns: int = 48
    fragment_rows: int = 128
    cut: bytes = b"\x1dVB\x00"
    clears_buffer: bool = True
    counts: bool = False
    cutter_life: int | None = None
    paper_mm: float = 80.0

    def __post_init__(self) -> None:
        if self.dots <= 0 or self.dots % 8 or not 1 <= self.fragment_rows <= 0x7FFF:
            raise ValueError("a raster has whole bytes in a row and at least one row")

    @property
    def resynchronise(self) -> bytes:
        """Zero bytes that fill up the longest command a broken-off job can have left open."""
        return bytes((self.dots + 7) // 8 * self.fragment_rows + 8)


@dataclass(frozen=True, slots=True)
class Unfit:
    """No slip can be made of these bytes."""

    detail: str


def build_job(pdf: bytes, profile: SlipProfile) -> bytes | Unfit:
    """Return everything between the start and the confirmation of one slip."""
    if not pdf.startswith(b"%PDF-") or len(pdf) > LARGEST_PDF:
        return Unfit("not a PDF that could be a slip")
    try:
        grey = pdf_raster.middle_of_page(
            pdf, dots_per_inch=profile.dots_per_mm * _MM_PER_INCH, width=profile.dots
        )
        lines = pdf_raster.text_lines(pdf) if profile.mode is SlipMode.TEXT else ()
    except (pdf_raster.PdfInvalid, ValueError):
        return Unfit("a PDF that cannot be drawn")
    if grey.height > _LONGEST_SLIP_MM * profile.dots_per_mm:
        return Unfit("longer than any slip")
    ink = grey.point(lambda value: 255 if value < _DARK_BELOW else 0, mode="1")
    content = b"".join(_rows(ink, lines, profile)) if lines else _raster(ink, profile)
    return INITIALISE + AUTOMATIC_STATUS + content + profile.cut


def _raster(ink: Image.Image, profile: SlipProfile) -> bytes:
    """Return the raster commands of a picture in which white is to be printed."""
    library = _library()
    printer = library.printer.Dummy(profile=_known_width(library, profile.dots))
    printer.image(_harmless(ink).point(lambda value: 255 - value), fragment_height=profile.fragment_rows)
    output: bytes = printer.output
    return output


def _harmless(ink: Image.Image) -> Image.Image:
    """Darken single dots so that no raster byte pair reads as a real-time command.

    A printer acts on DLE EOT, DLE ENQ and DLE DC4 as soon as it receives them, inside a picture too.
    """
    rows = bytearray(ink.tobytes())
    for command in _REAL_TIME:
        place = rows.find(command)
        while place >= 0:
            rows[place] |= 0x01
            place = rows.find(command, place + 1)
    return Image.frombytes("1", ink.size, bytes(rows))


def _rows(ink: Image.Image, lines: tuple[TextLine, ...], profile: SlipProfile) -> Iterator[bytes]:
    """Yield lines of text from top to bottom, and what is drawn between them as raster."""
    dots_per_point = profile.dots_per_mm * _MM_PER_INCH / pdf_raster.POINTS_PER_INCH
    reached = 0
    for row in _together(lines):
        top, bottom = (round(edge * dots_per_point) for edge in (row[0].top, row[0].bottom))
        yield from _picture(ink, reached, top, profile)
        left = (pdf_points(ink.width, profile) - profile.dots / dots_per_point) / 2
        yield _text(row, left, profile)
        reached = max(reached, bottom)
    yield from _picture(ink, reached, ink.height, profile)


def pdf_points(dots: int, profile: SlipProfile) -> float:
    """Return a length in dots as PDF points."""
    return dots / profile.dots_per_mm / _MM_PER_INCH * pdf_raster.POINTS_PER_INCH


def _together(lines: tuple[TextLine, ...]) -> Iterator[list[TextLine]]:
    """Group what stands on one base line."""
    row: list[TextLine] = []
    for line in lines:
        if row and abs(line.bottom - row[0].bottom) > _SAME_LINE_POINTS:
            yield sorted(row, key=lambda one: one.left)
            row = []
        row.append(line)
    if row:
        yield sorted(row, key=lambda one: one.left)


def _picture(ink: Image.Image, top: int, bottom: int, profile: SlipProfile) -> Iterator[bytes]:
    """Yield the band between two lines of text if it is high enough for a picture and not empty."""
    if bottom - top < _PICTURE_FROM_MM * profile.dots_per_mm:
        return
    band = ink.crop((0, top, ink.width, bottom))
    box = band.getbbox()
    if box is not None and box[3] - box[1] >= _PICTURE_FROM_MM * profile.dots_per_mm:
        yield _raster(band.crop((0, box[1], band.width, box[3])), profile)


def _text(row: list[TextLine], left: float, profile: SlipProfile) -> bytes:
    """Return one line: pieces go to the columns where the page has them, at least one space apart."""
    point = profile.columns / pdf_points(profile.dots, profile)
    content, column = "", 0
    for piece in row:
        wanted = min(round((piece.left - left) * point), profile.columns - _columns(piece.text))
        gap = max(wanted - column, 1 if content else 0)
        content += " " * gap + _plain(piece.text)
        column += gap + _columns(piece.text)
    return _CHINESE_ON + content.encode("gb18030") + b"\n" + _CHINESE_OFF


def _plain(text: str) -> str:
    """No control character of a document may become a command of the printer."""
    return "".join(" " if unicodedata.category(char).startswith("C") else char for char in text)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


@dataclass(frozen=True, slots=True)
class _Library:
    """The two modules of python-escpos that are used; the package has no types."""

    printer: Any
    capabilities: Any


@cache
def _library() -> _Library:
    """Import python-escpos, and undo what its import does to the program around it.

    It adds a handler to the root logger, and makes a folder for a cache that it leaves behind.
    """
    before = tuple(logging.root.handlers)
    library = _Library(import_module("escpos.printer"), import_module("escpos.capabilities"))
    for handler in tuple(logging.root.handlers):
        if handler not in before:
            logging.root.removeHandler(handler)
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(library.capabilities.pickle_dir, ignore_errors=True)
    return library


def _known_width(library: _Library, dots: int) -> object:
    """Return python-escpos' default printer with a known head: without it, it writes to stdout."""
    profile = library.capabilities.Profile()
    profile.profile_data = {**profile.profile_data, "media": {"width": {"pixels": dots, "mm": "Unknown"}}}
    return profile
