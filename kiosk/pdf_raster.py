"""From our own PDF pages to grey pictures and text lines: the only module that calls PDFium.

PDFium may be called by one thread at a time (pypdfium2, README, "Thread safety"), so every call in the
program goes through the one lock here.
"""

import threading
from dataclasses import dataclass
from io import BytesIO

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

POINTS_PER_INCH = 72
MM_PER_INCH = 25.4
_LARGEST_PICTURE = 64 * 1024 * 1024  # dots; an A4 page at 600 dpi has 35 million
_MOST_PAGES = 200
_MOST_CHARACTERS = 20_000
_pdfium_lock = threading.Lock()

PdfInvalid = pypdfium2.PdfiumError
"""Raised for bytes that are no PDF, or a PDF without the page that was asked for."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One piece of text that stands together; `left`, `top` and `bottom` in points from the upper left."""

    text: str
    left: float
    top: float
    bottom: float


def middle_of_page(
    pdf: bytes, *, dots_per_inch: float, width: int, height: int | None = None, page: int = 0
) -> Image.Image:
    """Return the middle of one page, the first, in shades of grey, `width` x `height` dots, white around it.

    Without a height the page's own is taken. The page's upper left corner lies on a whole dot: equal bars
    stay equally thick. Raises PdfInvalid, and ValueError for a size that is not positive or too large.
    """
    with _pdfium_lock:
        document = _opened(pdf)
        try:
            return _render(_page(document, page), dots_per_inch, width, height)
        finally:
            document.close()


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has; raise PdfInvalid for none or more than 200."""
    with _pdfium_lock:
        document = _opened(pdf)
        try:
            return len(document)
        finally:
            document.close()


def placed_on_page(pdf: bytes, *, width_mm: float, height_mm: float, margin_mm: float) -> bytes:
    """Return a PDF of one page of that size with the first page of `pdf` in its upper middle.

    What is larger than the page within its margins is made smaller, never larger. Raises PdfInvalid.
    """
    width, height, margin = (
        side / MM_PER_INCH * POINTS_PER_INCH for side in (width_mm, height_mm, margin_mm)
    )
    with _pdfium_lock:
        source, made = _opened(pdf), pypdfium2.PdfDocument.new()
        try:
            wide, tall = source[0].get_size()
            scale = min(1.0, (width - 2 * margin) / wide, (height - 2 * margin) / tall)
            picture = source.page_as_xobject(0, made).as_pageobject()
            left, bottom = (width - wide * scale) / 2, height - margin - tall * scale
            picture.set_matrix(pypdfium2.PdfMatrix(scale, 0, 0, scale, left, bottom))
            page = made.new_page(width, height)
            page.insert_obj(picture)
            page.gen_content()
            out = BytesIO()
            made.save(out)
        finally:
            made.close()
            source.close()
    return out.getvalue()


def text_lines(pdf: bytes) -> tuple[TextLine, ...]:
    """Return the text of the first page from top to bottom, each line from left to right."""
    with _pdfium_lock:
        document = _opened(pdf)
        try:
            found = _texts(document[0])
        finally:
            document.close()
    return tuple(sorted(found, key=lambda line: (round(line.bottom), line.left)))


def _opened(pdf: bytes) -> pypdfium2.PdfDocument:
    document = pypdfium2.PdfDocument(pdf)
    if not 1 <= len(document) <= _MOST_PAGES:
        document.close()
        raise PdfInvalid(f"a document has 1 to {_MOST_PAGES} pages")
    return document


def _page(document: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    if not 0 <= number < len(document):
        raise PdfInvalid(f"there is no page {number}")
    return document[number]


def _render(page: pypdfium2.PdfPage, dots_per_inch: float, width: int, height: int | None) -> Image.Image:
    page_width, page_height = (round(side * dots_per_inch / POINTS_PER_INCH) for side in page.get_size())
    tall = page_height if height is None else height
    if width <= 0 or tall <= 0 or width * tall > _LARGEST_PICTURE:
        raise ValueError("a picture needs a positive and sensible size")
    left, top = (page_width - width) // 2, (page_height - tall) // 2
    bitmap = pypdfium2.PdfBitmap.new_native(width, tall, pdfium.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, tall)
    pdfium.FPDF_RenderPageBitmap(bitmap, page, -left, -top, page_width, page_height, 0, pdfium.FPDF_GRAYSCALE)
    picture: Image.Image = bitmap.to_pil().copy()
    return picture


def _texts(page: pypdfium2.PdfPage) -> list[TextLine]:
    height = page.get_height()
    textpage = page.get_textpage()
    if textpage.count_chars() > _MOST_CHARACTERS:
        raise PdfInvalid("more text than a page holds")
    found = []
    for index in range(textpage.count_rects()):
        left, bottom, right, top = textpage.get_rect(index)
        text = textpage.get_text_bounded(left, bottom, right, top).strip()
        if text:
            found.append(TextLine(text, left, height - top, height - bottom))
    return found
