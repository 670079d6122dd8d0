"""The endorsements on the permit's back as a PDF of exactly ID-1 size (ISO/IEC 7810).

Same face, same layout, same fonts: same bytes. Fonts are embedded, text stays text, the QR code is a path.
What cannot be printed is a value, `CardUnprintable`: nothing is ever left out silently.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from kiosk.documents import fonts
from kiosk.documents.code import Symbol, draw_symbol, symbol_of
from kiosk.documents.face_code import face_code
from kiosk.documents.layout import (
    MM_PER_INCH,
    POINTS_PER_INCH,
    Area,
    BlockHead,
    CardLayout,
    Place,
    dots,
    field_places,
    points,
)
from kiosk.domain.endorsement import Destination, Endorsement
from kiosk.domain.face import CardFace

_STEP = 0.25  # points: how much a text shrinks at a time
_LEAST_MODULE_DOTS = 4  # below that the film's dots run together and phones cannot read the code


@dataclass(frozen=True, slots=True)
class CardUnprintable:
    """The face cannot be put on the card.

    Attributes:
        characters: characters that no font has; personal data if they come from a name.
        fields: names of the fields that do not fit or have no words, e.g. ``HKG.control_no``.
    """

    characters: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One text on the card. `block` is None for what belongs to the whole page."""

    name: str
    block: Destination | None
    text: str
    place: Place

    @property
    def full_name(self) -> str:
        """The name with its block's code before it."""
        return self.name if self.block is None else f"{self.block.value}.{self.name}"


@dataclass(frozen=True, slots=True)
class _Line:
    """A text ready to draw: point on its baseline and size in points."""

    text: str
    at: tuple[float, float]
    size: float
    weight: fonts.Weight


@dataclass(frozen=True, slots=True)
class _Composed:
    """A whole card ready to draw."""

    lines: tuple[_Line, ...]
    symbol: Symbol


def card_fields(face: CardFace, layout: CardLayout) -> tuple[Field, ...]:
    """Return every text of the card with its place on the page; words that are missing are empty."""
    return (
        Field("name", None, face.name_zh, layout.holder.name),
        Field("number", None, face.permit_no, layout.holder.number),
        *(
            Field(f"captions.{index}", None, caption.text, caption.place)
            for index, caption in enumerate(layout.captions)
        ),
        *(field for head in layout.blocks for field in _block_fields(head, face, layout)),
    )


def block_area(head: BlockHead, layout: CardLayout) -> Area:
    """Return the area of one destination's block on the page, mm."""
    return Area(head.x, head.y, layout.block.width, layout.block.height)


def check_card(face: CardFace, layout: CardLayout) -> CardUnprintable | None:
    """Return why a face cannot be printed, None if it can: asked before anything is promised or paid.

    For a name alone, ask with a face without endorsements.
    """
    composed = _compose(face, layout)
    return composed if isinstance(composed, CardUnprintable) else None


def render_card(face: CardFace, layout: CardLayout) -> bytes | CardUnprintable:
    """Draw a card; the PDF's only page is exactly the layout's page."""
    with fonts.drawing:
        composed = _compose(face, layout)
        if isinstance(composed, CardUnprintable):
            return composed
        output = BytesIO()
        size = (points(layout.page.width), points(layout.page.height))
        canvas = fonts.new_canvas(output, size, layout.title)
        for rule in _rules(layout):
            _draw_rule(canvas, rule, layout)
        for line in composed.lines:
            fonts.draw(canvas, line.at, line.text, line.size, line.weight)
        _draw_code(canvas, composed.symbol, layout)
        canvas.showPage()
        canvas.save()
        return output.getvalue()


def fitted_size(text: str, place: Place) -> float | None:
    """Return the greatest size in points at which a printable text fits its place, None if none does."""
    available = points(place.width)
    at_full_size = fonts.width(text, place.size, place.weight)
    if at_full_size <= available:
        return place.size
    steps = int((place.size * (1 - available / at_full_size)) / _STEP) + 1
    size = place.size - steps * _STEP
    return size if size >= place.min_size else None


