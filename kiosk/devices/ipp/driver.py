"""The A4 printer behind IPP: the `DocumentPrinter` contract.

The kiosk asks the printer itself, never a queue in between, and judges by `outcome` alone. Once a job may
have reached the printer, a loss of any kind is Unknown; what became of it is asked with `find`.
"""

import asyncio
from dataclasses import dataclass

from kiosk import pdf_raster
from kiosk.clock import Clock
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
    Unknown,
)
from kiosk.devices.document_contracts import Accepted, DocumentJob
from kiosk.devices.ipp import messages, outcome
from kiosk.devices.ipp.client import IppClient, NoAnswer, NotSent
from kiosk.devices.ipp.encoding import Message
from kiosk.devices.ipp.jobs import PrinterJobs
from kiosk.devices.ipp.messages import A4, Media, PrinterView, Status
from kiosk.devices.ipp.supplies import consumables
from kiosk.devices.polled import PolledDevice, State
from kiosk.devices.printer_capabilities import DocumentPrinterCapabilities
from kiosk.devices.upkeep import Consumable, Counted, Counter, Level
from kiosk.domain.failure import FailureCode, Fault
from kiosk.tasks import Tasks

POLL_S = 0.5
"""How often a job is asked about, seconds."""

LARGEST_PDF = 20 * 1024 * 1024
_LONGEST_NAME = 255  # RFC 8011 section 5.1.3

_REFUSING = frozenset(
    {
        Status.BUSY,
        Status.NOT_ACCEPTING_JOBS,
        Status.SERVICE_UNAVAILABLE,
        Status.OPERATION_NOT_SUPPORTED,
        Status.VERSION_NOT_SUPPORTED,
    }
)


@dataclass(slots=True)
class _Printing:
    """One document under way. `sent`: the printer may have it."""

    sent: bool = False
    job: DocumentJob | None = None


