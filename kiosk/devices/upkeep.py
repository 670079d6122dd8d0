"""What a device uses up, counts and wants cleaned: one set of values for every device, doctor and dock.

The words are those of XFS4IoT: Printer.Status (paper and toner: full, low, out, unknown) and Storage
(counters, thresholds); read from the MIT-licensed KAL XFS4IoT framework. LOW and a cleaning that is due are
no faults: they are there to be seen to in time, and a visit goes on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from kiosk.devices.contracts import Completion, Device


class ConsumableKind(StrEnum):
    """What is used up; MARKER is toner or ink, WASTE its box (RFC 3805), FILM the rewritable film of the
    card inside, whose owner takes it away again, RETAIN_BIN the room left in the bin for kept cards."""

    PAPER = "paper"
    MARKER = "marker"
    WASTE = "waste"
    RIBBON = "ribbon"
    FILM = "film"
    CUTTER = "cutter"
    RETAIN_BIN = "retain_bin"
    CLEANING = "cleaning"


class Level(StrEnum):
    """How much is left, in XFS4IoT's words; of what fills up instead, such as a waste box, OUT is full."""

    FULL = "full"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"


class Unit(StrEnum):
    """What is counted."""

    PERCENT = "percent"
    CARDS = "cards"
    CYCLES = "cycles"
    CUTS = "cuts"
    SLIPS = "slips"
    SHEETS = "sheets"


@dataclass(frozen=True, slots=True)
class Consumable:
    """One thing that is used up.

    Attributes:
        name: the device's or our own word for it, at most 40 characters.
        left: how much is left, in `unit`; of a waste box how full it is; None where nothing counts it.
        threshold: `left` at which LOW begins, None where the device alone decides.
    """

    kind: ConsumableKind
    name: str
    level: Level
    left: int | None = None
    threshold: int | None = None
    unit: Unit | None = None


def counted(kind: ConsumableKind, name: str, *, left: int | None, threshold: int, unit: Unit) -> Consumable:
    """Return a consumable whose level follows from its count; below nothing left is nothing left."""
    if left is None:
        return Consumable(kind, name, Level.UNKNOWN, None, threshold, unit)
    rest = max(left, 0)
    level = Level.OUT if rest == 0 else Level.LOW if rest <= threshold else Level.FULL
    return Consumable(kind, name, level, rest, threshold, unit)


class Counted(StrEnum):
    """What is counted over a device's life."""

    CARDS_PRINTED = "cards_printed"
    CARDS_ERASED = "cards_erased"
    CARDS_FAILED = "cards_failed"
    CARDS_ACCEPTED = "cards_accepted"
    CARDS_PRESENTED = "cards_presented"
    CARDS_RETAINED = "cards_retained"
    HEAD_PASSES = "head_passes"
    CLEANINGS = "cleanings"
    SLIPS = "slips"
    CUTS = "cuts"
    DOCUMENTS = "documents"
    PAGES = "pages"


@dataclass(frozen=True, slots=True)
class Counter:
    """One count. `own` is False where the kiosk counts for a device that does not count itself."""

    what: Counted
    count: int
    own: bool = True


class CleaningState(StrEnum):
    """Whether the device wants to be cleaned; OVERDUE risks its head and is still no fault."""

    NOT_DUE = "not_due"
    DUE = "due"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cleaning:
    """When the device was cleaned and wants it again, in cards since the last cleaning; None: not known."""

    since: int | None
    due_at: int | None
    overdue_at: int | None

    @property
    def state(self) -> CleaningState:
        if self.since is None or self.due_at is None:
            return CleaningState.UNKNOWN
        if self.overdue_at is not None and self.since >= self.overdue_at:
            return CleaningState.OVERDUE
        return CleaningState.DUE if self.since >= self.due_at else CleaningState.NOT_DUE

    def consumable(self) -> Consumable:
        """Return the cleaning as one more thing that runs out: the cards left until it is overdue."""
        levels = {
            CleaningState.NOT_DUE: Level.FULL,
            CleaningState.DUE: Level.LOW,
            CleaningState.OVERDUE: Level.OUT,
            CleaningState.UNKNOWN: Level.UNKNOWN,
        }
        if self.since is None or self.due_at is None:
            return Consumable(ConsumableKind.CLEANING, "cleaning", Level.UNKNOWN, None, None, Unit.CARDS)
        last = self.due_at if self.overdue_at is None else self.overdue_at
        left, threshold = max(last - self.since, 0), last - self.due_at
        return Consumable(
            ConsumableKind.CLEANING, "cleaning", levels[self.state], left, threshold, Unit.CARDS
        )


@runtime_checkable
class Maintained(Protocol):
    """A device that knows what it uses up and what it has done; never raises, empty where unknown."""

    async def consumables(self) -> tuple[Consumable, ...]: ...

    async def counters(self) -> tuple[Counter, ...]: ...


@runtime_checkable
class Cleanable(Protocol):
    """A device that is cleaned with a card of its own kind."""

    async def cleaning(self) -> Cleaning: ...

    async def clean(self, *, deadline_s: float) -> Completion[None]:
        """Run the cleaning card that a technician has put into the slot through the device and give it
        back; Refused where there is none. It is a command like any other."""


async def consumables_of(devices: Iterable[Device]) -> tuple[tuple[str, Consumable], ...]:
    """Return what every device uses up, under the device's name, in the order of the devices."""
    found: list[tuple[str, Consumable]] = []
    for device in devices:
        if isinstance(device, Maintained):
            found += [(device.name, one) for one in await device.consumables()]
    return tuple(found)
