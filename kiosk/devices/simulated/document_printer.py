"""The simulated A4 printer: takes jobs, prints page by page whether anybody asks or not, and can forget.

It behaves to the kiosk as a good IPP printer does (docs/printers-and-scanners.md): a job is known by its
name and uuid, pages are counted as they come out, paper that ends stops a job until there is more.
"""

import asyncio
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from kiosk import pdf_raster
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    DeviceStatus,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
    Unknown,
)
from kiosk.devices.document_contracts import Accepted, DocumentJob
from kiosk.devices.printer_capabilities import DocumentPrinterCapabilities
from kiosk.devices.simulated.device import SimulatedDevice
from kiosk.devices.simulated.document_tray import CASSETTE, JobEnd, KeptJob, PageTray
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.mechanism import Mechanism, Pace
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.devices.simulated.watch import Watch
from kiosk.devices.upkeep import Consumable, Counter
from kiosk.domain.failure import FailureCode, Fault
from kiosk.tasks import Tasks

WARM_UP_S, PAGE_S = 4.0, 2.0
"""True times until the first page and for each page, seconds."""

_LARGEST_PDF = 20 * 1024 * 1024
_LONGEST_NAME = 255
_PICTURE_DPI = 100
_A4_WIDTH = 827  # dots
_CARE = {"cover_open": "cover-open", "paper_out": "media-empty", "toner_out": "marker-supply-empty"}


