"""Reading the film back: does a picture of the card show what was ordered, all of it and nothing else?

Two independent looks. The QR code is decoded (zxing-cpp, which shares nothing with the encoder) and must say
what was ordered. And the whole film is compared, dot by dot, with the picture that the order should give:
after moving it by up to four dots, a difference counts where it is at least two dots wide and high. Specks
and edges that are a dot off pass; one wrong digit, a missing block, an old or half-erased film do not.

The picture is a PNG of the whole card (ID-1) or of its film alone, at the layout's resolution, straightened.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import zxingcpp
from PIL import Image

from kiosk.documents.bits import Canvas
from kiosk.documents.card import CardUnprintable, block_area, card_fields, render_card
from kiosk.documents.face_code import face_code
from kiosk.documents.layout import Area, CardLayout, dots
from kiosk.documents.raster import PictureInvalid, open_picture, rasterise
from kiosk.domain.endorsement import Destination
from kiosk.domain.face import CardFace

REACH = 4
"""Dots by which the print may lie beside its place, each way."""

_TOLERATED = 2  # squares of 2 x 2 differing dots in one field: specks that happen to meet
_TOLERATED_IN_ALL = 5
_ELSEWHERE = "elsewhere"
_NAMED_AT_MOST = 4
_SIZE_SLACK = 4  # dots by which a picture of the whole card may be larger or smaller
_DARK_BELOW = 128


@dataclass(frozen=True, slots=True)
class BlockVerdict:
    """One destination's block; `differing` names its fields that are not as ordered."""

    destination: Destination
    matches: bool
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the picture shows, measured against an order.

    Attributes:
        matches: everything is as ordered: the code, every block, and nothing else on the film.
        page: names of differing parts that belong to no block, e.g. ``number``, ``code``, ``elsewhere``.
        detail: for the technician; names of parts only, nothing personal.
    """

    matches: bool
    code_matches: bool
    blocks: tuple[BlockVerdict, ...]
    detail: str
    page: tuple[str, ...] = ()


def inspect(picture_png: bytes, face: CardFace, layout: CardLayout) -> Inspection:
    """Compare a picture of the film with the face that was ordered; never raises for a bad picture."""
    pdf = render_card(face, layout)
    if isinstance(pdf, CardUnprintable):
        return _nothing_seen(layout, "the ordered face cannot be printed")
    try:
        picture = _framed(open_picture(picture_png), layout)
    except PictureInvalid as error:
        return _nothing_seen(layout, str(error))
    frame = Canvas(*picture.size)
    expected = rasterise(pdf, dots_per_inch=layout.code.dots_per_inch, width=frame.width, height=frame.height)
    ordered = frame.ink(Image.frombytes("1", picture.size, expected.rows))
    film = _box(frame, layout.film_area, layout)
    different = _differences(frame, _ink(frame, picture) & film, ordered, film)
    code_fault = _code_fault(picture, face_code(face, layout.destinations))
    return _judged(_wrong_parts(face, layout, frame, different), code_fault)


def shows(picture_png: bytes, face: CardFace, layout: CardLayout) -> bool:
    """Whether a picture shows exactly this face: asked after a crash, to learn if the print happened."""
    return inspect(picture_png, face, layout).matches


def is_blank(picture_png: bytes, layout: CardLayout) -> bool:
    """Whether the film is erased; False too for a picture that cannot be read."""
    try:
        picture = _framed(open_picture(picture_png), layout)
    except PictureInvalid:
        return False
    frame = Canvas(*picture.size)
    ink = frame.solid(_ink(frame, picture) & _box(frame, layout.film_area, layout))
    return ink.bit_count() <= _TOLERATED_IN_ALL


def _nothing_seen(layout: CardLayout, detail: str) -> Inspection:
    blocks = tuple(BlockVerdict(destination, matches=False) for destination in layout.destinations)
    return Inspection(matches=False, code_matches=False, blocks=blocks, detail=detail)


def _framed(picture: Image.Image, layout: CardLayout) -> Image.Image:
    """Return the picture put into the middle of the whole card; raise PictureInvalid for another size."""
    resolution = layout.code.dots_per_inch
    card = (dots(layout.page.width, resolution), dots(layout.page.height, resolution))
    film = (dots(layout.film.width, resolution), dots(layout.film.height, resolution))
    whole = all(abs(side - wanted) <= _SIZE_SLACK for side, wanted in zip(picture.size, card, strict=True))
    if not whole and picture.size != film:
        raise PictureInvalid(
            f"the picture is {picture.width} x {picture.height}, not a card of {card[0]} x {card[1]}"
        )
    framed = Image.new("L", card, 255)
    framed.paste(picture, ((card[0] - picture.width) // 2, (card[1] - picture.height) // 2))
    return framed


def _ink(frame: Canvas, picture: Image.Image) -> int:
    return frame.ink(picture.point(lambda value: 255 if value < _DARK_BELOW else 0, mode="1"))


def _code_fault(picture: Image.Image, ordered: str) -> str:
    """Return why the film's QR code does not say what was ordered, empty if it does."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    texts = {barcode.text for barcode in found if barcode.valid}
    if not texts:
        return "no readable code"
    return "" if texts == {ordered} else "the code says something else"


