"""What a running visit holds in memory only, and forgets when it ends: pictures and progress."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Memory:
    """Pictures and progress of one visit; never written to the journal.

    Attributes:
        changed: called after every change, so that the screen follows.
        ask_now: set when the applicant says "I have paid".
    """

    changed: Callable[[], None]
    portrait: bytes = b""
    film: bytes = b""
    progress: float | None = None
    ask_now: asyncio.Event = field(default_factory=asyncio.Event)
    asking_payment: bool = False

    def report(self, fraction: float) -> None:
        """Take progress from a driver, 0.0 to 1.0."""
        self.progress = min(max(fraction, 0.0), 1.0)
        self.changed()
