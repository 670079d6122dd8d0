"""The runtime's port for other threads; it exists before the runtime does."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the machine is loaded only once the screen is there
    import asyncio

    from kiosk.runtime.ports import KioskPort
    from kiosk.runtime.snapshot import Snapshot
    from kiosk.visit.events import Event


class ThreadPort:
    """`ports.KioskPort` for a screen: everything is handed to the runtime's loop and returns at once.

    It exists before the machine does, so that the screen can show itself while the machine starts.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._machine: tuple[KioskPort, asyncio.AbstractEventLoop] | None = None
        self._subscriptions: list[_Subscription] = []

    def attach(self, kiosk: "KioskPort", loop: "asyncio.AbstractEventLoop") -> None:
        """Connect the machine, or what now stands in for it; called on its own loop."""
        with self._lock:
            self._machine = kiosk, loop
            listening = tuple(self._subscriptions)
        for subscription in listening:
            subscription.begin(kiosk)

    def subscribe(self, listener: "Callable[[Snapshot], None]") -> Callable[[], None]:
        subscription = _Subscription(listener)
        with self._lock:
            self._subscriptions.append(subscription)
            waits = self._machine is None
        if not waits:
            self._tell(subscription.begin)
        return lambda: self._unsubscribe(subscription)

    def send(self, event: "Event") -> None:
        self._tell(lambda kiosk: kiosk.send(event))

    def more_time(self) -> None:
        self._tell(lambda kiosk: kiosk.more_time())

    def activity(self) -> None:
        self._tell(lambda kiosk: kiosk.activity())

    def ask_payment(self) -> None:
        self._tell(lambda kiosk: kiosk.ask_payment())

    def identify_staff(self, number: str, pin: str) -> None:
        self._tell(lambda kiosk: kiosk.identify_staff(number, pin))

    def _unsubscribe(self, subscription: "_Subscription") -> None:
        subscription.over = True
        with self._lock:
            self._subscriptions = [other for other in self._subscriptions if other is not subscription]
        self._tell(lambda _: subscription.end())

    def _tell(self, action: "Callable[[KioskPort], None]") -> None:
        """Act on the machine; before it is there nothing can have been meant for it."""
        if self._machine is None:
            return
        kiosk, loop = self._machine
        with suppress(RuntimeError):  # the loop is closed: the machine has ended
            loop.call_soon_threadsafe(action, kiosk)


class _Subscription:
    """One listener, which may wait for the machine or be over before it comes."""

    def __init__(self, listener: "Callable[[Snapshot], None]") -> None:
        self._listener = listener
        self._end: Callable[[], None] | None = None
        self.over = False

    def begin(self, kiosk: "KioskPort") -> None:
        if not self.over:
            self._end = kiosk.subscribe(self._listener)

    def end(self) -> None:
        if self._end is not None:
            self._end()
            self._end = None
