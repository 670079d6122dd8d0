"""The doors of the runtime. All methods may be called from any thread and return at once."""

from collections.abc import Callable
from typing import Protocol

from kiosk.runtime.snapshot import Snapshot
from kiosk.visit.events import Event


class KioskPort(Protocol):
    """What a screen, or anything in its place, may do."""

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Call `listener` with the present snapshot and after every change, from the runtime's thread.

        Returns the function that ends it.
        """

    def send(self, event: Event) -> None:
        """Hand over what the applicant did; what does not fit the step any more changes nothing."""

    def more_time(self) -> None:
        """The applicant asks for more time: the step's time starts again."""

    def activity(self) -> None:
        """The applicant touched, scrolled or listened: counts as being there."""

    def ask_payment(self) -> None:
        """The applicant says "I have paid": ask the network at once."""


class TesterPort(Protocol):
    """What the tester's dock may do to a simulated machine."""

    def specimens(self) -> tuple[tuple[str, str], ...]:
        """Return (slug, label) of every specimen permit, e.g. ``("chen-xiaoming", "陈晓明 · ordinary")``."""

    def insert(self, slug: str, *, upside_down: bool = False) -> None: ...

    def pull_card(self) -> None:
        """Take the card out, wherever it is: from the exit, or by force."""

    def pay(self) -> None:
        """Play the payer's phone: pay the order on the screen."""

    def decline(self) -> None: ...

    def faults(self) -> tuple[tuple[str, str, bool], ...]:
        """Return (device, fault, set) for every fault that can be set."""

    def set_fault(self, device: str, fault: str, *, active: bool) -> None: ...

    def phone_page(self) -> str:
        """Return the address of the sandbox's phone page."""
