"""A slip printer for development: every slip lies in a folder as PDF and as the picture that a roll shows."""

import asyncio
from io import BytesIO
from pathlib import Path

from kiosk import pdf_raster
from kiosk.clock import Clock
from kiosk.devices.contracts import Completion, DeviceName, Done, Failed, Refused, Unknown
from kiosk.devices.folder.outlet import OutletBlocked
from kiosk.devices.folder.printer import FolderPrinter
from kiosk.devices.printer_capabilities import SlipPrinterCapabilities
from kiosk.devices.upkeep import Counted
from kiosk.domain.failure import FailureCode, Fault

LARGEST_SLIP = 4 * 1024 * 1024
_DOTS, _DOTS_PER_MM = 576, 8.0


class FolderSlipPrinter(FolderPrinter):
    """Leaves ``NNNNNN.pdf`` and ``NNNNNN.png`` for every slip."""

    counts = Counted.SLIPS

    def __init__(self, folder: Path, clock: Clock) -> None:
        super().__init__(DeviceName.SLIP, FailureCode.SLIP_PRINTER_UNAVAILABLE, folder, clock)

    async def print_slip(self, pdf: bytes, *, deadline_s: float) -> Completion[None]:
        async def print_slip() -> Completion[None]:
            why = self._outlet.usable()
            picture = await asyncio.to_thread(_picture, pdf) if why is None else None
            if picture is None:
                return Refused(self._fault(why or "not a PDF that could be a slip"))
            try:
                await asyncio.to_thread(self._outlet.put, png=picture, pdf=pdf)
            except OutletBlocked as error:
                return Failed(Fault(FailureCode.SLIP_PRINTER_FAULT, str(error)))
            return Done(None)

        return await self._run(print_slip, deadline_s=deadline_s, late=_late)

    async def capabilities(self) -> SlipPrinterCapabilities:
        return SlipPrinterCapabilities(80.0, _DOTS / _DOTS_PER_MM, _DOTS_PER_MM, True, True, False)


def _late(why: str) -> Completion[None]:
    return Unknown(Fault(FailureCode.SLIP_UNKNOWN, why))  # the file may still be on its way


def _picture(pdf: bytes) -> bytes | None:
    """Return the slip as PNG, None for what is none."""
    if not pdf.startswith(b"%PDF-") or len(pdf) > LARGEST_SLIP:
        return None
    try:
        grey = pdf_raster.middle_of_page(pdf, dots_per_inch=_DOTS_PER_MM * 25.4, width=_DOTS)
    except (pdf_raster.PdfInvalid, ValueError):
        return None
    out = BytesIO()
    grey.point(lambda value: 255 if value >= 128 else 0, mode="1").save(out, "PNG", dpi=(203, 203))
    return out.getvalue()
