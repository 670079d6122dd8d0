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
from kiosk.devices.escpos import maintenance
from kiosk.devices.escpos.job import SlipProfile, Unfit
from kiosk.devices.escpos.maintenance import CounterAnswer
from kiosk.devices.escpos.status import Automatic, Health, Question, RealTime, Replies, Sensor
from kiosk.devices.polled import PolledDevice, State
from kiosk.devices.printer_capabilities import SlipPrinterCapabilities
from kiosk.devices.service_book import ServiceBook
from kiosk.devices.upkeep import Consumable, ConsumableKind, Counted, Counter, Level, Unit, counted
from kiosk.domain.failure import FailureCode, Fault

ANSWER_S = 2.0
"""How long an answer is awaited, seconds."""

ASK_S = 1.0
"""How often the printer is asked while its confirmation is awaited, seconds."""

_MOST_NOISE = 64
_QUESTIONS = tuple(Question)
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
        self._line = line
        self._profile = profile or SlipProfile()
        self._book = book or ServiceBook()
        self._conversation = asyncio.Lock()
        self._replies = Replies()
        self._health = Health()
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
                    await self._line.open()
                    await self._line.send(jobs.RECOVER + self._profile.resynchronise + jobs.INITIALISE)
                    fault = await self._ask_all()
                except LineDown as error:
                    return Refused(self._fault(str(error)))
            standing = _faults(self._health) if fault is None else (fault,)
            return Failed(standing[0]) if standing else Done(MediaPosition.NOT_PRESENT)

        def late(why: str) -> Completion[MediaPosition]:
            return Unknown(self._fault(why))

        return await self._run(recover, deadline_s=deadline_s, late=late)

    async def consumables(self) -> tuple[Consumable, ...]:
        state, _ = await self._open_state()
        if state in {DeviceState.OFFLINE, DeviceState.UNKNOWN}:
            return ()
        roll = Consumable(ConsumableKind.PAPER, "roll", self._health.paper)
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
        self._line.drop()

    async def _state(self) -> State:
        if self._printing:  # the slip's own watching knows best, and nothing may come between on the line
            return DeviceState.BUSY, _faults(self._health)
        async with self._conversation:
            try:
                fault = await self._ask_all()
            except LineDown as error:
                return DeviceState.OFFLINE, (self._fault(str(error)),)
        if fault is not None:
            return DeviceState.UNKNOWN, (fault,)
        faults = _faults(self._health)
        if not faults:
            return DeviceState.ONLINE, ()
        hardware = faults[0].code is FailureCode.SLIP_PRINTER_FAULT
        return (DeviceState.HARDWARE_ERROR if hardware else DeviceState.USER_ERROR), faults

    async def _cuts(self) -> Counter:
        """Return the printer's own count of its cuts, else the kiosk's."""
        asked = (
            None if self._closed or self._printing or not self._profile.counts else await self._asked_cuts()
        )
        if asked is None:
            return self._book.counters(Counted.CUTS)[0]
        return Counter(Counted.CUTS, asked)

    async def _asked_cuts(self) -> int | None:
        async with self._conversation:
            answer = CounterAnswer()
            try:
                await self._line.open()
                async with asyncio.timeout(ANSWER_S):
                    await self._line.send(maintenance.question(maintenance.CUTS))
                    while answer.value is None and not answer.nonsense:
                        answer.feed(await self._line.receive())
            except (LineDown, TimeoutError):
                self._line.drop()
                return None
            except asyncio.CancelledError:
                self._line.drop()
                raise
            if answer.nonsense:
                self._line.drop()
                return None
            for reply in self._replies.feed(answer.before):
                if isinstance(reply, Automatic):
                    self._health = self._health.told(reply)
            return answer.value

    async def _print(self, job: bytes, slip: _Slip) -> Completion[None]:
        self._printing = True  # from now on a status does not wait for the line
        try:
            async with self._conversation:
                return await self._print_alone(job, slip)
        finally:
            self._printing = False

    async def _print_alone(self, job: bytes, slip: _Slip) -> Completion[None]:
        try:
            fault = await self._ask_all()
            if fault is None:
                fault = next(iter(_faults(self._health)), None)
            if fault is not None:
                return Refused(fault)
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
                self._line.drop()

    async def _deliver(self, job: bytes, slip: _Slip) -> Completion[None]:
        slip.begun = True
        start = b""
        if self._left_open:
            clear = jobs.CLEAR if self._profile.clears_buffer else b""
            start = clear + self._profile.resynchronise
        sending = asyncio.ensure_future(self._line.send(start + job + jobs.CONFIRM))
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
                    await self._line.send(b"".join(map(_question, slip.asked)))

    async def _listen(self, slip: _Slip, seconds: float) -> Fault | None:
        """Take in what comes within that time; return the fault that stops the slip."""
        try:
            async with asyncio.timeout(seconds):
                content = await self._line.receive()
        except TimeoutError:
            return None
        for reply in self._replies.feed(content):
            match reply:
                case Sensor(value) if value & _PAPER_END == 0:
                    slip.confirmed = True
                case Automatic():
                    self._health = self._health.told(reply)
                case RealTime(value) if slip.sent and slip.asked:
                    self._health = self._health.after(slip.asked.pop(0), value)
        self._check_noise()
        return next((fault for fault in _faults(self._health) if fault.code in _STOPPING), None)

    async def _clear(self, sending: "asyncio.Future[None]") -> None:
        """Tell the printer to forget the slip, where the line still takes anything."""
        if sending.done() and self._profile.clears_buffer:
            await self._line.send(jobs.CLEAR)

    async def _ask_all(self) -> Fault | None:
        """Ask for the whole state; return why it is not known. Raises LineDown for a line that is down.

        An idle connection that the printer closed meanwhile is replaced once.
        """
        had_been_open = self._line.is_open
        try:
            return await self._ask_each()
        except LineDown:
            if not had_been_open:
                raise
            return await self._ask_each()

    async def _ask_each(self) -> Fault | None:
        await self._line.open()
        try:
            async with asyncio.timeout(ANSWER_S):
                for question in _QUESTIONS:
                    await self._line.send(_question(question))
                    self._health = self._health.after(question, await self._answer())
        except TimeoutError:
            self._line.drop()  # a late answer must never be taken for the answer to the next question
            return self._fault(f"no answer within {ANSWER_S:g} s")
        except asyncio.CancelledError:
            self._line.drop()
            raise
        self._replies.noise = 0
        return None

    async def _answer(self) -> int:
        """Return the answer to the one question asked; whatever else comes unasked counts as noise."""
        while True:
            answer: int | None = None
            for reply in self._replies.feed(await self._line.receive()):
                match reply:
                    case RealTime(value) if answer is None:
                        answer = value
                    case Automatic():
                        self._health = self._health.told(reply)
                    case _:
                        self._replies.noise += 1
            self._check_noise()
            if answer is not None:
                return answer

    def _check_noise(self) -> None:
        """Hang up on a line that carries mostly what no printer sends."""
        if self._replies.noise > _MOST_NOISE:
            self._replies = Replies()
            self._line.drop()
            raise LineDown("nonsense on the line")


def _question(question: Question) -> bytes:
    return b"\x10\x04" + bytes([question])


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
