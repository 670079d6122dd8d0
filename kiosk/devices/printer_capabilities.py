"""What a printer says of itself besides what it is for (XFS4IoT Common.Capabilities).

`None` stands for what cannot be known before the device has been asked, or while it is away.
"""

from dataclasses import dataclass

from kiosk.devices.capabilities import Capabilities, Capability, can


@dataclass(frozen=True, slots=True)
class CardPrinterCapabilities:
    """One printer of cards.

    Attributes:
        width, height: dots of the field that it can write, along and across the card.
        dots_per_inch: resolution it wants pictures in.
        reads_back: `capture` gives a picture of the film.
        ejects: it can give the card out by itself (`MediaAction.EJECT`).
        retains: it has a bin of its own for cards (`MediaAction.RETAIN`).
        counts: its counters are its own, not the kiosk's.
        cleans: it can run a cleaning card.
    """

    width: int
    height: int
    dots_per_inch: int
    reads_back: bool
    ejects: bool
    retains: bool
    counts: bool
    cleans: bool

    @property
    def can(self) -> Capabilities:
        return can(Capability.WRITE_FILM, *((Capability.READ_FILM,) if self.reads_back else ()))


@dataclass(frozen=True, slots=True)
class SlipPrinterCapabilities:
    """One printer of slips; lengths in millimetres.

    Attributes:
        confirms: it tells itself that a slip is out; else Done means that it took every byte.
        tells_near_end: it knows that the paper is near its end.
    """

    paper_mm: float
    printable_mm: float
    dots_per_mm: float
    cuts: bool
    confirms: bool
    tells_near_end: bool

    @property
    def can(self) -> Capabilities:
        return can(Capability.PRINT_SLIP)


@dataclass(frozen=True, slots=True)
class DocumentPrinterCapabilities:
    """One printer of pages; empty tuples where it does not say.

    Attributes:
        media: names of the paper sizes it takes (PWG 5101.1), such as ``iso_a4_210x297mm``.
        formats: media types of the documents it takes.
        counts_pages: it counts the pages that came out, without which nothing is ever `Done`; None
            where only a job can tell.
        keeps_jobs: it can be asked about an earlier job.
    """

    media: tuple[str, ...]
    formats: tuple[str, ...]
    colour: bool | None
    two_sided: bool | None
    counts_pages: bool | None
    keeps_jobs: bool

    @property
    def can(self) -> Capabilities:
        return can(Capability.PRINT_DOCUMENT)
