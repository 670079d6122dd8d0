"""How much the card's layout costs over bare ReportLab: same text, same fonts, same QR code, one run.

    .venv/bin/python benchmarks/card_layout.py [--repeats N]

The bare side draws every text with `drawString` at a place known beforehand and the code as one path; it
does not check glyphs, split by font, fit, or snap to dots. Both are measured alternately in one process;
the best of all repeats counts, which other load on the machine disturbs least. Target: at most 1.5 times.
"""

import argparse
import time
from datetime import date
from io import BytesIO

import qrcode
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from kiosk import resources
from kiosk.documents.card import CardUnprintable, card_fields, render_card
from kiosk.documents.face_code import face_code
from kiosk.documents.layout import CardLayout, load_layout, points
from kiosk.domain.endorsement import Destination, Endorsement, Entries
from kiosk.domain.face import CardFace

TARGET = 1.5

_ISSUED = date(2026, 11, 22)
FACE = CardFace(
    "C00000000",
    "李小样",
    (
        Endorsement(
            Destination.HONG_KONG, "G", Entries.TWICE, _ISSUED, date(2027, 2, 21), 7, "A12345678", "广东广州"
        ),
        Endorsement(
            Destination.MACAO, "G", Entries.ONCE, _ISSUED, date(2027, 2, 21), 7, "A12345679", "广东广州"
        ),
    ),
)


def register_bare_fonts() -> None:
    """Load the same fonts as ReportLab's own objects."""
    for name in ("Regular", "Bold"):
        file = resources.path("fonts", f"NotoSansSC-{name}.ttf")
        pdfmetrics.registerFont(TTFont(f"Bare-{name}", str(file)))


def draw_bare(layout: CardLayout) -> bytes:
    """Draw the same texts at the same places and the same code, nothing else."""
    output = BytesIO()
    height = points(layout.page.height)
    canvas = Canvas(output, pagesize=(points(layout.page.width), height), invariant=1)
    for field in card_fields(FACE, layout):
        place = field.place
        canvas.setFont(f"Bare-{place.weight.capitalize()}", place.size)
        canvas.drawString(points(place.x), height - points(place.baseline), field.text)
    maker = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, border=0)
    maker.add_data(face_code(FACE))
    maker.make()
    matrix = maker.get_matrix()
    module = points(layout.code.side) / len(matrix)
    left, top = points(layout.code.x), height - points(layout.code.y)
    path = canvas.beginPath()
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            if dark:
                path.rect(left + column * module, top - (row + 1) * module, module, module)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.showPage()
    canvas.save()
    return output.getvalue()


def draw_ours(layout: CardLayout) -> bytes:
    """Draw the card as the kiosk does."""
    pdf = render_card(FACE, layout)
    if isinstance(pdf, CardUnprintable):
        raise SystemExit(f"the benchmark's card cannot be printed: {pdf.fields}")
    return pdf


def best_times(layout: CardLayout, repeats: int) -> tuple[float, float]:
    """Return the shortest times in seconds of ours and of bare ReportLab, measured alternately."""
    best = [float("inf"), float("inf")]
    for _ in range(repeats):
        for side, draw in enumerate((draw_ours, draw_bare)):
            start = time.perf_counter()
            draw(layout)
            best[side] = min(best[side], time.perf_counter() - start)
    return best[0], best[1]


def main() -> None:
    """Measure and print both times and their ratio."""
    parser = argparse.ArgumentParser(description="card layout against bare ReportLab")
    parser.add_argument("--repeats", type=int, default=40)
    repeats = max(parser.parse_args().repeats, 1)
    layout = load_layout()
    register_bare_fonts()
    draw_ours(layout)  # load fonts once: the kiosk does so before the first visit
    draw_bare(layout)
    ours, bare = best_times(layout, repeats)
    verdict = "within" if ours <= TARGET * bare else "ABOVE"
    print(f"card layout      {ours * 1000:7.2f} ms")
    print(f"bare ReportLab   {bare * 1000:7.2f} ms")
    print(f"ratio            {ours / bare:7.2f}    ({verdict} the target of {TARGET})")


if __name__ == "__main__":
    main()
