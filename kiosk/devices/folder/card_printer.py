"""A card printer for development: every card lies in a folder as PDF and PNG, 85.60 x 53.98 mm.

It stands beside any card station, real or simulated, and takes the card to be where the station put it.
"""

import asyncio
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops

from kiosk.clock import Clock
from kiosk.devices.contracts import Completion, DeviceName, Done, Failed, Progress, Refused, Unknown
from kiosk.devices.folder.outlet import OutletBlocked
from kiosk.devices.folder.printer import FolderPrinter
from kiosk.devices.printer_capabilities import CardPrinterCapabilities
from kiosk.devices.upkeep import Counted
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.raster import CardRaster

DOTS_PER_INCH = 300
CARD = (1011, 638)
"""The whole back of the card, ID-1 (ISO/IEC 7810), in dots along and across it."""

_LARGEST_PICTURE = 1024 * 1024


class FolderCardPrinter(FolderPrinter):
    """Leaves ``NNNNNN.pdf`` and ``NNNNNN.png`` for every card."""

    counts = Counted.CARDS_PRINTED

    def __init__(self, folder: Path, clock: Clock) -> None:
        super().__init__(DeviceName.PRINTER, FailureCode.PRINTER_UNAVAILABLE, folder, clock)

    async def print_card(
        self, raster: CardRaster, *, deadline_s: float, progress: Progress | None = None
    ) -> Completion[None]:
        if raster.dots_per_inch != DOTS_PER_INCH or not _fits(raster):
            return Refused(Fault(FailureCode.PRINT_FAILED, "a picture for another printer"))

        async def print_card() -> Completion[None]:
            why = self._outlet.usable()
            if why is not None:
                return Refused(self._fault(why))
            return await self._put(_card(raster), progress)

        return await self._run(print_card, deadline_s=deadline_s, late=_late)

    async def erase_card(self, *, deadline_s: float, progress: Progress | None = None) -> Completion[None]:
        """Leave an empty card."""
        empty = CardRaster(8, 1, DOTS_PER_INCH, b"\x00")
        return await self.print_card(empty, deadline_s=deadline_s, progress=progress)

    async def capture(self, *, deadline_s: float) -> Completion[bytes]:
        """Return the newest card."""

        async def look() -> Completion[bytes]:
            seen = await asyncio.to_thread(self._outlet.read, self._outlet.newest(), "png", _LARGEST_PICTURE)
            if seen is None:
                return Refused(Fault(FailureCode.PRINTER_FAULT, "no card was printed"))
            return Done(seen)

        return await self._run(look, deadline_s=deadline_s, late=lambda why: Failed(self._fault(why)))

    async def capabilities(self) -> CardPrinterCapabilities:
        return CardPrinterCapabilities(
            *CARD, DOTS_PER_INCH, reads_back=True, ejects=False, retains=False, counts=True, cleans=False
        )

    async def _put(self, card: Image.Image, progress: Progress | None) -> Completion[None]:
        try:
            await asyncio.to_thread(self._outlet.put, png=_file(card, "PNG"), pdf=_file(card, "PDF"))
        except OutletBlocked as error:
            return Failed(Fault(FailureCode.PRINT_FAILED, str(error)))
        if progress is not None:
            progress(1.0)
        return Done(None)


def _late(why: str) -> Completion[None]:
    return Unknown(Fault(FailureCode.PRINT_UNKNOWN, why))  # the file may still be on its way


def _fits(raster: CardRaster) -> bool:
    return 0 < raster.width <= CARD[0] and 0 < raster.height <= CARD[1]


def _card(raster: CardRaster) -> Image.Image:
    """Return the whole card, white, with the picture in its middle."""
    ink = Image.frombytes("1", (raster.width, raster.height), raster.rows)
    card = Image.new("1", CARD, 255)
    card.paste(ImageChops.invert(ink), ((CARD[0] - raster.width) // 2, (CARD[1] - raster.height) // 2))
    return card


def _file(card: Image.Image, kind: str) -> bytes:
    """Return the card as a file of its true size."""
    out = BytesIO()
    if kind == "PDF":
        card.save(out, "PDF", resolution=DOTS_PER_INCH)
    else:
        card.save(out, kind, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return out.getvalue()
