"""The card's one way through the simulated machine: named pictures of its sensors, kept in a file.

What the sensors see is one named picture, never a handful of booleans that could contradict each other.
The state outlives the process: a card inside stays inside, with its film, whatever is killed and when.
Testers (dock, `kiosk device`, tests) act from outside with `insert`, `take`, `pull` and the like; the
devices act from inside with `shift` and the printing phases.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.clock import Clock
from kiosk.devices.contracts import MediaPosition, Orientation
from kiosk.devices.simulated.state_files import StateFile, StateFolder

BIN_CAPACITY = 20
"""Cards the retain bin holds."""

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class NotPossible(Exception):
    """The tester asked for something that cannot be done with the card where it is."""


class Picture(StrEnum):
    """What the sensors along the card's way see together."""

    NO_CARD = "no_card"
    HALF_IN = "half_in"
    AT_ENTRY = "at_entry"
    AT_CHIP = "at_chip"
    AT_PRINT = "at_print"
    AT_EXIT = "at_exit"
    JAMMED = "jammed"
    RETAINED = "retained"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Sensors:
    """The light barriers of the way, and where a machine that sees them so takes the card to be."""

    position: MediaPosition
    slot: bool = False
    chip: bool = False
    head: bool = False


SENSORS: dict[Picture, Sensors] = {
    Picture.NO_CARD: Sensors(MediaPosition.NOT_PRESENT),
    Picture.HALF_IN: Sensors(MediaPosition.ENTRY, slot=True),
    Picture.AT_ENTRY: Sensors(MediaPosition.ENTRY, slot=True),
    Picture.AT_CHIP: Sensors(MediaPosition.CHIP, chip=True),
    Picture.AT_PRINT: Sensors(MediaPosition.PRINT, head=True),
    Picture.AT_EXIT: Sensors(MediaPosition.EXIT, slot=True),
    Picture.JAMMED: Sensors(MediaPosition.JAMMED, chip=True, head=True),
    Picture.RETAINED: Sensors(MediaPosition.RETAINED),
    Picture.UNCLEAR: Sensors(MediaPosition.UNKNOWN, slot=True, head=True),
}

WAY_FREE = frozenset({Picture.NO_CARD, Picture.RETAINED})
IN_REACH = frozenset({Picture.HALF_IN, Picture.AT_ENTRY, Picture.AT_EXIT})


class PrintPhase(StrEnum):
    """What the print head has done to the card inside since it came under it."""

    IDLE = "idle"
    PRINTING = "printing"
    PRINTED = "printed"
    BROKEN_OFF = "broken_off"


class Counters(BaseModel):
    """What the mechanism has done in its life."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    accepted: int = Field(default=0, ge=0)
    presented: int = Field(default=0, ge=0)
    retained: int = Field(default=0, ge=0)
    printed: int = Field(default=0, ge=0)

    def one_more(self, name: str) -> "Counters":
        return self.model_copy(update={name: int(getattr(self, name)) + 1})


class MechanismState(BaseModel):
    """The content of ``mechanism.json``.

    Attributes:
        card: folder name (slug) of the permit inside, None where there is none.
        retained: the permits in the retain bin, oldest first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    picture: Picture = Picture.NO_CARD
    card: str | None = Field(default=None, pattern=f"^{_SLUG.pattern}$", max_length=64)
    orientation: Orientation = Orientation.UNKNOWN
    entry_open: bool = False
    print_phase: PrintPhase = PrintPhase.IDLE
    retained: tuple[str, ...] = Field(default=(), max_length=10_000)
    counters: Counters = Counters()

    @model_validator(mode="after")
    def _card_and_picture_agree(self) -> Self:
        if self.picture is not Picture.UNCLEAR and (self.card is None) != (self.picture in WAY_FREE):
            raise ValueError("the picture and the card do not agree")
        return self

    def put(self, **changes: object) -> "MechanismState":
        """Return the state with `changes`, checked like one read from the file."""
        return MechanismState.model_validate({**dict(self), **changes})

    @property
    def position(self) -> MediaPosition:
        return SENSORS[self.picture].position


def is_slug(name: str) -> bool:
    """Tell whether `name` can be the folder name of a permit; it never leads out of the folder."""
    return _SLUG.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Times:
    """True times of the mechanics, seconds; erase and print together make the 40 s that people know."""

    draw_in: float = 1.5
    to_print: float = 1.5
    present: float = 2.0
    retain: float = 2.0
    erase: float = 13.0
    write: float = 23.5
    reboot: float = 3.0
    scan: float = 0.8
    compare: float = 1.5
    look: float = 0.5
    slip: float = 2.5


@dataclass(frozen=True, slots=True)
class Pace:
    """How long mechanics take: the true times multiplied by `factor`; 0 takes no time at all."""

    clock: Clock
    factor: float = 1.0
    times: Times = Times()

    async def spend(self, seconds: float) -> None:
        """Let the true time `seconds` pass, at this pace."""
        await self.clock.sleep(seconds * self.factor)


