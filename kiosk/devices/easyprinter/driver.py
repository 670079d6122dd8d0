"""The card printer behind the EasyPrinter S3's protocol: the `CardPrinter` contract over one line.

What the protocol can prove decides every completion. Before the print command is on the line nothing can
have happened to the film, so a loss there is Failed; after it, only "printing rises and falls, printed
set, no error" is Done, an error is Failed, and everything else is Unknown.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from kiosk.clock import Clock
from kiosk.devices.contracts import (
    Completion,
    CoverSensor,
    DeviceName,
    DeviceState,
    DeviceStatus,
    Done,
    Failed,
    FilmCamera,
    Listener,
    MediaAction,
    MediaPosition,
    Progress,
    Refused,
    Unknown,
    Unsubscribe,
)
from kiosk.devices.easyprinter import protocol
from kiosk.devices.easyprinter.line import LineLost, NoAnswer, PrinterLine
from kiosk.devices.easyprinter.protocol import Garbled, Placement, PrinterStatus, Unfit
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.raster import CardRaster

POLL_S = 0.1
"""How often the status is asked while something is under way, seconds."""

WATCH_S = 1.0
"""How often the status is asked while somebody listens for changes, seconds."""

START_S = 5.0
"""How long after the print command printing must have begun, seconds."""

MAKING_S = 36.5
"""What erasing and writing usually take, seconds: the measure of the progress shown."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Silent:
    """No status was to be had: OFFLINE where there is no line, UNKNOWN where nothing sensible came."""

    state: DeviceState
    fault: Fault


@dataclass(slots=True)
class Making:
    """One card being made. `commanded`: the print command may have reached the printer."""

    progress: Progress | None
    commanded: bool = False
    printing_seen: bool = False

    def tell(self, fraction: float) -> None:
        if self.progress is not None:
            self.progress(fraction)


