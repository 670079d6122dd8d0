"""What the kiosk counts for a printer whose protocol has no counters, and when it wants to be cleaned."""

from dataclasses import dataclass
from typing import Protocol

from kiosk.devices.contracts import Completion, Done, Failed
from kiosk.devices.service_book import SINCE_CLEANING, ServiceBook
from kiosk.devices.upkeep import (
    Cleaning,
    Consumable,
    ConsumableKind,
    Counted,
    Counter,
    Unit,
    counted,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """When a technician should come.

    Attributes:
        film_cycles: how often a film can be rewritten: those who sell rewritable cards and their printers
            name 500 times, e.g. of the Datacard SP25 ("at least 500 rewrite cycles").
        film_low: cycles left at which the film counts as nearly worn.
        cleaning_due, cleaning_overdue: cards since the last cleaning. The maker's figures are not public:
            these are our choice, a pair like that of Evolis' SDK (CleaningInfo.warningThreshold and
            warrantyLostThreshold), to be set from the printer's manual.
    """

    film_cycles: int = 500
    film_low: int = 50
    cleaning_due: int = 1000
    cleaning_overdue: int = 1400


class FilmGauge(Protocol):
    """Knows how often the film of the card inside was rewritten, e.g. from what the chip keeps."""

    def cycles(self) -> int | None:
        """Return how often, None where there is no card or nobody counted."""


class Upkeep:
    """Counts what one printer does; wear counts as soon as it may have happened."""

    def __init__(self, book: ServiceBook, film: FilmGauge | None, limits: Limits | None = None) -> None:
        self._book = book
        self._film = film
        self._limits = limits or Limits()

    def begun(self) -> None:
        """The print command is on its way: the card passes under the head."""
        self._book.add(Counted.HEAD_PASSES, SINCE_CLEANING)

    def ended(self, ending: Completion[None], *, writes: bool) -> None:
        match ending:
            case Done() if writes:
                self._book.add(Counted.CARDS_ERASED, Counted.CARDS_PRINTED)
            case Done():
                self._book.add(Counted.CARDS_ERASED)
            case Failed():
                self._book.add(Counted.CARDS_FAILED)

    def cleaned(self) -> None:
        self._book.cleaned()

    def counters(self) -> tuple[Counter, ...]:
        return self._book.counters(
            Counted.CARDS_PRINTED,
            Counted.CARDS_ERASED,
            Counted.CARDS_FAILED,
            Counted.HEAD_PASSES,
            Counted.CLEANINGS,
        )

    def cleaning(self) -> Cleaning:
        limits = self._limits
        return Cleaning(self._book.count(SINCE_CLEANING), limits.cleaning_due, limits.cleaning_overdue)

    def consumables(self) -> tuple[Consumable, ...]:
        """Return the cleaning, and the film of the card inside where something knows its age."""
        found = (self.cleaning().consumable(),)
        cycles = None if self._film is None else self._film.cycles()
        if cycles is None:
            return found
        left, low = self._limits.film_cycles - cycles, self._limits.film_low
        film = counted(ConsumableKind.FILM, "film of the card", left=left, threshold=low, unit=Unit.CYCLES)
        return (*found, film)
