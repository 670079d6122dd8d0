"""A slip as the kiosk prints it."""

from functools import cache

from kiosk.documents.slip import render_slip
from tests.documents.faces import SLIP

CODE = SLIP.number
"""What the QR code of the slip says."""


@cache
def slip_pdf() -> bytes:
    return render_slip(SLIP)
