"""The paper slip (缴费凭条, 智能签注受理回执) as a PDF for an 80 mm roll, as long as its content.

It says what was ordered, paid, printed on the card, refunded, and what is left for staff; it is no official
receipt (财政票据) and says so. It is the applicant's proof, so drawing it never fails: a character that no
font has is shown as the geta mark 〓, never left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import assert_never

from reportlab.pdfgen.canvas import Canvas

from kiosk.documents import fonts
from kiosk.documents.code import Symbol, draw_symbol, symbol_of
from kiosk.documents.fonts import Weight
from kiosk.documents.layout import load_layout, points
from kiosk.documents.slip_layout import SlipLayout, load_slip_layout
from kiosk.documents.wrapping import wrapped
from kiosk.domain.beijing import BEIJING
from kiosk.domain.failure import FailureCode
from kiosk.domain.money import Fen, yuan_text
from kiosk.domain.money_back import MoneyBack, ReturnState
from kiosk.domain.payment import Payment
from kiosk.domain.slip import Slip, SlipLine
from kiosk.domain.text import Text

_MISSING = "〓"
_LEADING = 1.32  # line height in ems
_DROP = 1.02  # from a line's top to its baseline, ems
_AIR = 4.0  # blank paper between groups, points
_MIDDLE, _LEFT = 0.5, 0.0


@dataclass(frozen=True, slots=True)
class _Line:
    """One line; `beside` stands at the right margin. `share` of the spare width goes before the text."""

    text: str
    size: float
    weight: Weight = Weight.REGULAR
    share: float = _LEFT
    beside: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A bar over the whole width, points thick, with air around."""

    thickness: float = 0.75
    air: float = 5.0


@dataclass(frozen=True, slots=True)
class _Gap:
    """Blank paper, points."""

    height: float


@dataclass(frozen=True, slots=True)
class _Code:
    """A QR code in the middle; `module` in points."""

    symbol: Symbol
    module: float


_Row = _Line | _Rule | _Gap | _Code


def render_slip(slip: Slip, failure_text: Text | None = None, *, simulated: bool = False) -> bytes:
    """Draw a slip on one page 80 mm wide; `failure_text` tells the applicant what went wrong.

    `simulated` says that no money was moved, first and under the payment: such a slip proves nothing.
    The same slip gives the same bytes. Times are printed as Beijing time.
    """
    layout = load_slip_layout()
    with fonts.drawing:
        rows = tuple(_rows(slip, failure_text, layout, simulated=simulated))
        paper = layout.paper
        height = points(paper.top + paper.bottom) + sum(_height(row) for row in rows)
        output = BytesIO()
        canvas = fonts.new_canvas(output, (points(paper.width), height), layout.words.title.zh)
        top = height - points(paper.top)
        for row in rows:
            _draw(canvas, row, top, layout)
            top -= _height(row)
        canvas.showPage()
        canvas.save()
        return output.getvalue()


def _rows(slip: Slip, failure_text: Text | None, layout: SlipLayout, *, simulated: bool) -> Iterator[_Row]:
    words, sizes = layout.words, layout.sizes
    yield from _wrapped(words.title.zh, sizes.title, Weight.BOLD, layout, _MIDDLE)
    yield from _wrapped(words.subtitle.zh, sizes.heading, Weight.BOLD, layout, _MIDDLE)
    english = f"{words.title.en} · {words.subtitle.en}"
    yield from _wrapped(english, sizes.english, Weight.REGULAR, layout, _MIDDLE)
    yield _Rule(1.5)
    if simulated:
        yield from _both(words.simulated, layout, Weight.BOLD, _MIDDLE)
        yield _Rule(1.5)
    yield from _case(slip, failure_text, layout)
    yield from _pair(words.time, _moment(slip.at), layout)
    yield from _pair(words.kiosk, slip.kiosk_id, layout)
    if slip.permit_masked:
        yield from _pair(words.permit, slip.permit_masked, layout)
    yield _Rule()
    yield from _money(slip, layout, simulated=simulated)
    yield _Rule()
    yield from _on_card(slip, layout)
    yield _Rule()
    yield from _foot(slip, layout)


