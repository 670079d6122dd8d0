"""What lies in the simulated A4 printer: paper, toner, and the jobs it still remembers."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from kiosk.devices.upkeep import Consumable, ConsumableKind, Counted, Counter, Unit, counted

CASSETTE = 250
"""Sheets that the cassette holds."""

_NEARLY_EMPTY = 25
_TONER_PAGES = 2000
_TONER_LOW = 10  # percent
_REMEMBERED = 20


class JobEnd(StrEnum):
    """How a job ended; NONE while it has not."""

    NONE = "none"
    COMPLETED = "completed"
    ABORTED = "aborted"


class KeptJob(BaseModel):
    """One job that the printer took; `came_out` is the pages it counted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(ge=1)
    name: str = Field(max_length=255)
    uuid: str = Field(max_length=64)
    pages: int = Field(ge=1)
    came_out: int = Field(default=0, ge=0)
    end: JobEnd = JobEnd.NONE


class PageTray(BaseModel):
    """The content of ``document_printer.json``.

    Attributes:
        printed: pages in the printer's life; `taken`: jobs in it.
        toner_left: pages that the toner is still good for.
        jobs: the newest last; older ones are forgotten.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    printed: int = Field(default=0, ge=0)
    taken: int = Field(default=0, ge=0)
    paper_left: int = Field(default=CASSETTE, ge=0, le=CASSETTE)
    toner_left: int = Field(default=_TONER_PAGES, ge=0, le=_TONER_PAGES)
    jammed: bool = False
    jobs: tuple[KeptJob, ...] = Field(default=(), max_length=_REMEMBERED)

    def put(self, **changes: object) -> "PageTray":
        """Return the tray with `changes`, checked like one read from the file."""
        return PageTray.model_validate({**dict(self), **changes})

    def job(self, name: str) -> KeptJob | None:
        """Return the newest job of that name."""
        return next((job for job in reversed(self.jobs) if job.name == name), None)

    def took(self, job: KeptJob) -> "PageTray":
        return self.put(taken=job.number, jobs=(*self.jobs, job)[-_REMEMBERED:])

    def changed(self, number: int, **changes: object) -> "PageTray":
        """Return the tray with one job changed, if it is still remembered."""
        jobs = tuple(job.model_copy(update=changes) if job.number == number else job for job in self.jobs)
        return self.put(jobs=jobs)

    def page_out(self, number: int) -> "PageTray":
        """Count one page of a job."""
        jobs = tuple(
            job.model_copy(update={"came_out": job.came_out + 1}) if job.number == number else job
            for job in self.jobs
        )
        return self.put(
            jobs=jobs,
            printed=self.printed + 1,
            paper_left=max(self.paper_left - 1, 0),
            toner_left=max(self.toner_left - 1, 0),
        )

    def aborted(self) -> "PageTray":
        """Return the tray after every job that had not ended was cancelled."""
        jobs = tuple(
            job.model_copy(update={"end": JobEnd.ABORTED}) if job.end is JobEnd.NONE else job
            for job in self.jobs
        )
        return self.put(jobs=jobs)

    def consumables(self, *, paper_out: bool, toner_out: bool) -> tuple[Consumable, ...]:
        sheets = 0 if paper_out else self.paper_left
        toner = 0 if toner_out else self.toner_left * 100 // _TONER_PAGES
        return (
            counted(ConsumableKind.PAPER, "paper", left=sheets, threshold=_NEARLY_EMPTY, unit=Unit.SHEETS),
            counted(ConsumableKind.MARKER, "toner", left=toner, threshold=_TONER_LOW, unit=Unit.PERCENT),
        )

    def counter(self) -> Counter:
        return Counter(Counted.PAGES, self.printed)
