"""A scanner on a serial port or in USB serial (CDC) mode: the mode to prefer, it mixes with no keyboard."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from kiosk.clock import Clock
from kiosk.devices.byte_line import ByteLine, LineDown
from kiosk.devices.contracts import Completion, DeviceName, DeviceState, Failed, Refused
from kiosk.devices.polled import State
from kiosk.devices.scanner.framing import Framing, Readings
from kiosk.devices.scanner.reading import ReadingScanner

SILENCE_S = 0.1
"""After this much silence an unended reading is taken for whole, seconds."""

TRIGGER_S = 3.0
"""How often a scanner that falls asleep is triggered again, seconds."""

SEND_S = 0.05
"""How long the line may take to accept a command of a few bytes, seconds."""

SETTLE_S = 0.05
"""How long a line that was just opened may take to hang up, seconds."""

_MOST_UNWANTED = 64

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ScannerProfile:
    """One make of scanner.

    Attributes:
        trigger: sent when a reading is wanted, again after one that was of no use and every few
            seconds; empty for a scanner that reads by itself. Honeywell and compatible: SYN T CR.
        rest: sent when no reading is wanted any more. Honeywell and compatible: SYN U CR.
    """

    framing: Framing = field(default_factory=Framing)
    trigger: bytes = b""
    rest: bytes = b""


TRIGGERED = ScannerProfile(trigger=b"\x16T\r", rest=b"\x16U\r")


class SerialScanner(ReadingScanner):
    """Driver of one scanner.

    Args:
        line: the cable; owned by this driver from now on.
        profile: the make of scanner.
    """

    def __init__(
        self,
        line: ByteLine,
        clock: Clock,
        profile: ScannerProfile | None = None,
        *,
        name: str = DeviceName.SCANNER,
        simulated: bool = False,
    ) -> None:
        super().__init__(clock, name=name, simulated=simulated)
        self._line = line
        self._profile = profile or ScannerProfile()
        self._framing = Readings(self._profile.framing)
        self._conversation = asyncio.Lock()  # one listener at a time

    async def close(self) -> None:
        await super().close()
        self._line.drop()

    async def _state(self) -> State:
        if self._running is None:
            return await self._reach()
        if self._line.is_open:
            return DeviceState.ONLINE, ()  # the command is listening: it notices first
        return DeviceState.OFFLINE, (self._fault("not connected"),)

    async def _reach(self) -> State:
        async with self._conversation:
            try:
                fresh = not self._line.is_open
                await self._line.open()
                if fresh:  # a serial server with nothing behind it takes the connection and hangs up
                    await self._listen(SETTLE_S)
                await self._discard()  # and notice a cable that was pulled
            except LineDown as error:
                return DeviceState.OFFLINE, (self._fault(str(error)),)
        return DeviceState.ONLINE, ()

    async def _scan(
        self,
        action: Callable[[], Awaitable[Completion[T]]],
        *,
        deadline_s: float,
        late: Callable[[str], Completion[T]],
    ) -> Completion[T]:
        async def scan() -> Completion[T]:
            async with self._conversation:
                try:
                    await self._line.open()
                    await self._discard()
                except LineDown as error:
                    return Refused(self._fault(str(error)))
                try:
                    return await action()
                except LineDown as error:
                    return Failed(self._fault(str(error)))
                finally:
                    await self._rest()

        return await super()._scan(scan, deadline_s=deadline_s, late=late)

    async def _next(self) -> str:
        asked_at = float("-inf")
        while not self._readings:
            if self._clock.monotonic() - asked_at >= TRIGGER_S:
                asked_at = self._clock.monotonic()
                await self._say(self._profile.trigger)
            if not await self._listen(SILENCE_S):
                self._take(self._framing.flush())
        return self._readings.popleft()

    async def _discard(self) -> None:
        """Throw away what came while nobody wanted it; a line that never falls silent is given up."""
        for _ in range(_MOST_UNWANTED):
            if not await self._listen(0):
                break
        else:
            self._line.drop()
            raise LineDown("endless nonsense on the line")
        self._framing.flush()
        self._readings.clear()

    async def _listen(self, seconds: float) -> bool:
        """Take in what comes within that time, and tell whether anything came."""
        try:
            async with asyncio.timeout(seconds):
                content = await self._line.receive()
        except TimeoutError:
            return False
        for reading in self._framing.feed(content):
            self._take(reading)
        return True

    def _take(self, reading: str | None) -> None:
        if reading is not None:
            self._readings.append(reading)

    async def _say(self, command: bytes) -> None:
        if not command:
            return
        try:
            async with asyncio.timeout(SEND_S):
                await self._line.send(command)
        except TimeoutError as error:
            self._line.drop()
            raise LineDown("the scanner takes no commands") from error

    async def _rest(self) -> None:
        with suppress(LineDown):  # already gone: it does not scan any more
            if self._line.is_open:
                await self._say(self._profile.rest)