def _case(slip: Slip, failure_text: Text | None, layout: SlipLayout) -> Iterator[_Row]:
    """What went wrong, and the number under which staff find it, large."""
    words, sizes = layout.words, layout.sizes
    if slip.case_number is not None:
        yield _Line(f"{words.case.zh} {words.case.en}", sizes.heading, Weight.BOLD, _MIDDLE)
        yield from _wrapped(slip.case_number, sizes.case, Weight.BOLD, layout, _MIDDLE)
    if failure_text is not None:
        yield _Gap(_AIR)
        yield from _both(failure_text, layout, Weight.BOLD)
    if slip.case_number is not None:
        yield _Gap(_AIR)
        yield from _both(words.case_notice, layout)
    if slip.case_number is not None or failure_text is not None:
        yield _Rule(1.5)


def _item(line: SlipLine, layout: SlipLayout) -> Text:
    """Return what an item is called, with its destination before it."""
    if line.destination is None:
        return line.text
    place = layout.words.destinations[line.destination]
    return Text(f"{place.zh} {line.text.zh}", f"{place.en}, {line.text.en[:1].lower()}{line.text.en[1:]}")


def _money(slip: Slip, layout: SlipLayout, *, simulated: bool) -> Iterator[_Row]:
    words, sizes = layout.words, layout.sizes
    if slip.lines:
        yield _Line(f"{words.items.zh} {words.items.en}", sizes.heading, Weight.BOLD)
        for line in slip.lines:
            yield _Gap(_AIR)
            item = _item(line, layout)
            yield from _pair(Text(item.zh, ""), _yuan(line.fee), layout)
            yield from _wrapped(item.en, sizes.english, Weight.REGULAR, layout)
        total = Fen(sum(line.fee for line in slip.lines))
        yield _Gap(_AIR)
        yield _Line(f"{words.total.zh} {words.total.en}", sizes.total, Weight.BOLD, beside=_yuan(total))
        yield _Gap(_AIR)
    if slip.payment is None:
        yield from _both(words.not_charged, layout)
    else:
        yield from _payment(slip.payment, layout)
    if simulated:
        yield from _both(words.simulated_payment, layout, Weight.BOLD)
    for back in slip.money_back:
        yield from _money_back(back, layout)


def _money_back(back: MoneyBack, layout: SlipLayout) -> Iterator[_Row]:
    """What goes back, to where, under which number, and what the applicant has to do for it."""
    words, channel = layout.words, layout.words.channels[back.channel]
    voucher = back.state is ReturnState.VOUCHER
    title = words.voucher if voucher else words.refund
    yield _Gap(_AIR)
    yield _Line(f"{title.zh} {title.en}", layout.sizes.total, Weight.BOLD, beside=_yuan(back.amount))
    yield from _pair(words.refund_number, back.number, layout)
    if voucher:
        yield from _both(words.voucher_notice, layout)
        return
    yield from _pair(words.refund_to, f"{channel.zh} {channel.en}", layout)
    done = back.state is ReturnState.DONE
    yield from _both(words.refund_notice if done else words.refund_open_notice, layout)


def _payment(payment: Payment, layout: SlipLayout) -> Iterator[_Row]:
    words = layout.words
    channel = words.channels[payment.channel]
    yield from _pair(words.paid, _yuan(payment.amount), layout)
    yield from _pair(words.channel, f"{channel.zh} {channel.en}", layout)
    yield from _pair(words.paid_at, _moment(payment.paid_at), layout)
    yield from _pair(words.order, payment.order_number, layout)
    yield from _pair(words.transaction, payment.transaction_id, layout)


