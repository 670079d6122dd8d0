"""The technician's report of a day's reconciliation on A4 pages, Chinese and English.

Times are Beijing time. The same report gives the same bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from kiosk.documents import fonts
from kiosk.documents.fonts import Weight
from kiosk.documents.layout import points
from kiosk.documents.slip_layout import load_slip_layout
from kiosk.documents.wrapping import wrapped
from kiosk.domain.beijing import BEIJING
from kiosk.domain.money import yuan_text
from kiosk.domain.payment import Channel
from kiosk.domain.reconciliation import (
    ChannelTotals,
    Difference,
    Movement,
    Reconciliation,
    Remedy,
    Settlement,
    Stated,
    Sum,
)
from kiosk.domain.text import Text

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 15.0  # mm
_TITLE, _HEADING, _TEXT = 16.0, 11.0, 8.5  # points
_LEADING = 1.4  # line height in ems
_PADDING = 2.0  # points beside each column

TITLE = Text("支付对账报告", "Payment reconciliation")
TOTALS = Text("合计", "Totals")
DIFFERENCES = Text("差异", "Differences")
NONE = Text("没有差异。", "No differences.")
BALANCED = Text("账目相符，没有待处理事项。", "The day balances; nothing is left to staff.")
OPEN = Text("待人工处理：{count} 项", "Left to staff: {count}")
MISSING = Text("未取得账单", "no bill")
STATED = Text("终端合计", "its own sums")
UNEXPLAINED = Text("与明细不符，请查收单行流水", "not those of the lines: see the acquirer's statement")

MOVEMENTS = {Movement.PAY: Text("支付", "payment"), Movement.REFUND: Text("退款", "refund")}
KINDS = {
    Difference.ONLY_BILL: Text("仅账单有", "only in the bill"),
    Difference.ONLY_OWN: Text("仅本机有", "only in the journal"),
    Difference.AMOUNT: Text("金额不符", "amounts differ"),
    Difference.TWICE: Text("账单重复", "billed twice"),
}
REMEDIES = {
    Remedy.REFUNDED: Text("已退款", "refunded"),
    Remedy.CONFIRMED: Text("渠道已确认", "confirmed by the network"),
    Remedy.RETURNED: Text("渠道已退回", "given back by the network"),
    Remedy.STAFF: Text("人工处理", "for staff"),
}
TOTAL_COLUMNS = (
    Text("渠道", "Channel"),
    Text("账单支付", "Bill, paid"),
    Text("账单退款", "Bill, refunded"),
    Text("本机支付", "Journal, paid"),
    Text("本机退款", "Journal, refunded"),
    Text("相符", "Agreed"),
)
DIFFERENCE_COLUMNS = (
    Text("渠道", "Channel"),
    Text("类型", "Kind"),
    Text("号码", "Number"),
    Text("账单", "Bill"),
    Text("本机", "Journal"),
    Text("差异", "Difference"),
    Text("处理", "Outcome"),
)
_TOTAL_SHARES = (0.2, 0.18, 0.18, 0.18, 0.18, 0.08)
_DIFFERENCE_SHARES = (0.09, 0.09, 0.285, 0.085, 0.08, 0.14, 0.23)


@dataclass(frozen=True, slots=True)
class _Row:
    """Cells side by side, each a share of the width; a single cell takes all of it."""

    cells: tuple[str, ...]
    shares: tuple[float, ...] = (1.0,)
    size: float = _TEXT
    weight: Weight = Weight.REGULAR
    ruled: bool = False
    heads: bool = False


def channel_name(channel: Channel) -> Text:
    """Return the channel's name as on the slip."""
    return load_slip_layout().words.channels[channel]


def render_reconciliation(result: Reconciliation) -> bytes:
    """Return the report as a PDF of as many A4 pages as it needs."""
    with fonts.drawing:
        output = BytesIO()
        canvas = fonts.new_canvas(output, (points(WIDTH), points(HEIGHT)), TITLE.zh)
        sheet = _Sheet(canvas)
        for row in _rows(result):
            sheet.put(row)
        sheet.end()
        canvas.save()
        return output.getvalue()


