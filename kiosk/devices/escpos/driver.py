"""The slip printer behind ESC/POS: the `SlipPrinter` contract over one line.

A slip counts as printed when GS r is answered, which the printer does in its turn: after the raster and the
cut. Until then a cover, a cutter or an end of paper that the printer reports is a failure, and silence or a
lost line is unknown. What a broken-off slip leaves in the printer is cleared before the next one begins.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from kiosk.clock import Clock
from kiosk.devices.byte_line import ByteLine, LineDown
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
    Unknown,
)
from kiosk.devices.escpos import job as jobs
from kiosk.devices.escpos.job import SlipProfile, Unfit
from kiosk.devices.escpos.status import Automatic, Health, Question, RealTime, Sensor
from kiosk.devices.escpos.talk import ANSWER_S, PrinterTalk
from kiosk.devices.polled import PolledDevice, State
from kiosk.devices.printer_capabilities import SlipPrinterCapabilities
from kiosk.devices.service_book import ServiceBook
from kiosk.devices.upkeep import Consumable, ConsumableKind, Counted, Counter, Level, Unit, counted
from kiosk.domain.failure import FailureCode, Fault

ASK_S = 1.0
"""How often the printer is asked while its confirmation is awaited, seconds."""

_PAPER_END = 0x0C  # GS r 1 is not answered at the end of the paper: these bits would be noise
_STOPPING = frozenset(
    {
        FailureCode.SLIP_PRINTER_COVER_OPEN,
        FailureCode.SLIP_PAPER_OUT,
        FailureCode.SLIP_PRINTER_FAULT,
    }
)


@dataclass(slots=True)
class _Slip:
    """One slip on its way. `begun`: bytes of it may have reached the printer."""

    begun: bool = False
    confirmed: bool = False
    sent: bool = False
    ask_next: float = 0.0
    asked: list[Question] = field(default_factory=list)


class EscPosSlipPrinter(PolledDevice):
    """Driver of one printer.

    Args:
        line: the cable; owned by this driver from now on.
        profile: the make of printer.
        book: where slips are counted, and cuts where the printer does not count them itself.
    """

    def __init__(
        self,
        line: ByteLine,
        clock: Clock,
        profile: SlipProfile | None = None,
        *,
        book: ServiceBook | None = None,
        simulated: bool = False,
    ) -> None:
        unavailable = FailureCode.SLIP_PRINTER_UNAVAILABLE
        super().__init__(DeviceName.SLIP, unavailable, clock, simulated=simulated)
        self._talk = PrinterTalk(line)
        self._profile = profile or SlipProfile()
        self._book = book or ServiceBook()
        self._conversation = asyncio.Lock()
        self._printing = False
        self._left_open = True  # who knows what an earlier program left in the printer

    async def print_slip(self, pdf: bytes, *, deadline_s: float) -> Completion[None]:
        slip = _Slip()

        async def print_slip() -> Completion[None]:
            job = await asyncio.to_thread(jobs.build_job, pdf, self._profile)
            if isinstance(job, Unfit):
                return Refused(self._fault(job.detail))
            return await self._print(job, slip)

        def late(why: str) -> Completion[None]:
            return Unknown(_unknown(why)) if slip.begun else Refused(self._fault(why))

        ending = await self._run(print_slip, deadline_s=deadline_s, late=late)
        if isinstance(ending, Done):
            self._book.add(Counted.SLIPS, Counted.CUTS)
        return ending

    async def reset(
        self,
        action: MediaAction,  # noqa: ARG002 - a slip printer holds no card
        *,
        deadline_s: float,
    ) -> Completion[MediaPosition]:
        """Clear the printer's buffers and errors; Failed where an error outlives that."""

        async def recover() -> Completion[MediaPosition]:
            async with self._conversation:
                try:
                    await self._talk.ask_all()  # an idle connection that was lost meanwhile is replaced
                    await self._talk.line.open()
                    await self._talk.line.send(jobs.RECOVER + self._profile.resynchronise + jobs.INITIALISE)
                    silent = await self._talk.ask_all()
                except LineDown as error:
                    return Refused(self._fault(str(error)))
            standing = _faults(self._talk.health) if silent is None else (self._fault(silent),)
            return Failed(standing[0]) if standing else Done(MediaPosition.NOT_PRESENT)

        def late(why: str) -> Completion[MediaPosition]:
            return Unknown(self._fault(why))

        return await self._run(recover, deadline_s=deadline_s, late=late)

    async def consumables(self) -> tuple[Consumable, ...]:
        state, _ = await self._open_state()
        if state in {DeviceState.OFFLINE, DeviceState.UNKNOWN}:
            return ()
        roll = Consumable(ConsumableKind.PAPER, "roll", self._talk.health.paper)
        life = self._profile.cutter_life
        if life is None:
            return (roll,)
        left = life - (await self._cuts()).count
        cutter = counted(ConsumableKind.CUTTER, "cutter", left=left, threshold=life // 10, unit=Unit.CUTS)
        return (roll, cutter)

    async def counters(self) -> tuple[Counter, ...]:
        return (*self._book.counters(Counted.SLIPS), await self._cuts())

    async def capabilities(self) -> SlipPrinterCapabilities:
        profile = self._profile
        printable = profile.dots / profile.dots_per_mm
        return SlipPrinterCapabilities(
            profile.paper_mm, printable, profile.dots_per_mm, cuts=True, confirms=True, tells_near_end=True
        )

    async def close(self) -> None:
        await super().close()
        self._talk.line.drop()

    async def _state(self) -> State:
        if self._printing:  # the slip's own watching knows best, and nothing may come between on the line
            return DeviceState.BUSY, _faults(self._talk.health)
        async with self._conversation:
            try:
                silent = await self._talk.ask_all()
            except LineDown as error:
                return DeviceState.OFFLINE, (self._fault(str(error)),)
        if silent is not None:
            return DeviceState.UNKNOWN, (self._fault(silent),)
        faults = _faults(self._talk.health)
        if not faults:
            return DeviceState.ONLINE, ()
        hardware = faults[0].code is FailureCode.SLIP_PRINTER_FAULT
        return (DeviceState.HARDWARE_ERROR if hardware else DeviceState.USER_ERROR), faults

    async def _cuts(self) -> Counter:
        """Return the printer's own count of its cuts, else the kiosk's."""
        can_be_asked = self._profile.counts and not self._closed and not self._printing
        if can_be_asked and not _faults(self._talk.health):
            async with self._conversation:
                asked = await self._talk.ask_cuts()
            if asked is not None:
                return Counter(Counted.CUTS, asked)
        return self._book.counters(Counted.CUTS)[0]

    def _levels(self) -> tuple[Level, ...]:
        return (self._talk.health.paper,)

    async def _print(self, job: bytes, slip: _Slip) -> Completion[None]:
        self._printing = True  # from now on a status does not wait for the line
        try:
            async with self._conversation:
                return await self._print_alone(job, slip)
        finally:
            self._printing = False

    async def _print_alone(self, job: bytes, slip: _Slip) -> Completion[None]:
        try:
            silent = await self._talk.ask_all()
            standing = _faults(self._talk.health) if silent is None else (self._fault(silent),)
            if standing:
                return Refused(standing[0])
            with self._under_way(slip):
                return await self._deliver(job, slip)
        except LineDown as error:
            return Unknown(_unknown(str(error))) if slip.begun else Refused(self._fault(str(error)))

    @contextmanager
    def _under_way(self, slip: _Slip) -> Iterator[None]:
        """Hang up on a slip that was not confirmed: the rest of it must not come with the next one."""
        try:
            yield
        finally:
            self._left_open = not slip.confirmed
            if not slip.confirmed:
                self._talk.line.drop()

    async def _deliver(self, job: bytes, slip: _Slip) -> Completion[None]:
        slip.begun = True
        start = b""
        if self._left_open:
            clear = jobs.CLEAR if self._profile.clears_buffer else b""
            start = clear + self._profile.resynchronise
        sending = asyncio.ensure_future(self._talk.line.send(start + job + jobs.CONFIRM))
        try:
            return await self._until_confirmed(sending, slip)
        finally:
            if not sending.done():
                sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)  # its loss of the line is ours too

    async def _until_confirmed(self, sending: "asyncio.Future[None]", slip: _Slip) -> Completion[None]:
        """Listen until the confirmation or a trouble; ask now and then once everything is sent."""
        while True:
            trouble = await self._listen(slip, ASK_S)
            if slip.confirmed:
                await asyncio.wait({sending}, timeout=ANSWER_S)
                slip.confirmed = sending.done()  # an answer before the question was noise
            if slip.confirmed:
                return Done(None)
            if trouble is not None:
                await self._clear(sending)
                return Failed(trouble)
            if sending.done():
                sending.result()  # raises LineDown
                slip.sent = True
                if not slip.asked and self._clock.monotonic() >= slip.ask_next:
                    slip.ask_next = self._clock.monotonic() + ASK_S
                    slip.asked = [Question.OFFLINE, Question.ERROR, Question.PAPER]
                    await self._talk.line.send(b"".join(question.command for question in slip.asked))

    async def _listen(self, slip: _Slip, seconds: float) -> Fault | None:
        """Take in what comes within that time; return the fault that stops the slip."""
        for reply in await self._talk.listen(seconds):
            match reply:
                case Sensor(value) if value & _PAPER_END == 0:
                    slip.confirmed = True
                case Automatic():
                    self._talk.told(reply)
                case RealTime(value) if slip.sent and slip.asked:
                    self._talk.answered(slip.asked.pop(0), value)
        self._talk.check_noise()
        return next((fault for fault in _faults(self._talk.health) if fault.code in _STOPPING), None)

    async def _clear(self, sending: "asyncio.Future[None]") -> None:
        """Tell the printer to forget the slip, where the line still takes anything."""
        if sending.done() and self._profile.clears_buffer:
            await self._talk.line.send(jobs.CLEAR)


def _faults(health: Health) -> tuple[Fault, ...]:
    """Return what keeps the printer from printing, most important first; paper near its end does not."""
    found = []
    if health.cover_open:
        found.append(Fault(FailureCode.SLIP_PRINTER_COVER_OPEN))
    if health.paper is Level.OUT:
        found.append(Fault(FailureCode.SLIP_PAPER_OUT))
    if health.cutter_error:
        found.append(Fault(FailureCode.SLIP_PRINTER_FAULT, "cutter"))
    if health.fatal_error:
        found.append(Fault(FailureCode.SLIP_PRINTER_FAULT, "unrecoverable"))
    if health.passing_error and not found:
        found.append(Fault(FailureCode.SLIP_PRINTER_UNAVAILABLE, "it will recover, e.g. a hot head"))
    if health.offline and not found:
        found.append(Fault(FailureCode.SLIP_PRINTER_UNAVAILABLE, "off line without a reason"))
    return tuple(found)


def _unknown(detail: str) -> Fault:
    return Fault(FailureCode.SLIP_UNKNOWN, detail)
