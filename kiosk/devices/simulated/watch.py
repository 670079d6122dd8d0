"""Notices changes of the simulated machine's state, whoever makes them, and tells the devices."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from kiosk.clock import Clock
from kiosk.devices.contracts import Listener, Unsubscribe
from kiosk.tasks import Tasks

POLL_S = 0.2
"""How often the files are looked at for changes by other processes, in seconds."""


class Watch:
    """Compares the state now with the state before, on every poke and every `POLL_S` seconds.

    Changes made in this process poke the watch and are seen at once; those of other processes are
    found by polling. Listeners run in the loop that `start()` was called from.
    """

    def __init__(self, clock: Clock, read: Callable[[], object]) -> None:
        self._clock = clock
        self._read = read
        self._seen: object = None
        self._changed = asyncio.Event()
        self._listeners: list[Listener] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work = Tasks()

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._seen = self._read()
        self._work.start(self._poll(), "simulated state watch")

    async def close(self) -> None:
        """Stop polling; whoever still waits in `until` is woken and looks once more."""
        self._loop = None
        await self._work.end()
        self.wake()

    def poke(self) -> None:
        """Look now; may be called from any thread, and before `start` or after `close` for nothing."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop was closed meanwhile: nobody is left to be told
                loop.call_soon_threadsafe(self._look)

    def subscribe(self, listener: Listener) -> Unsubscribe:
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return once `condition` holds; it is asked after every change of the state."""
        while not condition():
            await self._changed.wait()

    def wake(self) -> None:
        """Let everyone who waits look again, and tell the listeners."""
        waiting, self._changed = self._changed, asyncio.Event()
        waiting.set()
        for listener in tuple(self._listeners):
            listener()

    def _look(self) -> None:
        state = self._read()
        if state != self._seen:
            self._seen = state
            self.wake()

    async def _poll(self) -> None:
        while True:
            await self._clock.sleep(POLL_S)
            self._look()
