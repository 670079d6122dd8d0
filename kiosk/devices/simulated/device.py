"""What every simulated device shares: name, listeners, closing, and the frame of one command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from kiosk.devices.capabilities import DeviceCapabilities, abilities
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    DeviceStatus,
    Done,
    Failed,
    Listener,
    MediaAction,
    MediaPosition,
    Refused,
    Unknown,
    Unsubscribe,
)
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.mechanism import Mechanism, Pace
from kiosk.devices.simulated.watch import Watch
from kiosk.domain.failure import FailureCode, Fault

T = TypeVar("T")


class SimulatedDevice:
    """Base of the simulated devices.

    Args:
        name: as in the contracts.
        unavailable: the code by which this device says that it cannot be reached.
    """

    def __init__(
        self,
        name: DeviceName,
        unavailable: FailureCode,
        *,
        mechanism: Mechanism,
        faults: Faults,
        watch: Watch,
        pace: Pace,
    ) -> None:
        self._name = name
        self._unavailable = unavailable
        self._mechanism = mechanism
        self._faults = faults
        self._watch = watch
        self._pace = pace
        self._busy = False
        self._closed = False

    @property
    def name(self) -> str:
        return self._name

    async def status(self) -> DeviceStatus:
        if self._out_of_reach():
            return DeviceStatus(DeviceState.OFFLINE, (self._fault("off line"),), simulated=True)
        return self._status()

    async def capabilities(self) -> DeviceCapabilities:
        return abilities(self)

    def subscribe(self, listener: Listener) -> Unsubscribe:
        return self._watch.subscribe(listener)

    async def reset(
        self,
        action: MediaAction,  # noqa: ARG002 - a device that holds no card has nothing to move
        *,
        deadline_s: float,
    ) -> Completion[MediaPosition]:
        """Done(NOT_PRESENT) for any action: this device never holds the card."""

        async def settle() -> Completion[MediaPosition]:
            return Done(MediaPosition.NOT_PRESENT)

        return await self._run(settle, deadline_s=deadline_s, late=self._unavailable)

    async def close(self) -> None:
        self._closed = True
        self._watch.wake()  # a command that waits for somebody ends now

    def _status(self) -> DeviceStatus:
        """Return the status of the device when it can be reached."""
        return DeviceStatus(DeviceState.ONLINE, simulated=True)

    def _fault(self, detail: str) -> Fault:
        return Fault(self._unavailable, detail)

    def _out_of_reach(self) -> bool:
        return self._closed or self._faults.armed(self._name, "offline")

    async def _run(
        self, action: Callable[[], Awaitable[Completion[T]]], *, deadline_s: float, late: FailureCode
    ) -> Completion[T]:
        """Run one command to its one completion; `late` is the code of a deadline that passed."""
        if self._closed:
            return Refused(self._fault("closed"))
        if self._busy:
            return Refused(self._fault("busy with another command"))
        if self._faults.take(self._name, "offline"):
            return Refused(self._fault("off line"))
        self._busy = True
        try:
            async with asyncio.timeout(deadline_s):
                completion = await action()
        except TimeoutError:
            return self._late(late, deadline_s)
        finally:
            self._busy = False
        return self._reported(completion)

    def _late(self, code: FailureCode, deadline_s: float) -> Completion[T]:
        """What a passed deadline means: the sensors still tell what is, so it is a failure, no doubt."""
        return Failed(Fault(code, f"not finished within {deadline_s:g} s"))

    def _reported(self, completion: Completion[T]) -> Completion[T]:
        """Pass the completion on, unless it was lost on the line."""
        if isinstance(completion, Refused):
            return completion
        if self._out_of_reach() or self._faults.take(self._name, "line_lost"):
            return Unknown(self._fault("the line was lost during the command"))
        return completion
