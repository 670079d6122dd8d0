"""QR codes as vector paths: sharp at any resolution, the same bytes every time (ISO/IEC 18004)."""

from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import qrcode
from qrcode.util import ALPHA_NUM, MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData
from reportlab.pdfgen.canvas import Canvas

QUIET_ZONE = 4
"""Modules that must stay empty around a symbol."""

_LEVELS = {
    "L": qrcode.ERROR_CORRECT_L,
    "M": qrcode.ERROR_CORRECT_M,
    "Q": qrcode.ERROR_CORRECT_Q,
    "H": qrcode.ERROR_CORRECT_H,
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR code's modules, row by row, True = dark, without quiet zone."""

    modules: tuple[tuple[bool, ...], ...]

    @property
    def side(self) -> int:
        """Modules along one side."""
        return len(self.modules)


def symbol_of(text: str, level: Literal["L", "M", "Q", "H"]) -> Symbol:
    """Return the smallest symbol for a text at an error correction level.

    Raises ValueError when no symbol is large enough (more than 1 273 bytes at level H).
    """
    raw = text.encode("utf-8")
    mode = MODE_ALPHA_NUM if all(byte in ALPHA_NUM for byte in raw) else MODE_8BIT_BYTE
    maker = qrcode.QRCode(error_correction=_LEVELS[level], border=0)
    maker.add_data(QRData(raw, mode=mode), optimize=0)
    maker.make(fit=True)
    return Symbol(tuple(tuple(bool(dark) for dark in row) for row in maker.modules))


def draw_symbol(canvas: Canvas, symbol: Symbol, left: float, top: float, module: float) -> None:
    """Draw a symbol; `left`, `top` (its upper edge) and the side of one `module` in points."""
    path = canvas.beginPath()
    for row, modules in enumerate(symbol.modules):
        column = 0
        for dark, group in groupby(modules):
            length = len(list(group))
            if dark:
                path.rect(left + column * module, top - (row + 1) * module, length * module, module)
            column += length
    canvas.drawPath(path, stroke=0, fill=1)