class EasyPrinterCardPrinter:
    """Driver of one printer.

    Args:
        camera: looks at the film, since the printer cannot read it back.
        cover: the cover's switch, since the status byte has no bit for it; None where there is none.
        making_s: see `MAKING_S`; a simulated printer at another pace says so here.
        simulated: what `DeviceStatus.simulated` says.
    """

    def __init__(
        self,
        line: PrinterLine,
        clock: Clock,
        camera: FilmCamera,
        *,
        cover: CoverSensor | None = None,
        placement: Placement | None = None,
        making_s: float = MAKING_S,
        simulated: bool = False,
    ) -> None:
        self._line = line
        self._clock = clock
        self._camera = camera
        self._cover = cover
        self._placement = placement or Placement()
        self._making_s = making_s
        self._simulated = simulated
        self._conversation = asyncio.Lock()
        self._busy = False
        self._making_status: PrinterStatus | None = None
        self._closed = False
        self._listeners: list[Listener] = []
        self._watching: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return DeviceName.PRINTER

    async def status(self) -> DeviceStatus:
        state, faults = await self._state()
        return DeviceStatus(state, faults, simulated=self._simulated)

    def subscribe(self, listener: Listener) -> Unsubscribe:
        """Listen for changes; the status is asked every `WATCH_S` while anybody does."""
        self._listeners.append(listener)
        if self._watching is None and not self._closed:
            self._watching = asyncio.get_running_loop().create_task(self._watch(), name="printer watch")

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    async def print_card(
        self, raster: CardRaster, *, deadline_s: float, progress: Progress | None = None
    ) -> Completion[None]:
        job = protocol.build_job(raster, self._placement)
        if isinstance(job, Unfit):
            return Refused(_failed(job.detail))
        making = Making(progress)
        why = f"not finished within {deadline_s:g} s"

        async def make() -> Completion[None]:
            try:
                return await self._make(job, making)
            finally:
                self._making_status = None

        def late() -> Completion[None]:
            return Unknown(_unknown(why)) if making.commanded else Failed(_failed(why))

        return await self._run(make, deadline_s=deadline_s, late=late)

    async def capture(self, *, deadline_s: float) -> Completion[bytes]:
        """Take a picture once the printer says that it is at rest: half a film proves nothing."""
        late = Fault(FailureCode.PRINTER_UNAVAILABLE, f"no picture within {deadline_s:g} s")

        async def look() -> Completion[bytes]:
            await self._rest()
            return await self._camera.picture(deadline_s=deadline_s)

        return await self._run(look, deadline_s=deadline_s, late=lambda: Unknown(late))

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        """Restart the printer, then eject or keep the card; it has no bin to retain one in."""
        if action is MediaAction.RETAIN:
            return Refused(Fault(FailureCode.PRINTER_FAULT, "the printer has no retain bin"))
        late = Fault(FailureCode.PRINTER_UNAVAILABLE, f"not back within {deadline_s:g} s")

        async def restart() -> Completion[MediaPosition]:
            return await self._restart(action)

        return await self._run(restart, deadline_s=deadline_s, late=lambda: Unknown(late))

    async def close(self) -> None:
        self._closed = True
        watching, self._watching = self._watching, None
        if watching is not None:
            watching.cancel()
            await asyncio.wait({watching})
        async with self._conversation:
            await self._line.close()

    async def _run(
        self,
        action: Callable[[], Awaitable[Completion[T]]],
        *,
        deadline_s: float,
        late: Callable[[], Completion[T]],
    ) -> Completion[T]:
        """Run one command to its one completion; `late` says what a passed deadline means."""
        if self._closed or self._busy:
            why = "closed" if self._closed else "busy with another command"
            return Refused(Fault(FailureCode.PRINTER_UNAVAILABLE, why))
        self._busy = True
        try:
            async with asyncio.timeout(deadline_s):
                return await action()
        except TimeoutError:
            return late()
        finally:
            self._busy = False

    async def _make(self, job: bytes, making: Making) -> Completion[None]:
        if self._cover_open():
            return Refused(Fault(FailureCode.PRINTER_COVER_OPEN))
        before = await self._ask()
        if isinstance(before, Silent):
            return Refused(before.fault)
        obstacle = _obstacle(before)
        if obstacle is not None:
            return Refused(obstacle)
        self._making_status = before
        lost = await self._hand_over(job)
        if lost is not None:
            return Failed(_failed(f"{lost.detail}, before the print command"))
        making.commanded = True
        try:
            async with self._conversation:
                await self._line.send(protocol.PRINT)
        except (LineLost, NoAnswer) as error:
            return Unknown(_unknown(str(error)))
        return await self._follow(making)

    async def _hand_over(self, job: bytes) -> Fault | None:
        """Send everything but the print command; the answered status proves that it arrived."""
        try:
            async with self._conversation:
                await self._line.send(job)
        except (LineLost, NoAnswer) as error:
            return Fault(FailureCode.PRINTER_UNAVAILABLE, str(error))
        asked = await self._ask(reconnect=False)
        if isinstance(asked, Silent):
            return asked.fault
        return Fault(FailureCode.PRINTER_FAULT, "the printer reports an error") if asked.error else None

    async def _follow(self, making: Making) -> Completion[None]:
        """Watch the printer from the print command to the end."""
        started = self._clock.monotonic()
        while True:
            asked = await self._ask(reconnect=False)
            if isinstance(asked, Silent):
                return Unknown(_unknown(asked.fault.detail))
            self._making_status = asked
            passed = self._clock.monotonic() - started
            making.printing_seen = making.printing_seen or asked.printing
            ending = _ending(asked, making, passed)
            if ending is not None:
                return ending
            making.tell(min(passed / self._making_s, 0.99) if self._making_s > 0 else 0.99)
            await self._clock.sleep(POLL_S)

    async def _restart(self, action: MediaAction) -> Completion[MediaPosition]:
        try:
            await self._tell(protocol.REBOOT)
            asked = await self._rest()
            if asked.error:
                return Failed(Fault(FailureCode.PRINTER_FAULT, "the error outlives a restart"))
            if action is MediaAction.EJECT and asked.at_head:
                await self._tell(protocol.EJECT)
                while (asked := await self._rest()).at_head:
                    await self._clock.sleep(POLL_S)
        except (LineLost, NoAnswer) as error:
            return Unknown(Fault(FailureCode.PRINTER_UNAVAILABLE, str(error)))
        return Done(_seen_at(asked))

    async def _tell(self, command: bytes) -> None:
        async with self._conversation:
            await self._line.send(command)

    async def _rest(self) -> PrinterStatus:
        """Ask until the printer answers and is not printing; the caller's deadline bounds it."""
        while not isinstance(asked := await self._ask(), PrinterStatus) or asked.printing:
            await self._clock.sleep(POLL_S)
        return asked

    async def _ask(self, *, reconnect: bool = True) -> PrinterStatus | Silent:
        """Ask for the status; an idle connection that was lost meanwhile is replaced once."""
        async with self._conversation:
            if not reconnect and not self._line.is_open:
                return _silent(DeviceState.OFFLINE, "the connection is gone")
            had_been_open = self._line.is_open
            try:
                answer = await self._line.ask(protocol.STATUS)
            except NoAnswer as error:
                return _silent(DeviceState.UNKNOWN, str(error))
            except LineLost as error:
                if not (reconnect and had_been_open):
                    return _silent(DeviceState.OFFLINE, str(error))
            else:
                return await self._parsed(answer)
        return await self._ask(reconnect=reconnect)

    async def _parsed(self, answer: bytes) -> PrinterStatus | Silent:
        status = protocol.parse_status(answer)
        if isinstance(status, Garbled):
            await self._line.close()  # whatever else is under way on it cannot be told apart
            return _silent(DeviceState.UNKNOWN, status.detail)
        return status

    async def _state(self) -> tuple[DeviceState, tuple[Fault, ...]]:
        if self._closed:
            return DeviceState.OFFLINE, (Fault(FailureCode.PRINTER_UNAVAILABLE, "closed"),)
        # While a card is made its own polling knows best, and nothing may come between on the line.
        asked = self._making_status or await self._ask()
        cover = (Fault(FailureCode.PRINTER_COVER_OPEN),) if self._cover_open() else ()
        if isinstance(asked, Silent):
            return asked.state, (*cover, asked.fault)
        if cover:
            return DeviceState.USER_ERROR, cover
        if asked.error:
            return DeviceState.HARDWARE_ERROR, (Fault(FailureCode.PRINTER_FAULT, "error bit"),)
        return (DeviceState.BUSY if asked.printing else DeviceState.ONLINE), ()

    def _cover_open(self) -> bool:
        return self._cover is not None and self._cover.cover_open()

    async def _watch(self) -> None:
        before = await self._state()
        while True:
            await self._clock.sleep(WATCH_S)
            now = await self._state()
            if now != before:
                before = now
                for listener in tuple(self._listeners):
                    listener()


