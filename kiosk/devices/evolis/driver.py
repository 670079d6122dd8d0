"""The card printer behind the Evolis SDK: the `CardPrinter` contract over blocking calls.

The SDK's print call returns when the card is made; its code decides. A code that says that nothing was begun
is Refused, one that names a mechanical failure is Failed, OK with the card still under the head is Done, and
every other, a lost connection too, is Unknown. A call that has been given up goes on in its thread: until
it returns the printer is `BUSY` and everything else is refused.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import TypeVar

from PIL import Image, ImageChops

from kiosk.clock import Clock
from kiosk.devices.contracts import (
    Completion,
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
from kiosk.devices.evolis.sdk import (
    CardType,
    CleaningFigures,
    EvolisPrinter,
    Face,
    Major,
    SdkMissing,
    SdkTrouble,
    Seen,
    load,
)
from kiosk.devices.evolis.worker import SdkWorker
from kiosk.devices.polled import PolledDevice, State
from kiosk.devices.printer_capabilities import CardPrinterCapabilities
from kiosk.devices.upkeep import Cleaning, Consumable, Counted, Counter
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.raster import CardRaster

CARD = (1016, 648)
"""Dots of the whole card at 300 dpi (Evolis Programming Guide A5013: bitmaps of 1016 x 648)."""

DOTS_PER_INCH = 300
ANSWER_S = 2.0
"""How long a question may take, seconds; the SDK itself waits up to 30."""

PRINT_S = 120.0
"""How long the SDK may take over one card, seconds, whatever the command's deadline."""

_REFUSING = frozenset(
    {"PRINT_EDATA", "PRINT_ENOIMAGE", "PRINT_EUNKNOWNRIBBON", "PRINT_ESESSION", "SESSION_EBUSY", "EPARAMS"}
)
_FAILED = frozenset({"PRINT_EMECHANICAL", "PRINT_NEEDACTION", "CARD_ERROR", "CARD_EINSERTION", "ECANCELLED"})
_COVER = frozenset({"DEF_COVER_OPEN", "ERR_COVER_OPEN"})

T = TypeVar("T")


def sdk_missing() -> Fault | None:
    """Return why the SDK cannot be used, None where it can; loads it."""
    try:
        load()
    except SdkMissing as error:
        return Fault(FailureCode.PRINTER_UNAVAILABLE, str(error))
    return None


