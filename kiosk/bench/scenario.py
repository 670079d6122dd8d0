"""Scenario files: faults, cleared faults and a tester's hands, each at its moment (docs/devices.md)."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kiosk import resources
from kiosk.devices.simulated.faults import CATALOGUE
from kiosk.devices.simulated.mechanism import Picture, PrintPhase
from kiosk.domain.text import Text
from kiosk.visit.model import Step

LARGEST = 64 * 1024
"""Bytes that a scenario file may have."""

_FAULTS = frozenset(f"{kind.device}.{kind.name}" for kind in CATALOGUE)


class ScenarioInvalid(Exception):
    """The file is no scenario; the message names the file, the moment and what is expected."""


class Watched(StrEnum):
    """What a moment is told by: ``card:at_exit``, ``print:printing``, ``visit:paying``, or ``start``."""

    START = "start"
    CARD = "card"
    PRINT = "print"
    VISIT = "visit"


class Hand(StrEnum):
    """What a tester does by hand; the same words as the actions of `kiosk device`."""

    INSERT = "card_station.insert"
    HALF = "card_station.half"
    TAKE = "card_station.take"
    PULL = "card_station.pull"
    EMPTY_BIN = "card_station.empty-bin"
    STAND = "face_camera.stand"
    WALK_AWAY = "face_camera.walk-away"
    REFILL = "slip_printer.refill"


_VALUES = {
    Watched.START: frozenset({""}),
    Watched.CARD: frozenset(Picture),
    Watched.PRINT: frozenset(PrintPhase),
    Watched.VISIT: frozenset(Step),
}
_WANTS_NAME = frozenset({Hand.INSERT, Hand.HALF})


class Moment(BaseModel):
    """One moment: when it comes, and the one thing that then happens.

    Attributes:
        when: see `Watched`; the default comes at once.
        after_s: seconds after that, of the machine's clock.
        fault: is armed, as ``DEVICE.FAULT``; for one use, or `lasting` until it is cleared.
        clear: is cleared, as ``DEVICE.FAULT``, or ``all``.
        do: what a hand does; `name` says with whose permit, or who stands there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: str = Field("start", max_length=64)
    after_s: float = Field(0.0, ge=0.0, le=3600.0)
    fault: str | None = None
    lasting: bool = False
    clear: str | None = None
    do: Hand | None = None
    name: str | None = Field(None, max_length=64)

    @model_validator(mode="after")
    def _one_thing_that_exists(self) -> Self:
        watched, _, value = self.when.partition(":")
        if watched not in list(Watched) or value not in _VALUES[Watched(watched)]:
            known = "start, card:PICTURE, print:PHASE or visit:STEP"
            raise ValueError(f"when = {self.when!r}: expected {known}")
        if sum(one is not None for one in (self.fault, self.clear, self.do)) != 1:
            raise ValueError("expected one of fault, clear and do")
        for key, named in (("fault", self.fault), ("clear", self.clear)):
            if named is not None and named not in _FAULTS and (key, named) != ("clear", "all"):
                raise ValueError(
                    f"{key} = {named!r}: there is no such fault; see kiosk device NAME fault set --help"
                )
        if (self.do in _WANTS_NAME) != (self.name is not None) and self.do is not Hand.STAND:
            raise ValueError("name: the permit for card_station.insert and half, and only there")
        return self

    @property
    def watched(self) -> Watched:
        return Watched(self.when.partition(":")[0])

    @property
    def value(self) -> str:
        return self.when.partition(":")[2]


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=200)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: _Words
    moment: tuple[Moment, ...] = Field(min_length=1, max_length=100)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Moments that come one after the other: each is waited for when the one before it has happened."""

    title: Text
    moments: tuple[Moment, ...]

    @property
    def watches_visit(self) -> bool:
        """Whether it can only be played where the visit's steps are seen."""
        return any(moment.watched is Watched.VISIT for moment in self.moments)


def load_scenario(path: Path) -> Scenario:
    """Return the scenario of a file; raise ScenarioInvalid."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ScenarioInvalid(f"{path}: {error.strerror}") from error
    if len(content) > LARGEST:
        raise ScenarioInvalid(f"{path}: longer than {LARGEST} bytes")
    try:
        read = _File.model_validate(tomllib.loads(content.decode("utf-8")))
    except ValidationError as error:
        raise ScenarioInvalid("\n".join(f"{path}: {_explained(one)}" for one in error.errors())) from error
    except ValueError as error:
        raise ScenarioInvalid(f"{path}: not TOML: {error}") from error
    return Scenario(Text(read.title.zh, read.title.en), read.moment)


def _explained(problem: Any) -> str:
    """Name the moment by its number, counted from one."""
    place = problem["loc"]
    if place[:1] == ("moment",) and len(place) > 1 and isinstance(place[1], int):
        key = f" {place[2]}:" if len(place) > 2 else ""
        return f"moment {place[1] + 1}:{key} {problem['msg']}"
    return f"{'.'.join(map(str, place)) or 'the file'}: {problem['msg']}"


def shipped_scenarios() -> dict[str, Path]:
    """Return the scenarios that come with the program, by name."""
    return {path.stem: path for path in sorted(resources.path("scenarios").glob("*.toml"))}
