"""A `SlipPrinter` over a `DocumentPrinter`: the slip stands on an A4 page and counts as that page does."""

import asyncio
from uuid import uuid4

from kiosk import pdf_raster
from kiosk.clock import Clock
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    Done,
    Failed,
    Listener,
    MediaAction,
    MediaPosition,
    Refused,
    Unknown,
    Unsubscribe,
)
from kiosk.devices.document_contracts import DocumentPrinter
from kiosk.devices.polled import PolledDevice, State
from kiosk.devices.printer_capabilities import SlipPrinterCapabilities
from kiosk.devices.upkeep import Consumable, Counter, Maintained
from kiosk.domain.failure import FailureCode, Fault

A4_MM = (210.0, 297.0)
MARGIN_MM = 15.0
LARGEST_SLIP = 4 * 1024 * 1024

_PAPER = frozenset({"media-empty", "media-needed"})
_COVER = frozenset({"cover-open", "door-open", "interlock-open"})


class PageSlipPrinter(PolledDevice):
    """The A4 printer in the part of the slip printer.

    Args:
        document: the printer; it may serve as the machine's document printer too.
        owns: whether closing this closes the printer as well.
        page_mm: width and height of its paper, millimetres.
    """

    def __init__(
        self,
        document: DocumentPrinter,
        clock: Clock,
        *,
        owns: bool = True,
        page_mm: tuple[float, float] = A4_MM,
    ) -> None:
        unavailable = FailureCode.SLIP_PRINTER_UNAVAILABLE
        super().__init__(DeviceName.SLIP, unavailable, clock, simulated=False)  # told by the printer
        self._document = document
        self._owns = owns
        self._page_mm = page_mm
        self._sent = False

    async def print_slip(self, pdf: bytes, *, deadline_s: float) -> Completion[None]:
        async def print_slip() -> Completion[None]:
            self._sent = False
            page = await asyncio.to_thread(self._page, pdf)
            if page is None:
                return Refused(self._fault("not a PDF that could be a slip"))
            self._sent = True  # from here the printer tells whether it took the page
            name = f"slip-{uuid4()}"
            printed = await self._document.print_document(name, page, deadline_s=deadline_s)
            return Done(None) if isinstance(printed, Done) else self._said_of_slip(printed)

        def late(why: str) -> Completion[None]:
            if not self._sent:
                return Refused(self._fault(why))
            return Unknown(Fault(FailureCode.SLIP_UNKNOWN, why))

        return await self._run(print_slip, deadline_s=deadline_s, late=late)

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        async def settle() -> Completion[MediaPosition]:
            ended = await self._document.reset(action, deadline_s=deadline_s)
            return ended if isinstance(ended, Done) else self._said_of_slip(ended)

        def late(why: str) -> Completion[MediaPosition]:
            return Unknown(self._fault(why))

        return await self._run(settle, deadline_s=deadline_s, late=late)

    def subscribe(self, listener: Listener) -> Unsubscribe:
        return self._document.subscribe(listener)

    async def capabilities(self) -> SlipPrinterCapabilities:
        width = self._page_mm[0]
        return SlipPrinterCapabilities(width, width - 2 * MARGIN_MM, 300 / 25.4, False, True, False)

    async def consumables(self) -> tuple[Consumable, ...]:
        """Return the printer's own, unless the machine lists them under the document printer already."""
        if self._closed or not (self._owns and isinstance(self._document, Maintained)):
            return ()
        return await self._document.consumables()

    async def counters(self) -> tuple[Counter, ...]:
        if self._closed or not (self._owns and isinstance(self._document, Maintained)):
            return ()
        return await self._document.counters()

    async def close(self) -> None:
        await super().close()
        if self._owns:
            await self._document.close()

    async def _state(self) -> State:
        status = await self._document.status()
        self._simulated = status.simulated
        return status.state, tuple(self._in_slip_words(fault) for fault in status.faults)

    def _page(self, pdf: bytes) -> bytes | None:
        if not pdf.startswith(b"%PDF-") or len(pdf) > LARGEST_SLIP:
            return None
        width, height = self._page_mm
        try:
            return pdf_raster.placed_on_page(pdf, width_mm=width, height_mm=height, margin_mm=MARGIN_MM)
        except pdf_raster.PdfInvalid:
            return None

    def _said_of_slip(self, completion: Refused | Failed | Unknown) -> Refused | Failed | Unknown:
        """Return the same completion with the fault in the slip printer's words."""
        return type(completion)(self._in_slip_words(completion.fault))

    def _in_slip_words(self, fault: Fault) -> Fault:
        match fault.code:
            case FailureCode.DOCUMENT_PRINTER_NEEDS_CARE if fault.detail in _PAPER:
                return Fault(FailureCode.SLIP_PAPER_OUT)
            case FailureCode.DOCUMENT_PRINTER_NEEDS_CARE if fault.detail in _COVER:
                return Fault(FailureCode.SLIP_PRINTER_COVER_OPEN)
            case FailureCode.DOCUMENT_PRINTER_NEEDS_CARE | FailureCode.DOCUMENT_NOT_PRINTED:
                return Fault(FailureCode.SLIP_PRINTER_FAULT, fault.detail)
            case FailureCode.DOCUMENT_UNKNOWN:
                return Fault(FailureCode.SLIP_UNKNOWN, fault.detail)
        return self._fault(fault.detail)