def _obstacle(status: PrinterStatus) -> Fault | None:
    """Return why no print can begin, None where it can."""
    if status.error:
        return Fault(FailureCode.PRINTER_FAULT, "the printer reports an error")
    if status.printing:
        return Fault(FailureCode.PRINTER_UNAVAILABLE, "a card is still being printed")
    if not status.at_head:
        return Fault(FailureCode.PRINTER_FAULT, "no card at the print position")
    return None


def _ending(status: PrinterStatus, making: Making, passed: float) -> Completion[None] | None:
    """Judge one status after the print command; None while it goes on."""
    if status.error:
        return Failed(_failed("the printer reports an error"))
    if status.printing:
        return None
    if making.printing_seen:
        if not status.printed:
            return Failed(_failed("printing ended and the card is not printed"))
        making.tell(1.0)
        return Done(None)
    if passed > START_S:
        return Unknown(_unknown(f"printing did not begin within {START_S:g} s"))
    return None


def _seen_at(status: PrinterStatus) -> MediaPosition:
    if status.at_head:
        return MediaPosition.PRINT
    if status.at_peripheral:
        return MediaPosition.CHIP
    return MediaPosition.EXIT if status.sensor_front else MediaPosition.NOT_PRESENT


def _silent(state: DeviceState, detail: str) -> Silent:
    return Silent(state, Fault(FailureCode.PRINTER_UNAVAILABLE, detail))


def _failed(detail: str) -> Fault:
    return Fault(FailureCode.PRINT_FAILED, detail)


def _unknown(detail: str) -> Fault:
    return Fault(FailureCode.PRINT_UNKNOWN, detail)