class Mechanism:
    """The mechanism's state, in ``mechanism.json`` of the devices' folder.

    Attributes:
        permits: folder with one folder per specimen permit, named by its slug.
    """

    def __init__(self, folder: StateFolder, permits: Path) -> None:
        self.permits = permits
        lost = MechanismState(picture=Picture.UNCLEAR)
        self._file = StateFile(folder, "mechanism.json", fresh=MechanismState(), unreadable=lost)

    def state(self) -> MechanismState:
        return self._file.read()

    # what a tester does, with hands

    def permit_names(self) -> tuple[str, ...]:
        """Return the slugs of the specimen permits there are."""
        if not self.permits.is_dir():
            return ()
        names = (path.name for path in self.permits.iterdir() if path.is_dir())
        return tuple(sorted(name for name in names if is_slug(name)))

    def insert(self, slug: str, orientation: Orientation = Orientation.RIGHT) -> MechanismState:
        """Put a permit into the slot; the station draws it in once it accepts. May raise NotPossible."""
        return self._put_in(slug, orientation, Picture.AT_ENTRY)

    def push_half(self, slug: str, orientation: Orientation = Orientation.RIGHT) -> MechanismState:
        """Put a permit only half into the slot, where the rollers cannot grip it. May raise NotPossible."""
        return self._put_in(slug, orientation, Picture.HALF_IN)

    def take(self) -> MechanismState:
        """Take the card from the slot; raise NotPossible where it is out of reach."""

        def edit(state: MechanismState) -> MechanismState:
            if state.picture not in IN_REACH:
                raise NotPossible(f"no card is in reach: {state.picture}")
            return _without_card(state)

        return self._file.change(edit)

    def pull(self) -> MechanismState:
        """Pull the card out by force, wherever it is; raise NotPossible where there is none."""

        def edit(state: MechanismState) -> MechanismState:
            if state.picture in WAY_FREE:
                raise NotPossible("no card is inside")
            return _without_card(state)

        return self._file.change(edit)

    def empty_bin(self) -> MechanismState:
        """Take the retained cards out of the bin, as staff do."""

        def edit(state: MechanismState) -> MechanismState:
            free = Picture.NO_CARD if state.picture is Picture.RETAINED else state.picture
            return state.put(retained=(), picture=free)

        return self._file.change(edit)

    def _put_in(self, slug: str, orientation: Orientation, picture: Picture) -> MechanismState:
        if slug not in self.permit_names():
            raise NotPossible(f"there is no permit named {slug!r:.70}")

        def edit(state: MechanismState) -> MechanismState:
            deeper = state.picture is Picture.HALF_IN and state.card == slug
            if state.picture not in WAY_FREE and not deeper:
                raise NotPossible(f"another card is in the way: {state.picture}")
            phase = PrintPhase.IDLE
            return state.put(picture=picture, card=slug, orientation=orientation, print_phase=phase)

        return self._file.change(edit)

    # what the devices do, with motors

    def open_entry(self, is_open: bool) -> None:
        self._file.change(lambda state: state.put(entry_open=is_open))

    def shift(self, to: Picture, *, only_from: frozenset[Picture]) -> MechanismState:
        """Move the card to `to` if it is seen in one of `only_from`; return what is seen afterwards."""

        def edit(state: MechanismState) -> MechanismState:
            if state.picture not in only_from or state.picture is to:
                return state
            return _moved(state, to)

        return self._file.change(edit)

    def clear_way(self) -> MechanismState:
        """Free a jam or find a card again, as a reset run does: it is then at the chip position."""

        def edit(state: MechanismState) -> MechanismState:
            if state.picture not in {Picture.JAMMED, Picture.UNCLEAR}:
                return state
            return state.put(picture=Picture.NO_CARD if state.card is None else Picture.AT_CHIP)

        return self._file.change(edit)

    def mark_print(self, phase: PrintPhase) -> MechanismState:
        """Note what the print head does to the card under it; nothing where no card is there."""

        def edit(state: MechanismState) -> MechanismState:
            if state.picture is not Picture.AT_PRINT:
                return state
            done = phase is PrintPhase.PRINTED
            counters = state.counters.one_more("printed") if done else state.counters
            return state.put(print_phase=phase, counters=counters)

        return self._file.change(edit)


_COUNTED = {Picture.AT_EXIT: "presented", Picture.RETAINED: "retained"}


def _moved(state: MechanismState, to: Picture) -> MechanismState:
    counters = state.counters
    if state.picture is Picture.AT_ENTRY and to is Picture.AT_CHIP:
        counters = counters.one_more("accepted")
    elif to in _COUNTED:
        counters = counters.one_more(_COUNTED[to])
    moved: dict[str, object] = {"picture": to, "counters": counters, "print_phase": PrintPhase.IDLE}
    if to is Picture.RETAINED:
        moved |= {"card": None, "orientation": Orientation.UNKNOWN}
        moved["retained"] = (*state.retained, state.card)
    return state.put(**moved)


def _without_card(state: MechanismState) -> MechanismState:
    phase = PrintPhase.IDLE
    return state.put(picture=Picture.NO_CARD, card=None, orientation=Orientation.UNKNOWN, print_phase=phase)
