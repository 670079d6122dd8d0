"""Card faces, slips and readers of PDFs for the tests of the documents."""

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdfium2
import pytest
from PIL import Image

from kiosk.documents.card import render_card
from kiosk.documents.layout import load_layout
from kiosk.documents.raster import CARD_HEIGHT, CARD_WIDTH, raster_to_png, rasterise
from kiosk.domain.endorsement import Destination, Endorsement, Entries
from kiosk.domain.face import CardFace
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Payment
from kiosk.domain.slip import Slip, SlipLine
from kiosk.domain.text import Text
from tests.support.patience import LONG_S

LAYOUT = load_layout()
HONG_KONG = Endorsement(
    destination=Destination.HONG_KONG,
    kind="G",
    entries=Entries.TWICE,
    issued=date(2026, 11, 22),
    valid_until=date(2027, 2, 21),
    stay_days=7,
    control_no="A12345678",
    place_of_issue="广东广州",
)
MACAO = replace(
    HONG_KONG,
    destination=Destination.MACAO,
    kind="S",
    entries=Entries.MULTIPLE,
    valid_until=date(2027, 11, 21),
    stay_days=14,
    control_no="B87654321",
)
FACE = CardFace("C00000000", "李小样", (HONG_KONG, MACAO))
AT = datetime(2026, 11, 22, 5, 44, 1, tzinfo=UTC)
PAYMENT = Payment("GZ01202611220000010001", Channel.ALIPAY, Fen(4500), "2026112222001400001234567890", AT)
LINES = (
    SlipLine(Text("香港 个人旅游", "Hong Kong, individual visit"), Fen(3000)),
    SlipLine(Text("澳门 商务", "Macao, business"), Fen(1500)),
)
SLIP = Slip("GZ01-20261122-0001", "GZ01", AT, "C00***000", LINES, (HONG_KONG, MACAO), PAYMENT)


def face(*endorsements: Endorsement, name: str = "李小样") -> CardFace:
    return CardFace("C00000000", name, endorsements)


def card_pdf(ordered: CardFace) -> bytes:
    pdf = render_card(ordered, LAYOUT)
    assert isinstance(pdf, bytes), pdf
    return pdf


def film_png(ordered: CardFace) -> bytes:
    """The film as the printer gets it."""
    return raster_to_png(rasterise(card_pdf(ordered)))


def card_png(ordered: CardFace) -> bytes:
    """The whole card as a camera that straightens its picture sees it."""
    return raster_to_png(rasterise(card_pdf(ordered), width=CARD_WIDTH, height=CARD_HEIGHT))


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("L")


def png(image: Image.Image) -> bytes:
    output = io.BytesIO()
    image.save(output, format="PNG")
    return output.getvalue()


def text_of(pdf: bytes) -> str:
    """All text of the only page, as PDFium reads it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        assert len(document) == 1
        return document[0].get_textpage().get_text_range()
    finally:
        document.close()


def run_tool(name: str, *arguments: str, standard_input: bytes) -> str:
    """Run an independent reader of PDFs or codes; the test is skipped only where it is not installed."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    done = subprocess.run(
        [name, *arguments], input=standard_input, capture_output=True, check=True, timeout=LONG_S
    )
    return done.stdout.decode("utf-8")


def words_mm(pdf: bytes) -> list[tuple[str, float, float, float, float]]:
    """Every word with left, top, right, bottom in mm, as poppler sees it."""
    html = run_tool("pdftotext", "-bbox", "-", "-", standard_input=pdf)
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>', html
    )
    return [(word, *(float(value) * 25.4 / 72 for value in box)) for *box, word in found]
