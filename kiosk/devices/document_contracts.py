"""Contracts of the A4 document printer and of the scanner's further uses.

They follow the rules of `kiosk.devices.contracts`: one completion per command, a deadline on each, no
exceptions for what a device or a cable does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.devices.contracts import Completion, Device
from kiosk.domain.payment import Channel


@dataclass(frozen=True, slots=True)
class DocumentJob:
    """By what a print job is known again.

    Attributes:
        name: our own, unique for ever: the id of the intent in the journal.
        pages: pages expected, one copy.
        job_id: the printer's number; after its restart the same number may name another job.
        job_uuid: the printer's, new for every job; None where it has none.
        printer_uuid: the printer's own, the same after a restart.
        up_time: seconds the printer had been up when it took the job (printer-up-time).
    """

    name: str
    pages: int
    job_id: int
    job_uuid: str | None = None
    printer_uuid: str | None = None
    up_time: int | None = None


Accepted = Callable[[DocumentJob], None]


class DocumentPrinter(Device, Protocol):
    """Prints certificates and forms on A4 (XFS4IoT Printer)."""

    async def print_document(
        self, name: str, pdf: bytes, *, deadline_s: float, accepted: Accepted | None = None
    ) -> Completion[DocumentJob]:
        """Print one copy; Done only where the printer itself says that every page came out.

        `name` (1 to 255 bytes) has been written to the journal before. `accepted` is called once the
        printer took the job and before it is waited for: what it is given belongs in the journal too.
        After Unknown never print again by itself: ask `find`, else a person looks at the outlet.
        """

    async def find(
        self, name: str, *, pages: int, known: DocumentJob | None = None, deadline_s: float
    ) -> Completion[DocumentJob]:
        """Say what became of an earlier job, waiting for one that still runs; starts nothing.

        Done and Failed as of `print_document`; Unknown where the printer does not know the job (any
        more), which does not prove that nothing was printed.
        """


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """The code a payer shows on the phone: worth money for a minute, so it never shows in a log."""

    channel: Channel
    code: str = field(repr=False)


class PaymentCodeScanner(Device, Protocol):
    """Reads the payment code of a payer's phone (XFS4IoT BarcodeReader)."""

    async def read_payment_code(self, *, deadline_s: float) -> Completion[PaymentCode]:
        """Wait for a phone; anything else in front of the scanner is passed over."""
