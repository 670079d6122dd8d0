"""A driver's entry: which device it serves, what it can do, which settings it takes and how it is made.

A driver is one file with a constant `DRIVER`, loaded only in a machine whose settings name it
(``[devices.slip_printer] driver = "…"``): shipped ones by the file's name, others by an entry point or by
a path (docs/write-a-driver.md).
"""

from collections.abc import Callable, Hashable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from kiosk.clock import Clock
from kiosk.devices.capabilities import Capabilities, Capability, can
from kiosk.devices.contracts import Device
from kiosk.domain.text import Text

if TYPE_CHECKING:  # a machine without simulated parts does not load them
    from kiosk.devices.simulated.machine import SimulatedMachine


__all__ = [
    "Capabilities",
    "Capability",
    "Driver",
    "NoSettings",
    "Place",
    "Section",
    "ServiceUnavailable",
    "can",
]
"""All that a driver's file takes from here."""

T = TypeVar("T")


class ServiceUnavailable(Exception):
    """A service that a driver needs beside it cannot run; the text says what is missing and the remedy."""


class Section(BaseModel):
    """The settings of one driver: its section in kiosk.toml but for the key ``driver``.

    Every field says in its description what it is, with the unit; unknown keys are errors.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class NoSettings(Section):
    """The section of a driver that takes no settings."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a driver works.

    Attributes:
        clock: the only source of time and waiting.
        state: the program's state folder (mode 0700), for drivers that must remember something.
        simulated: the simulated machine at whose side the driver works; None in a machine without one.
        things: what several drivers of this machine share; see `shared`.
    """

    clock: Clock
    state: Path
    simulated: "SimulatedMachine | None" = None
    things: dict[Hashable, Any] = field(default_factory=dict)

    def shared(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what another driver of this machine made under the same key, else make it."""
        if key not in self.things:
            self.things[key] = make()
        thing: T = self.things[key]
        return thing

    def service_book(self, device: str) -> Path:
        """Return where the kiosk counts for a device that does not count itself."""
        return self.state / "devices" / "service" / f"{device}.json"

    @property
    def trust(self) -> Path:
        """The folder of trusted authorities' certificates."""
        return self.state / "trust"


S = TypeVar("S", bound=Section)


@dataclass(frozen=True, slots=True)
class Driver(Generic[S]):
    """One driver's entry.

    Attributes:
        device: the device that it serves, by its name in the settings, e.g. ``slip_printer``.
        name: its own name there, e.g. ``escpos``.
        title: what it drives, for people.
        section: its settings.
        make: makes the device; touches no hardware yet.
        capabilities: what it can do, or how to tell from its settings.
        remedy: what a technician does where the device does not answer.
        simulated: whether it plays a device instead of driving one.
        beside: gives what has to run as long as the device does, such as a service; None for nothing.
    """

    device: str
    name: str
    title: Text
    section: type[S]
    make: Callable[[S, Place], Device]
    capabilities: Capabilities | Callable[[S], Capabilities]
    remedy: Text
    simulated: bool = False
    beside: Callable[[S, Place], AbstractAsyncContextManager[object] | None] | None = None

    def can(self, section: S) -> Capabilities:
        """Return what the device can do with these settings."""
        told = self.capabilities
        return told if isinstance(told, frozenset) else told(section)
