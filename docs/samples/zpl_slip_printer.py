"""A slip printer that speaks ZPL II, such as Zebra's KR403: a whole driver in one file.

Source: Zebra, ZPL II Programming Guide (docs.zebra.com): ~HS, ~JA, ^GF, ^LL, ^MM, ^MN, ^PW, and the setting
odometer.total_label_count, which the printer raises by one for every slip that came out. That count is the
only receipt: a slip is Done when it rose by exactly one, and Unknown whenever nobody can tell.
"""

import asyncio
from dataclasses import dataclass

from pydantic import Field

from kiosk import pdf_raster
from kiosk.clock import Clock
from kiosk.devices.byte_line import ByteLine, LineDown
from kiosk.devices.contracts import (
    Completion,
    Device,
    DeviceName,
    DeviceState,
    Done,
    MediaAction,
    MediaPosition,
    Refused,
    Unknown,
)
from kiosk.devices.driver import Capability, Driver, Place, can
from kiosk.devices.drivers.cables import PrinterCable
from kiosk.devices.polled import PolledDevice, State
from kiosk.devices.upkeep import Consumable, ConsumableKind, Counted, Counter, Level
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.text import Text

ANSWER_S = 2.0
"""How long an answer may take, seconds. A printer without paper or with its head open gives none (~HS)."""

POLL_S = 0.5
LARGEST_PDF = 4 * 1024 * 1024
_STATUS, _COUNT, _CANCEL = b"~HS\r\n", b'! U1 getvar "odometer.total_label_count"\r\n', b"~JA\r\n"
_LONGEST_ANSWER = 512
_DARK_BELOW = 128
_MM_PER_INCH = 25.4


class ZplSection(PrinterCable):
    """``driver = "…/zpl_slip_printer.py"``: the settings of a cable, and these."""

    dots: int = Field(576, ge=64, le=1280, multiple_of=8, description="width of the head, dots")
    dots_per_mm: float = Field(8.0, ge=6.0, le=24.0, description="resolution, dots per mm; 8 is 203 dpi")


@dataclass(frozen=True, slots=True)
class HostStatus:
    """What ~HS says of the things that matter here."""

    paper_out: bool
    paused: bool
    head_open: bool


