"""The QR code of an order as modules for the screen (ISO/IEC 18004, error correction M)."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M

_LONGEST_CODE = 1024  # characters; the networks' codes have fewer than 100


def qr_matrix(code: str) -> tuple[tuple[bool, ...], ...]:
    """Return the rows of modules, True for dark, without the quiet zone (4 modules, drawn by the screen).

    Raise ValueError for an empty code or one longer than 1024 characters.
    """
    if not 0 < len(code) <= _LONGEST_CODE:
        raise ValueError(f"a QR code of {len(code)} characters")
    drawing = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    drawing.add_data(code)
    drawing.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in drawing.get_matrix())