def _on_card(slip: Slip, layout: SlipLayout) -> Iterator[_Row]:
    words, sizes = layout.words, layout.sizes
    if not slip.endorsements:
        unsure = slip.failure is FailureCode.PRINT_UNKNOWN
        yield from _both(words.print_unknown if unsure else words.not_printed, layout)
        return
    yield _Line(f"{words.on_card.zh} {words.on_card.en}", sizes.heading, Weight.BOLD)
    field_words = load_layout().words
    for endorsement in slip.endorsements:
        yield _Gap(_AIR)
        place = words.destinations[endorsement.destination]
        kind = field_words.kinds.get(endorsement.kind, Text("", ""))
        entries = field_words.entries[endorsement.entries]
        days = words.days.fill(days=str(endorsement.stay_days))
        chinese = f"{place.zh}  {endorsement.kind} {kind.zh}  {entries.zh}"
        yield from _wrapped(chinese, sizes.text, Weight.BOLD, layout)
        english = f"{place.en}, {kind.en or endorsement.kind}, {entries.en}"
        yield from _wrapped(english, sizes.english, Weight.REGULAR, layout)
        yield from _pair(words.valid_until, endorsement.valid_until.isoformat(), layout)
        yield from _pair(words.stay, f"{days.zh} {days.en}", layout)
        yield from _pair(words.control_no, endorsement.control_no, layout)


def _foot(slip: Slip, layout: SlipLayout) -> Iterator[_Row]:
    words, sizes = layout.words, layout.sizes
    yield _Gap(_AIR)
    yield _Code(symbol_of(slip.number, layout.code.error_correction), points(layout.code.module))
    yield _Gap(_AIR)
    yield _Line(f"{words.visit.zh} {words.visit.en}", sizes.text, share=_MIDDLE)
    yield from _wrapped(slip.number, sizes.heading, Weight.BOLD, layout, _MIDDLE)
    yield _Rule()
    yield from _both(words.not_a_receipt, layout, Weight.BOLD, _MIDDLE)
    yield _Gap(_AIR)
    yield from _both(words.hotline, layout, share=_MIDDLE)


def _both(
    text: Text, layout: SlipLayout, weight: Weight = Weight.REGULAR, share: float = _LEFT
) -> Iterator[_Row]:
    yield from _wrapped(text.zh, layout.sizes.text, weight, layout, share)
    yield from _wrapped(text.en, layout.sizes.english, Weight.REGULAR, layout, share)


def _wrapped(
    text: str, size: float, weight: Weight, layout: SlipLayout, share: float = _LEFT
) -> Iterator[_Row]:
    for line in wrapped(_printable(text), size, weight, points(layout.paper.printable)):
        yield _Line(line, size, weight, share)


def _pair(label: Text, value: str, layout: SlipLayout) -> Iterator[_Row]:
    """A label and its value at the right margin; below each other where one line is too short."""
    size = layout.sizes.text
    name = _printable(f"{label.zh} {label.en}".strip())
    value = _printable(value)
    gap = size
    taken = fonts.width(name, size, Weight.REGULAR) + fonts.width(value, size, Weight.REGULAR)
    if taken + gap <= points(layout.paper.printable):
        yield _Line(name, size, beside=value)
        return
    yield from _wrapped(name, size, Weight.REGULAR, layout)
    for line in wrapped(value, size, Weight.REGULAR, points(layout.paper.printable)):
        yield _Line("", size, beside=line)


def _printable(text: str) -> str:
    missing = set(fonts.unprintable(text))
    return "".join(_MISSING if character in missing else character for character in text)


def _moment(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _yuan(amount: Fen) -> str:
    return f"¥{yuan_text(amount)}"


def _height(row: _Row) -> float:
    match row:
        case _Line():
            return row.size * _LEADING
        case _Rule():
            return row.thickness + 2 * row.air
        case _Gap():
            return row.height
        case _Code():
            return row.symbol.side * row.module
        case _:
            assert_never(row)


def _draw(canvas: Canvas, row: _Row, top: float, layout: SlipLayout) -> None:
    left, available = points(layout.paper.margin), points(layout.paper.printable)
    match row:
        case _Line():
            baseline = top - row.size * _DROP
            spare = available - fonts.width(row.text, row.size, row.weight)
            fonts.draw(canvas, (left + spare * row.share, baseline), row.text, row.size, row.weight)
            right = left + available - fonts.width(row.beside, row.size, row.weight)
            fonts.draw(canvas, (right, baseline), row.beside, row.size, row.weight)
        case _Rule():
            bottom = top - row.air - row.thickness
            canvas.rect(left, bottom, available, row.thickness, stroke=0, fill=1)
        case _Code():
            side = row.symbol.side * row.module
            draw_symbol(canvas, row.symbol, left + (available - side) / 2, top, row.module)
        case _Gap():
            pass
        case _:
            assert_never(row)
