"""One printer's jobs: found by name, followed to their end, cancelled."""

from collections.abc import Callable
from functools import partial

from kiosk.clock import Clock
from kiosk.devices.contracts import Completion, Unknown
from kiosk.devices.document_contracts import DocumentJob
from kiosk.devices.ipp import messages, outcome
from kiosk.devices.ipp.client import Answer, IppClient
from kiosk.devices.ipp.encoding import Message
from kiosk.devices.ipp.messages import JobView, Status

LOST_S = 5.0
"""How long a printer may be silent during a job before its outcome is given up as unknown, seconds."""

_WHICH_JOBS = ("all", "not-completed", "completed")  # "all" is not known to every printer


class PrinterJobs:
    """The jobs of one printer; `poll_s` is how often one is asked about, seconds."""

    def __init__(self, client: IppClient, clock: Clock, poll_s: float) -> None:
        self._client = client
        self._clock = clock
        self._poll_s = poll_s

    async def identified(self, wanted: DocumentJob, seen: JobView) -> DocumentJob | Completion[DocumentJob]:
        """Give the job its number and uuid; some printers tell the uuid only when asked for it."""
        job = _with(wanted, seen)
        if seen.uuid is not None:
            return job
        asked = await self.seen(job)
        if isinstance(asked, JobView) and asked.name == wanted.name:
            return _with(wanted, asked)
        return job

    async def found(
        self, name: str, pages: int, known: DocumentJob | None
    ) -> DocumentJob | Completion[DocumentJob]:
        """Look the job up by its name; an unknown name proves nothing, the printer forgets."""
        silent = "the printer's jobs cannot be listed"
        for which in _WHICH_JOBS:
            answer = await self._ask(partial(self._list, which))
            if not isinstance(answer, Message):
                return outcome.unknown(answer.detail)
            if answer.code >= Status.BAD_REQUEST:
                continue
            silent = "the printer knows no job of that name"
            mine = [seen for seen in messages.job_views(answer) if seen.name == name]
            if known is not None and known.job_uuid is not None:
                mine = [seen for seen in mine if seen.uuid == known.job_uuid]
            if len(mine) > 1:
                return outcome.unknown("several jobs of that name")
            if mine and mine[0].job_id is not None:
                return _with(known or DocumentJob(name, pages, 0), mine[0])
            if which == "all":
                break
        return outcome.unknown(silent)

    async def follow(self, job: DocumentJob) -> Completion[DocumentJob]:
        """Ask about the job until it has ended or cannot be told any more; the deadline bounds it."""
        while True:
            seen = await self.seen(job)
            if isinstance(seen, Unknown):
                return seen
            ending = outcome.judge(job, seen)
            if ending is not None:
                return ending
            await self._clock.sleep(self._poll_s)

    async def seen(self, job: DocumentJob) -> JobView | Unknown:
        """Return what the printer says of the job's number now."""
        answer = await self._ask(
            lambda: messages.get_job(self._client.uri, self._client.next_id(), job.job_id)
        )
        if not isinstance(answer, Message):
            return outcome.unknown(answer.detail)
        views = messages.job_views(answer)
        if answer.code >= Status.BAD_REQUEST or not views:
            return outcome.unknown(f"the printer does not know the job any more (status {answer.code:#06x})")
        return views[0]

    async def _ask(self, request: Callable[[], Message]) -> Answer:
        """Ask, and ask again for `LOST_S` while there is no answer: a question changes nothing."""
        began = self._clock.monotonic()
        while True:
            answer = await self._client.ask(request())
            if isinstance(answer, Message) or self._clock.monotonic() - began >= LOST_S:
                return answer
            await self._clock.sleep(self._poll_s)

    def _list(self, which: str) -> Message:
        return messages.get_jobs(self._client.uri, self._client.next_id(), which)

    async def cancel(self, job: DocumentJob) -> None:
        """Cancel the job if the number still names it."""
        seen = await self.seen(job)
        if isinstance(seen, JobView) and outcome.same_job(job, seen) and outcome.judge(job, seen) is None:
            request = messages.cancel_job(self._client.uri, self._client.next_id(), job.job_id)
            await self._client.ask(request)


def _with(wanted: DocumentJob, seen: JobView) -> DocumentJob:
    return DocumentJob(
        wanted.name, wanted.pages, seen.job_id or 0, seen.uuid, wanted.printer_uuid, wanted.up_time
    )