class EvolisCardPrinter(PolledDevice):
    """Driver of one printer.

    Args:
        printer: its name in the SDK, such as ``Evolis KM2000B`` or ``socket://HOST:9100``, or the printer.
        camera: looks at the film; None where nothing does.
        face, card: which face of the card lies under the head, and what its film is.
        worker: makes the calls; tests put their own here.
    """

    def __init__(
        self,
        printer: str | EvolisPrinter,
        clock: Clock,
        camera: FilmCamera | None,
        *,
        face: Face = Face.BACK,
        card: CardType = CardType.BLACK,
        worker: SdkWorker | None = None,
        simulated: bool = False,
    ) -> None:
        super().__init__(DeviceName.PRINTER, FailureCode.PRINTER_UNAVAILABLE, clock, simulated=simulated)
        self._printer = EvolisPrinter(printer) if isinstance(printer, str) else printer
        self._camera = camera
        self._face = face
        self._card = card
        self._worker = worker or SdkWorker()
        self._asking = asyncio.Lock()
        self._rewriting = False

    async def print_card(
        self, raster: CardRaster, *, deadline_s: float, progress: Progress | None = None
    ) -> Completion[None]:
        bitmap = _bitmap(raster)
        if bitmap is None:
            return Refused(Fault(FailureCode.PRINT_FAILED, "a picture for another printer"))
        return await self._rewrite(bitmap, deadline_s, progress)

    async def erase_card(self, *, deadline_s: float, progress: Progress | None = None) -> Completion[None]:
        return await self._rewrite(_bmp(Image.new("1", CARD, 255)), deadline_s, progress)

    async def capture(self, *, deadline_s: float) -> Completion[bytes]:
        """Take a picture once the printer is at rest: half a film proves nothing."""
        camera = self._camera
        if camera is None:
            return Refused(self._fault("nothing looks at the film"))

        async def look() -> Completion[bytes]:
            seen = await self._ask(self._printer.look)
            if isinstance(seen, Fault):
                return Refused(seen)
            if seen.busy:
                return Refused(self._fault("a card is still being printed"))
            return await camera.picture(deadline_s=deadline_s)

        return await self._run(look, deadline_s=deadline_s, late=lambda why: Unknown(self._fault(why)))

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        """Clear mechanical errors, then eject, keep, or reject the card into the printer's box."""

        async def recover() -> Completion[MediaPosition]:
            cleared = await self._ask(self._printer.recover, within_s=deadline_s)
            if isinstance(cleared, Fault):
                return Refused(cleared)
            if action is not MediaAction.KEEP:
                reject = action is MediaAction.RETAIN
                moved = await self._ask(lambda: self._give_out(reject=reject), within_s=deadline_s)
                if isinstance(moved, Fault):
                    return Failed(Fault(FailureCode.PRINTER_FAULT, moved.detail))
            seen = await self._ask(self._printer.look)
            if isinstance(seen, Fault):
                return Unknown(seen)
            return Done(MediaPosition.RETAINED if action is MediaAction.RETAIN else seen.position)

        return await self._run(recover, deadline_s=deadline_s, late=lambda why: Unknown(self._fault(why)))

    async def capabilities(self) -> CardPrinterCapabilities:
        return CardPrinterCapabilities(
            *CARD,
            DOTS_PER_INCH,
            reads_back=self._camera is not None,
            ejects=True,
            retains=True,
            counts=True,
            cleans=False,
        )

    async def consumables(self) -> tuple[Consumable, ...]:
        figures = await self._figures()
        return () if figures is None else (_cleaning(figures).consumable(),)

    async def counters(self) -> tuple[Counter, ...]:
        figures = await self._figures()
        if figures is None:
            return ()
        return (Counter(Counted.CARDS_PRINTED, figures.total), Counter(Counted.CLEANINGS, figures.cleanings))

    async def cleaning(self) -> Cleaning:
        return _cleaning(await self._figures())

    async def clean(self, *, deadline_s: float) -> Completion[None]:
        """Refused: the SDK has no such call, a cleaning is started at the printer itself."""
        del deadline_s
        return Refused(Fault(FailureCode.PRINTER_FAULT, "a cleaning is started at the printer"))

    async def close(self) -> None:
        await super().close()
        await self._ask(self._printer.close)  # while a call hangs it keeps the connection; both end together
        self._worker.close()

    async def _rewrite(self, bitmap: bytes, deadline_s: float, progress: Progress | None) -> Completion[None]:
        begun = False

        async def make() -> Completion[None]:
            nonlocal begun
            seen = await self._ask(self._printer.look)
            obstacle = seen if isinstance(seen, Fault) else _obstacle(seen)
            if obstacle is not None:
                return Refused(obstacle)
            begun = True
            rewrite = partial(self._printer.rewrite, bitmap, self._face, self._card, PRINT_S)
            code = await self._ask(rewrite, within_s=None, rewrites=True)
            ending = await self._judged(code)
            if progress is not None and isinstance(ending, Done):
                progress(1.0)
            return ending

        def late(why: str) -> Completion[None]:
            return Unknown(_unknown(why)) if begun else Refused(self._fault(why))

        return await self._run(make, deadline_s=deadline_s, late=late)

    async def _judged(self, code: str | Fault) -> Completion[None]:
        """Judge the end of the print call; a `Fault` means that the job was not taken."""
        if isinstance(code, Fault) or code in _REFUSING:
            return Refused(code if isinstance(code, Fault) else Fault(FailureCode.PRINT_FAILED, code))
        if code in _FAILED:
            return Failed(Fault(FailureCode.PRINT_FAILED, code))
        if code != "OK":
            return Unknown(_unknown(code))
        after = await self._ask(self._printer.look)
        if isinstance(after, Fault):
            return Unknown(_unknown(after.detail))
        if after.major is Major.ERROR or after.position is not MediaPosition.PRINT:
            return Unknown(_unknown(f"printed, then {after.minor}, card at {after.position}"))
        return Done(None)

    async def _figures(self) -> CleaningFigures | None:
        if self._closed or self._worker.busy:
            return None
        figures = await self._ask(self._printer.cleaning)
        return figures if isinstance(figures, CleaningFigures) else None

    async def _state(self) -> State:
        if self._running is not None or (self._worker.busy and self._rewriting):
            return DeviceState.BUSY, ()
        if self._worker.busy:
            return DeviceState.UNKNOWN, (self._fault("the SDK is still busy with an earlier call"),)
        seen = await self._ask(self._printer.look)
        if isinstance(seen, Fault):
            return DeviceState.OFFLINE, (seen,)
        if seen.busy:
            return DeviceState.BUSY, ()
        fault = _standing(seen)
        if fault is None:
            return DeviceState.ONLINE, ()
        hardware = fault.code is FailureCode.PRINTER_FAULT
        return (DeviceState.HARDWARE_ERROR if hardware else DeviceState.USER_ERROR), (fault,)

    async def _ask(
        self, call: Callable[[], T], *, within_s: float | None = ANSWER_S, rewrites: bool = False
    ) -> T | Fault:
        """Make one call; a Fault says why there is no answer. Given up, the call goes on by itself."""
        async with self._asking:
            if self._worker.busy:
                return self._fault("the SDK is still busy with an earlier call")
            self._rewriting = rewrites
            try:
                async with asyncio.timeout(within_s):
                    return await asyncio.shield(self._worker.call(call))
            except TimeoutError:
                return self._fault(f"no answer within {within_s:g} s")
            except (SdkMissing, SdkTrouble) as error:
                return self._fault(str(error))

    def _give_out(self, *, reject: bool) -> None:
        if self._printer.look().position is not MediaPosition.NOT_PRESENT:
            self._printer.give_out(reject=reject)


