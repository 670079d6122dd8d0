"""The simulated slip printer: keeps every slip as a PDF and a picture, counts it, and uses up its paper."""

import asyncio
from io import BytesIO
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from kiosk import pdf_raster
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    DeviceStatus,
    Done,
    Failed,
    Refused,
)
from kiosk.devices.printer_capabilities import SlipPrinterCapabilities
from kiosk.devices.simulated.device import SimulatedDevice
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.mechanism import Mechanism, Pace
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.devices.simulated.watch import Watch
from kiosk.devices.upkeep import Consumable, ConsumableKind, Counted, Counter, Unit, counted
from kiosk.domain.failure import FailureCode, Fault

ROLL = 400
"""Slips that a new roll of paper yields."""

NEAR_END = 40
"""Slips left at which the paper is near its end."""

CUTTER_LIFE = 1_500_000
"""Cuts after which the cutter is to be replaced (Epson TM-H6000III: 1,500,000)."""

_LARGEST_SLIP = 4 * 1024 * 1024
_DOTS, _DOTS_PER_MM = 576, 8.0
_OUT = Fault(FailureCode.SLIP_PAPER_OUT)


class SlipTray(BaseModel):
    """The content of ``slip_printer.json``: slips printed in all, slips left on the roll."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    printed: int = Field(default=0, ge=0)
    paper_left: int = Field(default=ROLL, ge=0, le=ROLL)


class SimulatedSlipPrinter(SimulatedDevice):
    """Leaves its slips in ``slips/slip-NNNNNN.pdf`` and ``.png`` of the devices' folder."""

    def __init__(
        self, folder: StateFolder, mechanism: Mechanism, faults: Faults, watch: Watch, pace: Pace
    ) -> None:
        super().__init__(
            DeviceName.SLIP,
            FailureCode.SLIP_PRINTER_UNAVAILABLE,
            mechanism=mechanism,
            faults=faults,
            watch=watch,
            pace=pace,
        )
        self._folder = folder
        empty = SlipTray(paper_left=0)
        self._tray = StateFile(folder, "slip_printer.json", fresh=SlipTray(), unreadable=empty)

    async def print_slip(self, pdf: bytes, *, deadline_s: float) -> Completion[None]:
        async def print_slip() -> Completion[None]:
            picture = await asyncio.to_thread(_drawn, pdf)
            if picture is None:
                return Refused(self._fault("not a PDF that could be a slip"))
            standing = self._standing()
            if standing:
                return Refused(standing[0])
            await self._pace.spend(self._pace.times.slip)
            if self._faults.take(DeviceName.SLIP, "out_midway"):
                self._tray.change(lambda tray: tray.model_copy(update={"paper_left": 0}))
                return Failed(_OUT)
            self._keep(pdf, picture)
            return Done(None)

        return await self._run(print_slip, deadline_s=deadline_s, late=FailureCode.SLIP_PRINTER_UNAVAILABLE)

    async def capabilities(self) -> SlipPrinterCapabilities:
        return SlipPrinterCapabilities(80.0, _DOTS / _DOTS_PER_MM, _DOTS_PER_MM, True, True, True)

    async def consumables(self) -> tuple[Consumable, ...]:
        if self._out_of_reach():
            return ()
        tray = self.tray()
        left = 0 if self._faults.armed(DeviceName.SLIP, "paper_out") else tray.paper_left
        cuts = CUTTER_LIFE - tray.printed
        return (
            counted(ConsumableKind.PAPER, "roll", left=left, threshold=NEAR_END, unit=Unit.SLIPS),
            counted(ConsumableKind.CUTTER, "cutter", left=cuts, threshold=CUTTER_LIFE // 10, unit=Unit.CUTS),
        )

    async def counters(self) -> tuple[Counter, ...]:
        if self._out_of_reach():
            return ()
        printed = self.tray().printed
        return (Counter(Counted.SLIPS, printed), Counter(Counted.CUTS, printed))

    def tray(self) -> SlipTray:
        return self._tray.read()

    def slips(self) -> tuple[Path, ...]:
        """Return the kept slips, oldest first."""
        return tuple(sorted((self._folder.path / "slips").glob("slip-*.pdf")))

    def refill(self, slips: int = ROLL) -> SlipTray:
        """Put a new roll in, or what is left of one; a paper-out fault goes with the old one."""
        self._faults.clear(DeviceName.SLIP, "paper_out")
        left = min(max(slips, 0), ROLL)
        return self._tray.change(lambda tray: tray.model_copy(update={"paper_left": left}))

    def _status(self) -> DeviceStatus:
        faults = self._standing()
        stuck = bool(faults) and faults[0].code is FailureCode.SLIP_PRINTER_FAULT
        state = DeviceState.HARDWARE_ERROR if stuck else DeviceState.USER_ERROR
        return DeviceStatus(state if faults else DeviceState.ONLINE, faults, simulated=True)

    def _standing(self) -> tuple[Fault, ...]:
        """Return what keeps it from printing, most important first."""
        armed = {name: self._faults.armed(DeviceName.SLIP, name) for name in ("cover_open", "cutter")}
        faults = [Fault(FailureCode.SLIP_PRINTER_COVER_OPEN)] if armed["cover_open"] else []
        if self.tray().paper_left == 0 or self._faults.armed(DeviceName.SLIP, "paper_out"):
            faults.append(_OUT)
        if armed["cutter"]:
            faults.append(Fault(FailureCode.SLIP_PRINTER_FAULT, "cutter"))
        return tuple(faults)

    def _keep(self, pdf: bytes, picture: bytes) -> None:
        def edit(tray: SlipTray) -> SlipTray:
            number = tray.printed + 1
            self._folder.replace(f"slips/slip-{number:06d}.pdf", pdf)
            self._folder.replace(f"slips/slip-{number:06d}.png", picture)
            return SlipTray(printed=number, paper_left=max(tray.paper_left - 1, 0))

        self._tray.change(edit)


def _drawn(pdf: bytes) -> bytes | None:
    """Return the slip as the paper shows it (PNG, 203 dpi, black and white), None for what is no slip."""
    if not pdf.startswith(b"%PDF-") or len(pdf) > _LARGEST_SLIP:
        return None
    try:
        grey = pdf_raster.middle_of_page(pdf, dots_per_inch=_DOTS_PER_MM * 25.4, width=_DOTS)
    except (pdf_raster.PdfInvalid, ValueError):
        return None
    out = BytesIO()
    grey.point(lambda value: 255 if value >= 128 else 0, mode="1").save(out, "PNG", dpi=(203, 203))
    return out.getvalue()
