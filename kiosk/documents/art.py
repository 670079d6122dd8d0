"""Everything the machine draws and reads back, behind one contract with a real and a simulated side."""

import asyncio
from typing import Protocol

from kiosk.documents.card import CardUnprintable, check_card, render_card
from kiosk.documents.inspection import Inspection, inspect
from kiosk.documents.layout import CardLayout
from kiosk.documents.raster import rasterise
from kiosk.documents.slip import render_slip
from kiosk.documents.slip_layout import load_slip_layout
from kiosk.domain.face import CardFace
from kiosk.domain.raster import CardRaster
from kiosk.domain.slip import Slip
from kiosk.domain.text import Text


class CardArt(Protocol):
    """Pictures for the printers, and what a picture of the film shows. Drawing never blocks the loop."""

    async def printable(self, face: CardFace) -> bool:
        """Return whether every text of the face fits and has its glyphs."""

    async def draw(self, face: CardFace) -> CardRaster | CardUnprintable:
        """Return the film's picture for the card printer, or which fields cannot be printed."""

    async def inspect(self, picture: bytes, face: CardFace) -> Inspection:
        """Compare a picture of the film (as `CardPrinter.capture` gives it) with an ordered face."""

    async def slip(self, slip: Slip, failure_text: Text | None, *, simulated: bool) -> bytes:
        """Return the slip as PDF; `failure_text` says in words what ended the visit early.

        `simulated`: the way to pay is, so that no money was moved; the slip says so.
        """


class DrawnArt:
    """The real pictures, drawn by ReportLab in worker threads: one face takes some 50 ms."""

    def __init__(self, layout: CardLayout) -> None:
        self._layout = layout
        load_slip_layout()  # a broken one is found at the start, not after the money was taken

    async def printable(self, face: CardFace) -> bool:
        return await asyncio.to_thread(check_card, face, self._layout) is None

    async def draw(self, face: CardFace) -> CardRaster | CardUnprintable:
        return await asyncio.to_thread(self._drawn, face)

    async def inspect(self, picture: bytes, face: CardFace) -> Inspection:
        return await asyncio.to_thread(inspect, picture, face, self._layout)

    async def slip(self, slip: Slip, failure_text: Text | None, *, simulated: bool) -> bytes:
        return await asyncio.to_thread(render_slip, slip, failure_text, simulated=simulated)

    def _drawn(self, face: CardFace) -> CardRaster | CardUnprintable:
        drawn = render_card(face, self._layout)
        return drawn if isinstance(drawn, CardUnprintable) else rasterise(drawn)