def _obstacle(seen: Seen) -> Fault | None:
    """Return why no card can be made, None where it can."""
    standing = _standing(seen)
    if standing is not None:
        return standing
    if seen.busy:
        return Fault(FailureCode.PRINTER_UNAVAILABLE, "a card is still being printed")
    if seen.position is not MediaPosition.PRINT:
        return Fault(FailureCode.PRINTER_FAULT, "no card at the print position")
    return None


def _standing(seen: Seen) -> Fault | None:
    match seen.major:
        case Major.OFF:
            return Fault(FailureCode.PRINTER_UNAVAILABLE, seen.minor)
        case Major.ERROR:
            return Fault(FailureCode.PRINTER_FAULT, seen.minor)
        case Major.WARNING if seen.minor in _COVER:
            return Fault(FailureCode.PRINTER_COVER_OPEN)
        case Major.WARNING if seen.minor.startswith("DEF_"):
            return Fault(FailureCode.PRINTER_UNAVAILABLE, seen.minor)
    return None


def _cleaning(figures: CleaningFigures | None) -> Cleaning:
    if figures is None:
        return Cleaning(None, None, None)
    return Cleaning(figures.since, figures.due_at, figures.overdue_at)


def _bitmap(raster: CardRaster) -> bytes | None:
    """Return the whole card as a BMP of one bit, the picture in its middle; None where it does not fit."""
    fits = 0 < raster.width <= CARD[0] and 0 < raster.height <= CARD[1]
    if raster.dots_per_inch != DOTS_PER_INCH or not fits:
        return None
    ink = Image.frombytes("1", (raster.width, raster.height), raster.rows)
    card = Image.new("1", CARD, 255)
    card.paste(ImageChops.invert(ink), ((CARD[0] - raster.width) // 2, (CARD[1] - raster.height) // 2))
    return _bmp(card)


def _bmp(card: Image.Image) -> bytes:
    out = BytesIO()
    card.save(out, "BMP", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return out.getvalue()


def _unknown(detail: str) -> Fault:
    return Fault(FailureCode.PRINT_UNKNOWN, detail)