class _Sheet:
    """Puts rows below each other, on as many pages as they need; a table's heads stand on each of them."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._page = 1
        self._top = points(HEIGHT - MARGIN)
        self._heads: _Row | None = None

    def put(self, row: _Row) -> None:
        if row.heads:
            self._heads = row
        elif not row.ruled:
            self._heads = None
        height = _height(row)
        if self._top - height < points(MARGIN):
            self.end()
            self._page += 1
            self._top = points(HEIGHT - MARGIN)
            if self._heads is not None and not row.heads:
                self._draw(self._heads)
        self._draw(row)

    def end(self) -> None:
        _end_page(self._canvas, self._page)

    def _draw(self, row: _Row) -> None:
        height = _height(row)
        _draw(self._canvas, row, _lines(row), self._top, height)
        self._top -= height


def _height(row: _Row) -> float:
    return max(len(cell) for cell in _lines(row)) * row.size * _LEADING + 2


def _rows(result: Reconciliation) -> Iterator[_Row]:
    yield _Row((f"{TITLE.zh}  {TITLE.en}",), size=_TITLE, weight=Weight.BOLD)
    made_at = result.made_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    yield _Row((f"{result.day.isoformat()} · {result.kiosk_id} · {made_at}",), size=_HEADING)
    verdict = OPEN.fill(count=str(len(result.open))) if result.open else BALANCED
    if result.complete or result.open:
        yield _Row((f"{verdict.zh}  {verdict.en}",), size=_HEADING, weight=Weight.BOLD)
    yield _Row(("",))
    yield _Row((f"{TOTALS.zh} {TOTALS.en}",), size=_HEADING, weight=Weight.BOLD)
    yield _heads(TOTAL_COLUMNS, _TOTAL_SHARES)
    for totals in result.totals:
        name = _told(channel_name(totals.channel))
        yield _Row((name, *total_sums(totals)), _TOTAL_SHARES, ruled=totals.stated is None)
        if totals.stated is not None:
            yield _Row((_told(STATED), *stated_sums(totals, totals.stated)), _TOTAL_SHARES, ruled=True)
    yield _Row(("",))
    yield _Row((f"{DIFFERENCES.zh} {DIFFERENCES.en}",), size=_HEADING, weight=Weight.BOLD)
    if not result.settlements:
        yield _Row((f"{NONE.zh}  {NONE.en}",))
        return
    yield _heads(DIFFERENCE_COLUMNS, _DIFFERENCE_SHARES)
    for settlement in result.settlements:
        yield _Row(_difference_cells(settlement), _DIFFERENCE_SHARES, ruled=True)


def _heads(columns: Sequence[Text], shares: tuple[float, ...]) -> _Row:
    cells = tuple(f"{text.zh} {text.en}" for text in columns)
    return _Row(cells, shares, weight=Weight.BOLD, ruled=True, heads=True)


def total_sums(totals: ChannelTotals, language: str = "") -> tuple[str, ...]:
    """Return one channel's sums as texts, for paper (in both languages) and screen."""
    own = _sum(totals.booked_pay), _sum(totals.booked_refund)
    if totals.fault:
        bill = (f"{_told(MISSING, language)}: {totals.fault}", "")
    else:
        bill = (_sum(totals.billed_pay), _sum(totals.billed_refund))
    return *bill, *own, str(totals.agreed)


def stated_sums(totals: ChannelTotals, stated: Stated, language: str = "") -> tuple[str, ...]:
    """Return the sums that a channel states itself, and whether they are those of its lines."""
    verdict = _told(UNEXPLAINED, language) if totals.unexplained else ""
    return _sum(stated.pay), _sum(stated.refund), verdict, "", ""


def amounts(settlement: Settlement) -> tuple[str, str]:
    """Return a difference's amounts in bill and journal as texts."""
    finding = settlement.finding
    billed = " + ".join(yuan_text(line.amount) for line in finding.billed) or "–"
    return billed, yuan_text(finding.booked.amount) if finding.booked else "–"


def _difference_cells(settlement: Settlement) -> tuple[str, ...]:
    """Return one difference as texts for paper."""
    finding, note = settlement.finding, settlement.note
    told = dict.fromkeys(part for part in (note.zh, note.en) if part)  # a number is the same in both
    return (
        channel_name(finding.either.channel).zh,
        _told(MOVEMENTS[finding.either.movement]),
        "\n".join(part for part in (finding.either.number, settlement.visit_id) if part),
        *amounts(settlement),
        _told(KINDS[finding.difference]),
        " · ".join((_told(REMEDIES[settlement.remedy]), *told)),
    )


def _told(text: Text, language: str = "") -> str:
    """Return a text in one language, or in both."""
    return text.in_language(language) if language else f"{text.zh} {text.en}"


def _sum(total: Sum) -> str:
    return f"{total.count} · ¥{yuan_text(total.amount)}"


def _lines(row: _Row) -> tuple[tuple[str, ...], ...]:
    whole = points(WIDTH - 2 * MARGIN)
    return tuple(
        tuple(
            line
            for part in cell.split("\n")
            for line in wrapped(_printable(part), row.size, row.weight, whole * share - 2 * _PADDING)
        )
        for cell, share in zip(row.cells, row.shares, strict=True)
    )


def _printable(text: str) -> str:
    missing = set(fonts.unprintable(text))
    return "".join("〓" if character in missing else character for character in text)


def _draw(canvas: Canvas, row: _Row, lines: tuple[tuple[str, ...], ...], top: float, height: float) -> None:
    left, whole = points(MARGIN), points(WIDTH - 2 * MARGIN)
    for cell, share in zip(lines, row.shares, strict=True):
        baseline = top - row.size
        for line in cell:
            fonts.draw(canvas, (left + _PADDING, baseline), line, row.size, row.weight)
            baseline -= row.size * _LEADING
        left += whole * share
    if row.ruled:
        canvas.setLineWidth(0.4)
        canvas.line(points(MARGIN), top - height + 1, points(WIDTH - MARGIN), top - height + 1)


def _end_page(canvas: Canvas, number: int) -> None:
    at = points(WIDTH / 2), points(MARGIN / 2)
    fonts.draw(canvas, at, str(number), _TEXT, Weight.REGULAR)
    canvas.showPage()