class ZplSlipPrinter(PolledDevice):
    """Implements `kiosk.devices.contracts.SlipPrinter`."""

    def __init__(self, line: ByteLine, clock: Clock, section: ZplSection, *, simulated: bool = False) -> None:
        super().__init__(DeviceName.SLIP, FailureCode.SLIP_PRINTER_UNAVAILABLE, clock, simulated=simulated)
        self._line = line
        self._section = section
        self._conversation = asyncio.Lock()
        self._printing = False
        self._paper = Level.UNKNOWN
        self._printed: int | None = None

    async def print_slip(self, pdf: bytes, *, deadline_s: float) -> Completion[None]:
        sent = False

        async def print_slip() -> Completion[None]:
            nonlocal sent
            job = await asyncio.to_thread(zpl, pdf, self._section)
            if job is None:
                return Refused(self._fault("not a PDF that could be a slip"))
            async with self._conversation:
                try:
                    _, faults = await self._ask_state()
                    if faults:
                        return Refused(faults[0])
                    before = await self._count()
                    sent = self._printing = True
                    await self._line.send(job)
                    return await self._counted(before)
                except LineDown as error:
                    return self._lost(sent, str(error))
                finally:
                    self._printing = False
                    if sent:
                        self._line.drop()  # a late answer must not meet the next slip's questions

        return await self._run(print_slip, deadline_s=deadline_s, late=lambda why: self._lost(sent, why))

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        """Throw away what is waiting in the printer; Refused where it cannot be reached."""
        del action  # a slip printer holds no card

        async def cancel_all() -> Completion[MediaPosition]:
            async with self._conversation:
                try:
                    await self._line.open()
                    await self._line.send(_CANCEL)
                    _, faults = await self._ask_state()
                except LineDown as error:
                    return Refused(self._fault(str(error)))
            return Refused(faults[0]) if faults else Done(MediaPosition.NOT_PRESENT)

        return await self._run(cancel_all, deadline_s=deadline_s, late=lambda why: Unknown(self._fault(why)))

    async def consumables(self) -> tuple[Consumable, ...]:
        """Say whether there was paper when the printer was last asked: it has no sensor for its near end."""
        return (Consumable(ConsumableKind.PAPER, "paper", self._paper),)

    async def counters(self) -> tuple[Counter, ...]:
        """Return the printer's own count, as it was told with the last slip."""
        return () if self._printed is None else (Counter(Counted.SLIPS, self._printed),)

    async def close(self) -> None:
        await super().close()
        self._line.drop()

    def _levels(self) -> tuple[Level, ...]:
        return (self._paper,)

    async def _state(self) -> State:
        if self._printing:
            return DeviceState.BUSY, ()
        async with self._conversation:
            try:
                return await self._ask_state()
            except LineDown as error:
                return DeviceState.OFFLINE, (self._fault(str(error)),)

    async def _ask_state(self) -> State:
        status = host_status(await self._ask(_STATUS, ends=3 * [b"\x03"]))
        if status is None:
            return DeviceState.UNKNOWN, (self._fault("an answer that is no host status"),)
        self._paper = Level.OUT if status.paper_out else Level.FULL
        if status.paper_out:
            return DeviceState.USER_ERROR, (Fault(FailureCode.SLIP_PAPER_OUT),)
        if status.head_open:
            return DeviceState.USER_ERROR, (Fault(FailureCode.SLIP_PRINTER_COVER_OPEN),)
        if status.paused:
            return DeviceState.USER_ERROR, (Fault(FailureCode.SLIP_PRINTER_FAULT, "paused at the printer"),)
        return DeviceState.ONLINE, ()

    async def _count(self) -> int:
        answer = (await self._ask(_COUNT, ends=[b'"', b'"'])).strip(b'" \r\n')
        if not answer.isdigit():
            self._line.drop()
            raise LineDown("the printer does not tell how many labels it has printed")
        self._printed = int(answer)
        return self._printed

    async def _counted(self, before: int) -> Completion[None]:
        """Wait for the count; the command's deadline ends the waiting."""
        while True:
            await self._clock.sleep(POLL_S)
            risen = await self._count() - before
            if risen == 1:
                return Done(None)
            if risen:
                return Unknown(Fault(FailureCode.SLIP_UNKNOWN, f"{risen} labels came out instead of one"))

    async def _ask(self, question: bytes, ends: list[bytes]) -> bytes:
        """Ask and return the answer, which holds these marks one after the other; raise LineDown."""
        answer = b""
        whole = False
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._line.open()
                await self._line.send(question)
                while not _holds(answer, ends) and len(answer) <= _LONGEST_ANSWER:
                    answer += await self._line.receive()
            whole = True
        except TimeoutError as error:
            raise LineDown("no answer: off, out of paper, or its head is open") from error
        finally:
            if not whole:  # also where the command was cancelled
                self._line.drop()
        return answer

    def _lost(self, sent: bool, why: str) -> Completion[None]:
        return Unknown(Fault(FailureCode.SLIP_UNKNOWN, why)) if sent else Refused(self._fault(why))


def _holds(answer: bytes, marks: list[bytes]) -> bool:
    place = 0
    for mark in marks:
        place = answer.find(mark, place) + 1
        if not place:
            return False
    return True


def host_status(answer: bytes) -> HostStatus | None:
    """Read the three strings of ~HS; None where they are nothing of the kind."""
    strings = [piece.strip(b"\x02\r\n").split(b",") for piece in answer.split(b"\x03")]
    if len(strings) < 3 or len(strings[0]) < 12 or len(strings[1]) < 11:
        return None
    return HostStatus(strings[0][1] == b"1", strings[0][2] == b"1", strings[1][2] == b"1")


def zpl(pdf: bytes, section: ZplSection) -> bytes | None:
    """Return a slip as one label on endless paper, cut off behind; None for what is no slip."""
    if not pdf.startswith(b"%PDF-") or len(pdf) > LARGEST_PDF:
        return None
    try:
        grey = pdf_raster.middle_of_page(
            pdf, dots_per_inch=section.dots_per_mm * _MM_PER_INCH, width=section.dots
        )
    except (pdf_raster.PdfInvalid, ValueError):
        return None
    rows = grey.point(lambda value: 255 if value < _DARK_BELOW else 0, mode="1").tobytes()
    row = section.dots // 8
    head = f"^XA^MNN^MMC^PW{section.dots}^LL{grey.height}^FO0,0^GFA,{len(rows)},{len(rows)},{row},"
    return head.encode() + rows.hex().upper().encode() + b"^FS^XZ\r\n"


def make(section: ZplSection, place: Place) -> Device:
    return ZplSlipPrinter(section.line(), place.clock, section)


DRIVER = Driver(
    device=DeviceName.SLIP,
    name="zpl",
    title=Text("ZPL 凭条打印机", "ZPL slip printer"),
    section=ZplSection,
    make=make,
    capabilities=can(Capability.PRINT_SLIP),
    remedy=Text("检查打印机电源、连接线、纸卷和机盖", "Check the printer's power, cable, paper and cover"),
)