class SimulatedDocumentPrinter(SimulatedDevice):
    """Leaves its pages in ``documents/NNNNNN.pdf`` and ``NNNNNN-PAGE.png`` of the devices' folder."""

    def __init__(
        self, folder: StateFolder, mechanism: Mechanism, faults: Faults, watch: Watch, pace: Pace
    ) -> None:
        super().__init__(
            DeviceName.DOCUMENT,
            FailureCode.DOCUMENT_PRINTER_UNAVAILABLE,
            mechanism=mechanism,
            faults=faults,
            watch=watch,
            pace=pace,
        )
        self._folder = folder
        lost = PageTray(paper_left=0)
        self._tray = StateFile(folder, "document_printer.json", fresh=PageTray(), unreadable=lost)
        self._work = Tasks()
        self._printing: asyncio.Task[None] | None = None
        self._sent = False

    async def print_document(
        self, name: str, pdf: bytes, *, deadline_s: float, accepted: Accepted | None = None
    ) -> Completion[DocumentJob]:

        async def print_document() -> Completion[DocumentJob]:
            self._sent = False
            pages = await asyncio.to_thread(_pages, name, pdf)
            if not pages:
                return Refused(Fault(FailureCode.DOCUMENT_NOT_PRINTED, "no document"))
            obstacle = next(iter(self._standing()), None)
            if obstacle is None and self._runs:
                obstacle = self._fault("busy with another job")
            if obstacle is not None:
                return Refused(obstacle)
            job = self._take(name, pages)
            if accepted is not None:
                accepted(job)
            return await self._follow(job)

        return await self._run(print_document, deadline_s=deadline_s, late=FailureCode.DOCUMENT_UNKNOWN)

    async def find(
        self, name: str, *, pages: int, known: DocumentJob | None = None, deadline_s: float
    ) -> Completion[DocumentJob]:
        async def find() -> Completion[DocumentJob]:
            self._sent = True
            kept = self.tray().job(name)
            if kept is None or (known is not None and known.job_uuid not in {None, kept.uuid}):
                return _unknown("the printer knows no job of that name")
            return await self._follow(DocumentJob(name, pages, kept.number, kept.uuid))

        return await self._run(find, deadline_s=deadline_s, late=FailureCode.DOCUMENT_UNKNOWN)

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        """Cancel what still prints and wait until the printer has let go."""
        del action

        async def settle() -> Completion[MediaPosition]:
            self._sent = True
            await self._stop()
            return Done(MediaPosition.NOT_PRESENT)

        return await self._run(settle, deadline_s=deadline_s, late=self._unavailable)

    async def capabilities(self) -> DocumentPrinterCapabilities:
        return DocumentPrinterCapabilities(
            ("iso_a4_210x297mm",), ("application/pdf",), False, False, counts_pages=True, keeps_jobs=True
        )

    async def consumables(self) -> tuple[Consumable, ...]:
        if self._out_of_reach():
            return ()
        paper_out = self._faults.armed(DeviceName.DOCUMENT, "paper_out")
        toner_out = self._faults.armed(DeviceName.DOCUMENT, "toner_out")
        return self.tray().consumables(paper_out=paper_out, toner_out=toner_out)

    async def counters(self) -> tuple[Counter, ...]:
        return () if self._out_of_reach() else (self.tray().counter(),)

    async def close(self) -> None:
        await super().close()
        await self._stop()

    # what a tester does, with hands

    def tray(self) -> PageTray:
        return self._tray.read()

    def documents(self) -> tuple[Path, ...]:
        """Return the kept documents, oldest first."""
        return tuple(sorted((self._folder.path / "documents").glob("*.pdf")))

    def refill(self, sheets: int = CASSETTE) -> PageTray:
        """Fill the cassette up, or put some sheets in."""
        self._faults.clear(DeviceName.DOCUMENT, "paper_out")
        left = min(max(sheets, 0), CASSETTE)
        return self._tray.change(lambda tray: tray.put(paper_left=left))

    def clear_jam(self) -> PageTray:
        """Take the jammed sheet out."""
        return self._tray.change(lambda tray: tray.put(jammed=False))

    # the printer by itself

    @property
    def _runs(self) -> bool:
        return self._printing is not None and not self._printing.done()

    def _take(self, name: str, pages: tuple[bytes, ...]) -> DocumentJob:
        kept = KeptJob(number=self.tray().taken + 1, name=name, uuid=uuid4().urn, pages=len(pages) - 1)
        self._tray.change(lambda tray: tray.took(kept))
        self._sent = True
        self._printing = self._work.start(self._print(kept, pages), "document")
        return DocumentJob(name, kept.pages, kept.number, kept.uuid)

    async def _print(self, job: KeptJob, pages: tuple[bytes, ...]) -> None:
        await self._pace.spend(WARM_UP_S)
        for number, picture in enumerate(pages[1:], start=1):
            if not await self._one_page(job, number, picture):
                return
        self._folder.replace(f"documents/{job.number:06d}.pdf", pages[0])
        if self._strikes("miscounted"):
            self._tray.change(lambda tray: tray.changed(job.number, came_out=job.pages - 1))
        self._tray.change(lambda tray: tray.changed(job.number, end=JobEnd.COMPLETED))

    async def _one_page(self, job: KeptJob, number: int, picture: bytes) -> bool:
        """Print one page; False where the job ends with it."""
        if self._strikes("power_lost"):
            self._tray.change(lambda tray: tray.put(jobs=()))
            return False
        if self._strikes("jam"):
            self._tray.change(lambda tray: tray.changed(job.number, end=JobEnd.ABORTED).put(jammed=True))
            return False
        if self._strikes("never_ends"):
            await asyncio.Event().wait()
        if self._strikes("out_midway"):
            self._tray.change(lambda tray: tray.put(paper_left=0))
        await self._watch.until(lambda: not self._standing())
        await self._pace.spend(PAGE_S)
        self._folder.replace(f"documents/{job.number:06d}-{number}.png", picture)
        self._tray.change(lambda tray: tray.page_out(job.number))
        return True

    async def _stop(self) -> None:
        """Stop the job that prints, as a cancelled one."""
        printing, self._printing = self._printing, None
        if printing is None or printing.done():
            return
        printing.cancel()
        await asyncio.wait({printing})
        self._tray.change(PageTray.aborted)

    async def _follow(self, job: DocumentJob) -> Completion[DocumentJob]:
        """Wait for the job's end as the printer tells it."""

        def ended() -> bool:
            kept = self.tray().job(job.name)
            return kept is None or kept.end is not JobEnd.NONE or not self._runs

        await self._watch.until(lambda: self._closed or ended())
        kept = self.tray().job(job.name)
        if kept is None or kept.uuid != job.job_uuid or kept.end is JobEnd.NONE:
            return _unknown("the printer does not know the job any more")
        if kept.end is JobEnd.ABORTED:
            came = f"aborted; {kept.came_out} of {job.pages} pages"
            return Failed(Fault(FailureCode.DOCUMENT_NOT_PRINTED, came))
        if kept.came_out < job.pages:
            return _unknown(f"completed, but {kept.came_out} of {job.pages} pages counted")
        return Done(job)

    def _late(self, code: FailureCode, deadline_s: float) -> Refused | Unknown:
        """Once the printer has the job, a passed deadline says nothing about the paper."""
        why = f"not finished within {deadline_s:g} s"
        return Unknown(Fault(code, why)) if self._sent else Refused(self._fault(why))

    def _status(self) -> DeviceStatus:
        faults = self._standing()
        if faults:
            return DeviceStatus(DeviceState.USER_ERROR, faults, simulated=True)
        return DeviceStatus(DeviceState.BUSY if self._runs else DeviceState.ONLINE, simulated=True)

    def _standing(self) -> tuple[Fault, ...]:
        tray = self.tray()
        found = ["media-jam"] if tray.jammed else []
        found += [word for name, word in _CARE.items() if self._faults.armed(DeviceName.DOCUMENT, name)]
        if tray.paper_left == 0 and "media-empty" not in found:
            found.append("media-empty")
        if tray.toner_left == 0 and "marker-supply-empty" not in found:
            found.append("marker-supply-empty")
        return tuple(Fault(FailureCode.DOCUMENT_PRINTER_NEEDS_CARE, reason) for reason in found)

    def _strikes(self, fault: str) -> bool:
        return self._faults.take(DeviceName.DOCUMENT, fault)


def _pages(name: str, pdf: bytes) -> tuple[bytes, ...]:
    """Return the document and a picture of each of its pages (PNG, 100 dpi); nothing for no document."""
    if (
        not 1 <= len(name.encode()) <= _LONGEST_NAME
        or not pdf.startswith(b"%PDF-")
        or len(pdf) > _LARGEST_PDF
    ):
        return ()
    try:
        numbers = range(pdf_raster.page_count(pdf))
        return (pdf, *(_picture(pdf, number) for number in numbers))
    except (pdf_raster.PdfInvalid, ValueError):
        return ()


def _picture(pdf: bytes, page: int) -> bytes:
    grey = pdf_raster.middle_of_page(pdf, dots_per_inch=_PICTURE_DPI, width=_A4_WIDTH, page=page)
    out = BytesIO()
    grey.save(out, "PNG", dpi=(_PICTURE_DPI, _PICTURE_DPI))
    return out.getvalue()


def _unknown(detail: str) -> Unknown:
    return Unknown(Fault(FailureCode.DOCUMENT_UNKNOWN, detail))