class IppDocumentPrinter(PolledDevice):
    """Driver of one printer.

    Args:
        client: where the printer is; closed with this driver.
        media: the paper that every document is made for.
        poll_s: see `POLL_S`.
    """

    def __init__(
        self,
        client: IppClient,
        clock: Clock,
        *,
        media: Media = A4,
        poll_s: float = POLL_S,
        simulated: bool = False,
    ) -> None:
        unavailable = FailureCode.DOCUMENT_PRINTER_UNAVAILABLE
        super().__init__(DeviceName.DOCUMENT, unavailable, clock, simulated=simulated)
        self._client = client
        self._media = media
        self._jobs = PrinterJobs(client, clock, poll_s)
        self._cancelling = Tasks()
        self._left_behind: DocumentJob | None = None
        self._seen_levels: tuple[Level, ...] = ()

    async def print_document(
        self, name: str, pdf: bytes, *, deadline_s: float, accepted: Accepted | None = None
    ) -> Completion[DocumentJob]:
        printing = _Printing()

        async def print_document() -> Completion[DocumentJob]:
            try:
                return await self._print(name, pdf, printing, accepted)
            except asyncio.CancelledError:
                self._give_up(printing)
                raise

        def late(why: str) -> Completion[DocumentJob]:
            return outcome.unknown(why) if printing.sent else Refused(self._fault(why))

        return await self._run(print_document, deadline_s=deadline_s, late=late)

    async def find(
        self, name: str, *, pages: int, known: DocumentJob | None = None, deadline_s: float
    ) -> Completion[DocumentJob]:
        async def find() -> Completion[DocumentJob]:
            if known is not None and known.printer_uuid is not None:
                seen = await self._printer()
                if isinstance(seen, PrinterView) and seen.uuid != known.printer_uuid:
                    return outcome.unknown("another printer stands at that address")
            job = await self._jobs.found(name, pages, known)
            return await self._jobs.follow(job) if isinstance(job, DocumentJob) else job

        return await self._run(find, deadline_s=deadline_s, late=outcome.unknown)

    async def consumables(self) -> tuple[Consumable, ...]:
        seen = await self._printer() if not self._closed else None
        return consumables(seen) if isinstance(seen, PrinterView) else ()

    async def counters(self) -> tuple[Counter, ...]:
        seen = await self._printer() if not self._closed else None
        if not isinstance(seen, PrinterView) or seen.impressions is None or seen.impressions < 0:
            return ()
        return (Counter(Counted.PAGES, seen.impressions),)

    async def capabilities(self) -> DocumentPrinterCapabilities:
        """Return what the printer says it can do; nothing is known of one that does not answer."""
        seen = await self._printer() if not self._closed else None
        if not isinstance(seen, PrinterView):
            return DocumentPrinterCapabilities((), (), None, None, counts_pages=None, keeps_jobs=True)
        two_sided = "two-sided-long-edge" in seen.sides if seen.sides else None
        return DocumentPrinterCapabilities(
            tuple(sorted(seen.media)),
            tuple(sorted(seen.formats)),
            seen.colour,
            two_sided,
            counts_pages=None,
            keeps_jobs=True,
        )

    async def reset(
        self,
        action: MediaAction,  # noqa: ARG002 - a printer without a card has nothing to move
        *,
        deadline_s: float,
    ) -> Completion[MediaPosition]:
        """Cancel what a broken-off command left behind and wait until the printer has let go of it."""

        async def settle() -> Completion[MediaPosition]:
            seen = await self._printer()
            if isinstance(seen, Fault):
                return Refused(seen)
            left, self._left_behind = self._left_behind, None
            if left is not None:
                await self._jobs.cancel(left)
                ended = await self._jobs.follow(left)
                if isinstance(ended, Unknown):
                    return ended
            return Done(MediaPosition.NOT_PRESENT)

        def late(why: str) -> Completion[MediaPosition]:
            return Unknown(self._fault(why))

        return await self._run(settle, deadline_s=deadline_s, late=late)

    async def close(self) -> None:
        await super().close()
        await self._cancelling.end()
        await self._client.close()

    async def _state(self) -> State:
        seen = await self._printer()
        if isinstance(seen, Fault):
            return DeviceState.OFFLINE, (seen,)
        self._seen_levels = tuple(one.level for one in consumables(seen))
        return outcome.device_state(seen), outcome.standing_faults(seen)

    def _levels(self) -> tuple[Level, ...]:
        return self._seen_levels

    async def _print(
        self, name: str, pdf: bytes, printing: _Printing, accepted: Accepted | None
    ) -> Completion[DocumentJob]:
        pages = await _pages(name, pdf)
        if isinstance(pages, str):
            return Refused(Fault(FailureCode.DOCUMENT_NOT_PRINTED, pages))
        seen = await self._printer()
        obstacle = seen if isinstance(seen, Fault) else outcome.obstacle(seen)
        if obstacle is None:
            obstacle = await self._not_valid(name)
        if isinstance(seen, Fault) or obstacle is not None:
            return Refused(obstacle or self._fault("no printer"))
        wanted = DocumentJob(name, pages, 0, None, seen.uuid, seen.up_time)
        taken = await self._hand_over(wanted, pdf, printing)
        if not isinstance(taken, DocumentJob):
            return taken
        printing.job = taken
        if accepted is not None:
            accepted(taken)
        return await self._jobs.follow(taken)

    async def _not_valid(self, name: str) -> Fault | None:
        """Ask whether the printer would take the job on this paper, before anything is sent."""
        request = messages.validate_job(self._client.uri, self._client.next_id(), name, self._media)
        answer = await self._client.ask(request)
        if not isinstance(answer, Message):
            return self._fault(answer.detail)
        if answer.code in {Status.OPERATION_NOT_SUPPORTED, Status.OK}:
            return None
        if answer.code < Status.BAD_REQUEST and not messages.unsupported(answer):
            return None
        return self._fault(_refusal(answer))

    async def _hand_over(
        self, wanted: DocumentJob, pdf: bytes, printing: _Printing
    ) -> DocumentJob | Completion[DocumentJob]:
        """Send the job; where the answer is lost, look for it under its name."""
        uri, number = self._client.uri, self._client.next_id()
        request = messages.print_job(uri, number, wanted.name, self._media, pdf)
        printing.sent = True
        answer = await self._client.ask(request)
        if isinstance(answer, NotSent):
            printing.sent = False
            return Refused(self._fault(answer.detail))
        if isinstance(answer, NoAnswer) or answer.code == Status.INTERNAL_ERROR:
            return await self._jobs.found(wanted.name, wanted.pages, wanted)
        if answer.code == Status.JOB_CANCELED:
            return Failed(Fault(FailureCode.DOCUMENT_NOT_PRINTED, "cancelled while it was sent"))
        if answer.code >= Status.BAD_REQUEST:
            sure = answer.code in _REFUSING or answer.code < Status.INTERNAL_ERROR
            printing.sent = not sure
            return Refused(self._fault(_refusal(answer))) if sure else outcome.unknown(_refusal(answer))
        views = messages.job_views(answer)
        if not views or views[0].job_id is None:
            return await self._jobs.found(wanted.name, wanted.pages, wanted)
        return await self._jobs.identified(wanted, views[0])

    async def _printer(self) -> PrinterView | Fault:
        request = messages.get_printer(self._client.uri, self._client.next_id())
        answer = await self._client.ask(request)
        if not isinstance(answer, Message):
            return self._fault(answer.detail)
        if answer.code >= Status.BAD_REQUEST:
            return self._fault(_refusal(answer))
        return messages.printer_view(answer)

    def _give_up(self, printing: _Printing) -> None:
        """Tell the printer to stop: "acknowledged" is not "stopped", so the outcome stays unknown."""
        if printing.job is None:
            return
        self._left_behind = printing.job
        if not self._closed:
            self._cancelling.start(self._jobs.cancel(printing.job), "cancel job")


async def _pages(name: str, pdf: bytes) -> int | str:
    """Return the number of pages, or why this cannot be printed."""
    if not 1 <= len(name.encode()) <= _LONGEST_NAME:
        return "a job's name has 1 to 255 bytes"
    if not pdf.startswith(b"%PDF-") or len(pdf) > LARGEST_PDF:
        return "not a PDF, or too large"
    try:
        return await asyncio.to_thread(pdf_raster.page_count, pdf)
    except pdf_raster.PdfInvalid:
        return "not a PDF that can be read"


def _refusal(answer: Message) -> str:
    names = ", ".join(messages.unsupported(answer))[:80]
    return f"the printer refuses with status {answer.code:#06x}" + (f": {names}" if names else "")