def _block_fields(head: BlockHead, face: CardFace, layout: CardLayout) -> Iterator[Field]:
    block, place = layout.block, head.destination
    endorsement = face.block(place)
    yield Field("words", place, head.words, block.words.at(head.x, head.y))
    yield Field("letters", place, head.letters, block.letters.at(head.x, head.y))
    if endorsement is None:
        yield Field("empty", place, block.empty.text, block.empty.place.at(head.x, head.y))
        return
    for index, caption in enumerate(block.captions):
        yield Field(f"captions.{index}", place, caption.text, caption.place.at(head.x, head.y))
    texts = _endorsement_texts(endorsement, layout)
    for name, field in field_places(layout):
        yield Field(name, place, texts[name], field.at(head.x, head.y))


def _endorsement_texts(endorsement: Endorsement, layout: CardLayout) -> dict[str, str]:
    words = layout.words
    kind = words.kinds.get(endorsement.kind)
    return {
        "kind": f"{endorsement.kind} {kind.zh}" if kind else "",
        "entries": words.entries[endorsement.entries].zh,
        "stay": words.stay.format(days=endorsement.stay_days),
        "valid_until": endorsement.valid_until.isoformat(),
        "control_no": endorsement.control_no,
        "place_of_issue": endorsement.place_of_issue,
    }


def _compose(face: CardFace, layout: CardLayout) -> _Composed | CardUnprintable:
    fields = card_fields(face, layout)
    characters = fonts.unprintable("".join(field.text for field in fields))
    if characters:
        return CardUnprintable(characters=characters)
    wrong = [
        f"{endorsement.destination.value}.block"
        for endorsement in face.endorsements
        if endorsement.destination not in layout.destinations
    ]
    lines = []
    for field in fields:
        line = _fitted(field, layout)
        if line is None:
            wrong.append(field.full_name)
        else:
            lines.append(line)
    if wrong:
        return CardUnprintable(fields=tuple(wrong))
    symbol = symbol_of(face_code(face, layout.destinations), layout.code.error_correction)
    if _module_dots(symbol, layout) < _LEAST_MODULE_DOTS:
        return CardUnprintable(fields=("code",))
    return _Composed(tuple(lines), symbol)


def _fitted(field: Field, layout: CardLayout) -> _Line | None:
    """Return the text at its size and point on the page, None where it is empty or does not fit."""
    place = field.place
    size = fitted_size(field.text, place) if field.text.strip() else None
    if size is None:
        return None
    spare = points(place.width) - fonts.width(field.text, size, place.weight)
    share = {"left": 0.0, "centre": 0.5, "right": 1.0}[place.align]
    at = (points(place.x) + spare * share, points(layout.page.height - place.baseline))
    return _Line(field.text, at, size, place.weight)


def _module_dots(symbol: Symbol, layout: CardLayout) -> int:
    return dots(layout.code.side, layout.code.dots_per_inch) // symbol.side


def _rules(layout: CardLayout) -> Iterator[Area]:
    yield from layout.rules
    for head in layout.blocks:
        for rule in layout.block.rules:
            yield Area(head.x + rule.x, head.y + rule.y, rule.width, rule.height)


def _draw_rule(canvas: Canvas, rule: Area, layout: CardLayout) -> None:
    """Draw a bar, snapped to the printer's dots so that equal bars come out equally thick."""
    left, width = _snapped(rule.x, layout), _snapped(rule.width, layout)
    top, height = _snapped(rule.y, layout), _snapped(rule.height, layout)
    canvas.rect(left, points(layout.page.height) - top - height, width, height, stroke=0, fill=1)


def _snapped(millimetres: float, layout: CardLayout) -> float:
    """Return a length in points, rounded to whole dots of the printer."""
    resolution = layout.code.dots_per_inch
    return dots(millimetres, resolution) * POINTS_PER_INCH / resolution


def _draw_code(canvas: Canvas, symbol: Symbol, layout: CardLayout) -> None:
    """Draw the QR code in the middle of its square, every module a whole number of dots."""
    code = layout.code
    module = _module_dots(symbol, layout)
    margin = (code.side - module * symbol.side * MM_PER_INCH / code.dots_per_inch) / 2
    draw_symbol(
        canvas,
        symbol,
        _snapped(code.x + margin, layout),
        points(layout.page.height) - _snapped(code.y + margin, layout),
        module * POINTS_PER_INCH / code.dots_per_inch,
    )
