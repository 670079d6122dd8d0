"""What drivers at the end of a line share: listeners fed by polling, one command at a time, closing."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from kiosk.clock import Clock
from kiosk.devices.capabilities import DeviceCapabilities, abilities
from kiosk.devices.contracts import (
    Completion,
    DeviceState,
    DeviceStatus,
    Listener,
    Refused,
    Unsubscribe,
)
from kiosk.devices.upkeep import Level
from kiosk.domain.failure import FailureCode, Fault
from kiosk.tasks import Tasks

WATCH_S = 1.0
"""How often the status is asked while somebody listens for changes, seconds."""

T = TypeVar("T")
State = tuple[DeviceState, tuple[Fault, ...]]


class PolledDevice:
    """Base of drivers whose device does not call by itself.

    A driver gives `_state` and runs every command through `_run`.

    Args:
        name: what `Device.name` returns.
        unavailable: the code by which this device says that it cannot be reached.
        simulated: what `DeviceStatus.simulated` says.
    """

    def __init__(self, name: str, unavailable: FailureCode, clock: Clock, *, simulated: bool) -> None:
        self._name = name
        self._unavailable = unavailable
        self._clock = clock
        self._simulated = simulated
        self._closed = False
        self._running: asyncio.Timeout | None = None
        self._listeners: list[Listener] = []
        self._background = Tasks()
        self._watching: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return self._name

    async def status(self) -> DeviceStatus:
        state, faults = await self._open_state()
        return DeviceStatus(state, faults, simulated=self._simulated)

    async def capabilities(self) -> DeviceCapabilities:
        """Whatever it has the command for; a driver of which more is to be said, or less, says so itself."""
        return abilities(self)

    def subscribe(self, listener: Listener) -> Unsubscribe:
        """Listen for changes; the status is asked every `WATCH_S` while anybody does."""
        self._listeners.append(listener)
        if self._watching is None and not self._closed:
            self._watching = self._background.start(self._watch(), f"{self._name} watch")

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)
            if not self._listeners and self._watching is not None:
                self._watching.cancel()
                self._watching = None

        return unsubscribe

    async def close(self) -> None:
        """End the running command and all work in the background; closing twice is closing."""
        self._closed = True
        if self._running is not None:
            self._running.reschedule(asyncio.get_running_loop().time())
        self._watching = None
        await self._background.end()

    async def _state(self) -> State:
        """Ask the device how it is; never raises for what a device or a cable does."""
        raise NotImplementedError

    def _levels(self) -> tuple[Level, ...]:
        """Return the levels of what is used up as they were told last: their change is a change too."""
        return ()

    def _fault(self, detail: str) -> Fault:
        return Fault(self._unavailable, detail)

    async def _run(
        self,
        action: Callable[[], Awaitable[Completion[T]]],
        *,
        deadline_s: float,
        late: Callable[[str], Completion[T]],
    ) -> Completion[T]:
        """Run one command to its one completion; `late` says what a passed deadline or closing means."""
        if self._closed or self._running is not None:
            return Refused(self._fault("closed" if self._closed else "busy with another command"))
        try:
            async with asyncio.timeout(deadline_s) as self._running:
                return await action()
        except TimeoutError:
            return late("closed meanwhile" if self._closed else f"not finished within {deadline_s:g} s")
        finally:
            self._running = None

    async def _open_state(self) -> State:
        if self._closed:
            return DeviceState.OFFLINE, (self._fault("closed"),)
        return await self._state()

    async def _watch(self) -> None:
        before = (await self._open_state(), self._levels())
        while True:
            await self._clock.sleep(WATCH_S)
            now = (await self._open_state(), self._levels())
            if now != before:
                before = now
                for listener in tuple(self._listeners):
                    listener()
