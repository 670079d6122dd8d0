"""Stands in for a machine that cannot work at all: the screen says why, and nothing is served."""

from collections.abc import Callable

from kiosk.clock import Clock
from kiosk.domain.failure import Fault
from kiosk.runtime.snapshot import Service, Snapshot
from kiosk.visit.events import Event

AGAIN_S = 10.0
"""After so long it is tried again to put the machine together."""


class ClosedKiosk:
    """Implements `ports.KioskPort`; whatever is asked of it changes nothing."""

    def __init__(self, fault: Fault, clock: Clock) -> None:
        self._fault = fault
        self._clock = clock

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        listener(Snapshot(Service.OUT_OF_SERVICE, self._clock.now(), self._fault))
        return lambda: None

    def send(self, event: Event) -> None:
        """Nobody is served."""

    def more_time(self) -> None:
        """Nobody is served."""

    def activity(self) -> None:
        """Nobody is served."""

    def ask_payment(self) -> None:
        """Nobody is served."""

    def identify_staff(self, number: str, pin: str) -> None:
        """Nobody is served."""
