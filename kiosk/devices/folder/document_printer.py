"""An A4 printer for development: every document lies in a folder as the PDF that it is."""

import asyncio
from pathlib import Path

from kiosk import pdf_raster
from kiosk.clock import Clock
from kiosk.devices.contracts import Completion, DeviceName, Done, Failed, Refused, Unknown
from kiosk.devices.document_contracts import Accepted, DocumentJob
from kiosk.devices.folder.outlet import OutletBlocked
from kiosk.devices.folder.printer import FolderPrinter
from kiosk.devices.printer_capabilities import DocumentPrinterCapabilities
from kiosk.devices.upkeep import Counted
from kiosk.domain.failure import FailureCode, Fault

LARGEST_PDF = 20 * 1024 * 1024
_MOST_REMEMBERED = 200


class FolderDocumentPrinter(FolderPrinter):
    """Leaves ``NNNNNN.pdf`` for every document; remembers its jobs as long as the program runs."""

    counts = Counted.DOCUMENTS

    def __init__(self, folder: Path, clock: Clock) -> None:
        unavailable = FailureCode.DOCUMENT_PRINTER_UNAVAILABLE
        super().__init__(DeviceName.DOCUMENT, unavailable, folder, clock)
        self._jobs: dict[str, DocumentJob] = {}

    async def print_document(
        self, name: str, pdf: bytes, *, deadline_s: float, accepted: Accepted | None = None
    ) -> Completion[DocumentJob]:
        async def print_document() -> Completion[DocumentJob]:
            why = self._outlet.usable()
            if why is not None:
                return Refused(self._fault(why))
            pages = await asyncio.to_thread(_pages, pdf)
            if not pages or not 1 <= len(name.encode()) <= 255:
                return Refused(Fault(FailureCode.DOCUMENT_NOT_PRINTED, "no document"))
            return await self._put(DocumentJob(name, pages, self._outlet.newest() + 1), pdf, accepted)

        return await self._run(print_document, deadline_s=deadline_s, late=_late)

    async def find(
        self, name: str, *, pages: int, known: DocumentJob | None = None, deadline_s: float
    ) -> Completion[DocumentJob]:
        del pages, known

        async def find() -> Completion[DocumentJob]:
            job = self._jobs.get(name)
            return Done(job) if job is not None else _unknown("no job of that name since the start")

        return await self._run(find, deadline_s=deadline_s, late=_unknown)

    async def capabilities(self) -> DocumentPrinterCapabilities:
        return DocumentPrinterCapabilities((), ("application/pdf",), True, None, True, True)

    async def _put(self, job: DocumentJob, pdf: bytes, accepted: Accepted | None) -> Completion[DocumentJob]:
        if accepted is not None:
            accepted(job)
        try:
            await asyncio.to_thread(self._outlet.put, pdf=pdf)
        except OutletBlocked as error:
            return Failed(Fault(FailureCode.DOCUMENT_NOT_PRINTED, str(error)))
        if len(self._jobs) >= _MOST_REMEMBERED:
            del self._jobs[next(iter(self._jobs))]
        self._jobs[job.name] = job
        return Done(job)


def _pages(pdf: bytes) -> int:
    """Return the number of pages, 0 for no document."""
    if not pdf.startswith(b"%PDF-") or len(pdf) > LARGEST_PDF:
        return 0
    try:
        return pdf_raster.page_count(pdf)
    except pdf_raster.PdfInvalid:
        return 0


def _late(why: str) -> Completion[DocumentJob]:
    return _unknown(why)


def _unknown(why: str) -> Unknown:
    return Unknown(Fault(FailureCode.DOCUMENT_UNKNOWN, why))
