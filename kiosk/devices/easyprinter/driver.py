"""The card printer behind the EasyPrinter S3's protocol: the `CardPrinter` contract over one line.

What the protocol can prove decides every completion. Before the print command is on the line nothing can
have happened to the film, so a loss there is Failed; after it, only "printing rises and falls, printed
set, no error" is Done, an error is Failed, and everything else is Unknown.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from kiosk.clock import Clock
from kiosk.devices.byte_line import ByteLine, LineDown
from kiosk.devices.contracts import (
    Completion,
    CoverSensor,
    DeviceName,
    DeviceState,
    Done,
    Failed,
    FilmCamera,
    MediaAction,
    MediaPosition,
    Progress,
    Refused,
    Unknown,
)
from kiosk.devices.easyprinter import judging, protocol
from kiosk.devices.easyprinter.line import NoAnswer, PrinterLine, Silent
from kiosk.devices.easyprinter.protocol import Placement, PrinterStatus, Unfit
from kiosk.devices.easyprinter.upkeep import FilmGauge, Upkeep
from kiosk.devices.polled import PolledDevice, State
from kiosk.devices.printer_capabilities import CardPrinterCapabilities
from kiosk.devices.service_book import ServiceBook
from kiosk.devices.upkeep import Cleaning, Consumable, Counter, Level
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.raster import CardRaster

POLL_S = 0.1
"""How often the status is asked while something is under way, seconds."""

AWAY_S = 1.0
"""How often a printer that does not answer is tried again, seconds."""

FEED_S = 10.0
"""How long a card may take from the slot to the print position, seconds."""

MAKING_S = 36.5
"""What erasing and writing usually take, seconds: the measure of the progress shown."""

T = TypeVar("T")


class EasyPrinterCardPrinter(PolledDevice):
    """Driver of one printer.

    Args:
        cable: TCP or serial; owned by this driver from now on.
        camera: looks at the film, since the printer cannot read it back; None where nothing does.
        cover: the cover's switch, since the status byte has no bit for it; None where there is none.
        film: tells how often the film of the card inside was rewritten; None where nothing knows.
        book: where what the printer has done is counted, since its protocol has no counters.
        making_s: see `MAKING_S`; a simulated printer at another pace says so here.
        simulated: what `DeviceStatus.simulated` says.
    """

    def __init__(
        self,
        cable: ByteLine,
        clock: Clock,
        camera: FilmCamera | None,
        *,
        cover: CoverSensor | None = None,
        film: FilmGauge | None = None,
        book: ServiceBook | None = None,
        placement: Placement | None = None,
        making_s: float = MAKING_S,
        simulated: bool = False,
    ) -> None:
        super().__init__(DeviceName.PRINTER, FailureCode.PRINTER_UNAVAILABLE, clock, simulated=simulated)
        self._line = PrinterLine(cable)
        self._camera = camera
        self._cover = cover
        self._upkeep = Upkeep(book or ServiceBook(), film)
        self._placement = placement or Placement()
        self._making_s = making_s
        self._away_s = AWAY_S if making_s > AWAY_S else POLL_S  # a simulated printer without delays
        self._making_status: PrinterStatus | None = None

    async def print_card(
        self, raster: CardRaster, *, deadline_s: float, progress: Progress | None = None
    ) -> Completion[None]:
        job = protocol.build_job(raster, self._placement)
        if isinstance(job, Unfit):
            return Refused(judging.failed(job.detail))
        return await self._work(job, judging.Making(progress, writes=True), deadline_s)

    async def erase_card(self, *, deadline_s: float, progress: Progress | None = None) -> Completion[None]:
        return await self._work(protocol.ERASE_WHOLE, judging.Making(progress, writes=False), deadline_s)

    async def capture(self, *, deadline_s: float) -> Completion[bytes]:
        """Take a picture once the printer says that it is at rest: half a film proves nothing."""
        camera = self._camera
        if camera is None:
            return Refused(self._fault("nothing looks at the film"))

        async def look() -> Completion[bytes]:
            await self._rest()
            return await camera.picture(deadline_s=deadline_s)

        return await self._run(look, deadline_s=deadline_s, late=lambda why: Unknown(self._fault(why)))

    async def clean(self, *, deadline_s: float) -> Completion[None]:
        """Draw the cleaning card in from the slot, under the head, and give it back."""
        return await self._run(self._clean, deadline_s=deadline_s, late=lambda why: Unknown(self._fault(why)))

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        """Restart the printer, then eject or keep the card; it has no bin to retain one in."""
        if action is MediaAction.RETAIN:
            return Refused(Fault(FailureCode.PRINTER_FAULT, "the printer has no retain bin"))

        async def restart() -> Completion[MediaPosition]:
            return await self._restart(action)

        return await self._run(restart, deadline_s=deadline_s, late=lambda why: Unknown(self._fault(why)))

    async def capabilities(self) -> CardPrinterCapabilities:
        return CardPrinterCapabilities(
            width=self._placement.columns,
            height=protocol.CARD[1],
            dots_per_inch=protocol.DOTS_PER_INCH,
            reads_back=self._camera is not None,
            ejects=True,
            retains=False,
            counts=False,
            cleans=True,
        )

    async def consumables(self) -> tuple[Consumable, ...]:
        return self._upkeep.consumables()

    async def counters(self) -> tuple[Counter, ...]:
        return self._upkeep.counters()

    async def cleaning(self) -> Cleaning:
        return self._upkeep.cleaning()

    async def close(self) -> None:
        await super().close()
        await self._line.close()

    async def _work(self, job: bytes, making: judging.Making, deadline_s: float) -> Completion[None]:
        async def make() -> Completion[None]:
            try:
                return await self._make(job, making)
            finally:
                self._making_status = None

        def late(why: str) -> Completion[None]:
            return Unknown(judging.unknown(why)) if making.commanded else Failed(judging.failed(why))

        ending = await self._run(make, deadline_s=deadline_s, late=late)
        if making.commanded:
            self._upkeep.ended(ending, writes=making.writes)
        return ending

    async def _make(self, job: bytes, making: judging.Making) -> Completion[None]:
        before = await self._ready()
        if isinstance(before, Fault):
            return Refused(before)
        self._making_status = before
        lost = await self._hand_over(job)
        if lost is not None:
            return Failed(judging.failed(f"{lost.detail}, before the print command"))
        making.commanded = True
        self._upkeep.begun()
        try:
            await self._line.send(protocol.PRINT)
        except (LineDown, NoAnswer) as error:
            return Unknown(judging.unknown(str(error)))
        return await self._follow(making)

    async def _ready(self) -> PrinterStatus | Fault:
        """Return the status of a printer that can work on the card under its head, or what hinders it."""
        if self._cover_open():
            return Fault(FailureCode.PRINTER_COVER_OPEN)
        before = await self._line.status()
        if isinstance(before, Silent):
            return before.fault
        obstacle = judging.obstacle(before)
        if obstacle is None and not before.at_head:
            obstacle = Fault(FailureCode.PRINTER_FAULT, "no card at the print position")
        return obstacle or before

    async def _hand_over(self, job: bytes) -> Fault | None:
        """Send everything but the print command; the answered status proves that it arrived."""
        try:
            await self._line.send(job)
        except (LineDown, NoAnswer) as error:
            return self._fault(str(error))
        asked = await self._line.status(reconnect=False)
        if isinstance(asked, Silent):
            return asked.fault
        return Fault(FailureCode.PRINTER_FAULT, "the printer reports an error") if asked.error else None

    async def _follow(self, making: judging.Making) -> Completion[None]:
        """Watch the printer from the print command to the end."""
        started = self._clock.monotonic()
        while True:
            asked = await self._line.status(reconnect=False)
            if isinstance(asked, Silent):
                return Unknown(judging.unknown(asked.fault.detail))
            self._making_status = asked
            passed = self._clock.monotonic() - started
            making.printing_seen = making.printing_seen or asked.printing
            ending = judging.ending(asked, making, passed)
            if ending is not None:
                return ending
            making.tell(min(passed / self._making_s, 0.99) if self._making_s > 0 else 0.99)
            await self._clock.sleep(POLL_S)

    async def _clean(self) -> Completion[None]:
        asked = await self._line.status()
        if isinstance(asked, Silent):
            return Refused(asked.fault)
        obstacle = judging.obstacle(asked)
        if obstacle is None and asked.at_head:
            obstacle = Fault(FailureCode.PRINTER_FAULT, "a card is in the way")
        if obstacle is None and not asked.sensor_front:
            obstacle = Fault(FailureCode.PRINTER_FAULT, "no cleaning card in the slot")
        if obstacle is not None:
            return Refused(obstacle)
        return await self._told(self._run_through)

    async def _run_through(self) -> Completion[None]:
        await self._line.send(protocol.FEED_FRONT)
        began = self._clock.monotonic()
        while not (await self._rest()).at_head:
            if self._clock.monotonic() - began > FEED_S:
                await self._line.send(protocol.ABORT_FEED)
                return Failed(Fault(FailureCode.PRINTER_FAULT, "the cleaning card is not drawn in"))
            await self._clock.sleep(POLL_S)
        await self._give_out()
        self._upkeep.cleaned()
        return Done(None)

    async def _restart(self, action: MediaAction) -> Completion[MediaPosition]:
        async def restart() -> Completion[MediaPosition]:
            await self._line.status()  # an idle connection that was lost meanwhile is replaced
            await self._line.send(protocol.REBOOT)
            await self._clock.sleep(self._away_s)  # until it has gone down, its answer is one of before
            asked = await self._rest()
            if asked.error:
                return Failed(Fault(FailureCode.PRINTER_FAULT, "the error outlives a restart"))
            if action is MediaAction.EJECT and asked.at_head:
                asked = await self._give_out()
            return Done(judging.seen_at(asked))

        return await self._told(restart)

    async def _told(self, action: Callable[[], Awaitable[Completion[T]]]) -> Completion[T]:
        """Carry out what consists of commands without answers; a lost line leaves its end unknown."""
        try:
            return await action()
        except (LineDown, NoAnswer) as error:
            return Unknown(self._fault(str(error)))

    async def _give_out(self) -> PrinterStatus:
        await self._line.send(protocol.EJECT)
        while (asked := await self._rest()).at_head:
            await self._clock.sleep(POLL_S)
        return asked

    async def _rest(self) -> PrinterStatus:
        """Ask until the printer answers and is not printing; the caller's deadline bounds it."""
        while not isinstance(asked := await self._line.status(), PrinterStatus) or asked.printing:
            await self._clock.sleep(POLL_S if isinstance(asked, PrinterStatus) else self._away_s)
        return asked

    async def _state(self) -> State:
        # While a card is made its own polling knows best, and nothing may come between on the line.
        asked = self._making_status or await self._line.status()
        cover = (Fault(FailureCode.PRINTER_COVER_OPEN),) if self._cover_open() else ()
        if isinstance(asked, Silent):
            return asked.state, (*cover, asked.fault)
        if cover:
            return DeviceState.USER_ERROR, cover
        if asked.error:
            return DeviceState.HARDWARE_ERROR, (Fault(FailureCode.PRINTER_FAULT, "error bit"),)
        return (DeviceState.BUSY if asked.printing else DeviceState.ONLINE), ()

    def _levels(self) -> tuple[Level, ...]:
        return tuple(one.level for one in self._upkeep.consumables())

    def _cover_open(self) -> bool:
        return self._cover is not None and self._cover.cover_open()