def _box(frame: Canvas, area: Area, layout: CardLayout) -> int:
    """Return an area of the page as dots."""
    resolution = layout.code.dots_per_inch
    left, top = dots(area.x, resolution), dots(area.y, resolution)
    return frame.box(
        left, top, left + dots(area.width, resolution) + 1, top + dots(area.height, resolution) + 1
    )


def _differences(frame: Canvas, seen: int, ordered: int, film: int) -> int:
    """Return where the film, moved to fit best, differs from the order by two dots each way or more.

    A print whose every line bled by one dot is compared with the order grown by one dot.
    """
    best = min(
        (
            frame.moved(seen, right, down) ^ reference
            for reference in (ordered, frame.grown(ordered))
            for right in range(-REACH, REACH + 1)
            for down in range(-REACH, REACH + 1)
        ),
        key=int.bit_count,
    )
    return frame.solid(best & film)


def _parts(face: CardFace, layout: CardLayout) -> Iterator[tuple[Destination | None, str, Area]]:
    """Everything that is judged by itself, with the block it belongs to; what is left comes last."""
    for field in card_fields(face, layout):
        yield field.block, field.name, field.place.area
    yield None, "code", Area(layout.code.x, layout.code.y, layout.code.side, layout.code.side)
    for head in layout.blocks:
        yield head.destination, _ELSEWHERE, block_area(head, layout)
    yield None, _ELSEWHERE, layout.film_area


def _wrong_parts(
    face: CardFace, layout: CardLayout, frame: Canvas, different: int
) -> dict[Destination | None, tuple[str, ...]]:
    """Return the names of the parts that differ, by block; each dot is counted in one part only."""
    wrong: dict[Destination | None, list[str]] = {block: [] for block in (None, *layout.destinations)}
    total = different.bit_count()
    for block, name, area in _parts(face, layout) if different else ():
        box = _box(frame, area, layout)
        if (different & box).bit_count() > _TOLERATED:
            wrong[block].append(name)
        different &= ~box
    if total > _TOLERATED_IN_ALL and not any(wrong.values()):
        wrong[None].append(_ELSEWHERE)
    return {block: tuple(names) for block, names in wrong.items()}


def _judged(wrong: dict[Destination | None, tuple[str, ...]], code_fault: str) -> Inspection:
    blocks = tuple(
        BlockVerdict(block, matches=not names, differing=names) for block, names in wrong.items() if block
    )
    details = [code_fault] if code_fault else []
    for block, names in wrong.items():
        where = block.value if block else "page"
        if len(names) > _NAMED_AT_MOST:
            details.append(f"{where}: {len(names)} parts differ")
        elif names:
            details.append(f"{where}: {', '.join(names)} differ")
    return Inspection(
        matches=not details,
        code_matches=not code_fault,
        blocks=blocks,
        detail="; ".join(details),
        page=wrong[None],
    )
