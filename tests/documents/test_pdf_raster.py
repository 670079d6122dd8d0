"""The one door to PDFium: pictures, page counts and text, and what is no PDF."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from reportlab.pdfgen.canvas import Canvas

from kiosk import pdf_raster


def pdf(pages: int = 1, size: tuple[float, float] = (144, 72)) -> bytes:
    output = BytesIO()
    canvas = Canvas(output, pagesize=size)
    for page in range(pages):
        canvas.drawString(10, 40, f"left {page}")
        canvas.drawString(100, 40, "right")
        canvas.drawString(10, 10, "below")
        canvas.rect(0, 60, 12, 12, fill=1)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def test_the_middle_of_a_page_as_high_as_the_page() -> None:
    whole = pdf_raster.middle_of_page(pdf(), dots_per_inch=72, width=144)
    assert whole.size == (144, 72)
    assert (whole.getpixel((2, 2)), whole.getpixel((140, 2))) == (0, 255)
    middle = pdf_raster.middle_of_page(pdf(), dots_per_inch=72, width=100, height=40)
    assert middle.tobytes() == whole.crop((22, 16, 122, 56)).tobytes()


def test_pages_are_counted_and_text_is_read_from_top_to_bottom() -> None:
    assert pdf_raster.page_count(pdf(3)) == 3
    lines = pdf_raster.text_lines(pdf())
    assert [line.text for line in lines] == ["left 0", "right", "below"]
    assert lines[0].top < lines[0].bottom < lines[2].top


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"GIF89a", pdf(201)])
def test_what_is_no_document_is_named(content: bytes) -> None:
    for ask in (pdf_raster.page_count, pdf_raster.text_lines):
        with pytest.raises(pdf_raster.PdfInvalid):
            ask(content)
    with pytest.raises(pdf_raster.PdfInvalid):
        pdf_raster.middle_of_page(content, dots_per_inch=72, width=10)


@pytest.mark.parametrize(("dots", "width"), [(72, 0), (72, -1), (300_000, 1000)])
def test_a_picture_has_a_sensible_size(dots: int, width: int) -> None:
    with pytest.raises(ValueError, match="size"):
        pdf_raster.middle_of_page(pdf(), dots_per_inch=dots, width=width)


def test_threads_take_turns() -> None:
    content = pdf()
    with ThreadPoolExecutor(4) as threads:
        pictures = list(
            threads.map(
                lambda _: pdf_raster.middle_of_page(content, dots_per_inch=150, width=300).tobytes(),
                range(24),
            )
        )
    assert len(set(pictures)) == 1
