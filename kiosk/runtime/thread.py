"""The runtime on an event loop in a thread of its own, and its port for other threads."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from kiosk.runtime.snapshot import Snapshot
from kiosk.visit.events import Event

if TYPE_CHECKING:  # the machine is loaded only once the screen is there
    from kiosk.runtime.kiosk import Kiosk


class LoopThread:
    """An event loop in a thread; `work` runs on it until it ends or `stop()` is called.

    Attributes:
        error: the exception that ended the work, None otherwise.
    """

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.error: BaseException | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._work: Coroutine[Any, Any, None] | None = None
        self._ended: Callable[[], None] = lambda: None

    def start(self, work: Coroutine[Any, Any, None], ended: Callable[[], None]) -> None:
        """Start the thread; `ended` is called from it when the work is over, whatever the reason."""
        self._work, self._ended = work, ended
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """Cancel the work and wait for the thread."""
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self._cancel)
            self._thread.join(timeout_s)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._main())
        except asyncio.CancelledError:
            pass
        except BaseException as error:  # noqa: BLE001 - kept for the program's exit, which raises it again
            self.error = error
        finally:
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()
            self._ended()

    async def _main(self) -> None:
        if self._work is None:
            raise AssertionError("start() was not called")
        self._task = asyncio.ensure_future(self._work)
        await self._task


class ThreadPort:
    """`ports.KioskPort` for a screen: everything is handed to the runtime's loop and returns at once.

    It exists before the machine does, so that the screen can show itself while the machine starts.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._kiosk: Kiosk | None = None
        self._waiting: list[_Subscription] = []

    def attach(self, kiosk: "Kiosk") -> None:
        """Connect the machine; called on the runtime's loop once it is put together."""
        self._kiosk = kiosk
        for subscription in self._waiting:
            subscription.begin(kiosk)
        self._waiting.clear()

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        subscription = _Subscription(listener)
        self._post(lambda: self._begin(subscription))
        return lambda: self._post(subscription.end)

    def send(self, event: Event) -> None:
        self._tell(lambda kiosk: kiosk.send(event))

    def more_time(self) -> None:
        self._tell(lambda kiosk: kiosk.more_time())

    def activity(self) -> None:
        self._tell(lambda kiosk: kiosk.activity())

    def ask_payment(self) -> None:
        self._tell(lambda kiosk: kiosk.ask_payment())

    def _begin(self, subscription: "_Subscription") -> None:
        if self._kiosk is None:
            self._waiting.append(subscription)
        else:
            subscription.begin(self._kiosk)

    def _tell(self, action: Callable[["Kiosk"], None]) -> None:
        """Act on the machine; before it is there nothing can have been meant for it."""
        self._post(lambda: None if self._kiosk is None else action(self._kiosk))

    def _post(self, action: Callable[[], object]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(action)


class _Subscription:
    """One listener, which may wait for the machine or be ended before it comes."""

    def __init__(self, listener: Callable[[Snapshot], None]) -> None:
        self._listener = listener
        self._end: Callable[[], None] | None = None
        self._over = False

    def begin(self, kiosk: "Kiosk") -> None:
        if not self._over:
            self._end = kiosk.subscribe(self._listener)

    def end(self) -> None:
        self._over = True
        if self._end is not None:
            self._end()
            self._end = None
