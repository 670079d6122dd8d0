"""The simulated slip printer: keeps every slip as a PDF, counts it, and uses up its paper."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    DeviceStatus,
    Done,
    Failed,
    Refused,
)
from kiosk.devices.simulated.device import SimulatedDevice
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.mechanism import Mechanism, Pace
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.devices.simulated.watch import Watch
from kiosk.domain.failure import FailureCode, Fault

ROLL = 400
"""Slips that a new roll of paper yields."""

_LARGEST_SLIP = 4 * 1024 * 1024
_OUT = Fault(FailureCode.SLIP_PAPER_OUT)


class SlipTray(BaseModel):
    """The content of ``slip_printer.json``: slips printed in all, slips left on the roll."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    printed: int = Field(default=0, ge=0)
    paper_left: int = Field(default=ROLL, ge=0, le=ROLL)


class SimulatedSlipPrinter(SimulatedDevice):
    """Leaves its slips in ``slips/slip-NNNNNN.pdf`` of the devices' folder."""

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
            if not pdf.startswith(b"%PDF-") or len(pdf) > _LARGEST_SLIP:
                return Refused(self._fault("not a PDF that could be a slip"))
            if self._paper_out():
                return Refused(_OUT)
            await self._pace.spend(self._pace.times.slip)
            if self._faults.take(DeviceName.SLIP, "out_midway"):
                self._tray.change(lambda tray: tray.model_copy(update={"paper_left": 0}))
                return Failed(_OUT)
            self._keep(pdf)
            return Done(None)

        return await self._run(print_slip, deadline_s=deadline_s, late=FailureCode.SLIP_PRINTER_UNAVAILABLE)

    def tray(self) -> SlipTray:
        return self._tray.read()

    def slips(self) -> tuple[Path, ...]:
        """Return the kept slips, oldest first."""
        return tuple(sorted((self._folder.path / "slips").glob("slip-*.pdf")))

    def refill(self) -> SlipTray:
        """Put a new roll in; a paper-out fault goes with the old one."""
        self._faults.clear(DeviceName.SLIP, "paper_out")
        return self._tray.change(lambda tray: tray.model_copy(update={"paper_left": ROLL}))

    def _status(self) -> DeviceStatus:
        faults = (_OUT,) if self._paper_out() else ()
        return DeviceStatus(DeviceState.ONLINE, faults, simulated=True)

    def _paper_out(self) -> bool:
        return self.tray().paper_left == 0 or self._faults.armed(DeviceName.SLIP, "paper_out")

    def _keep(self, pdf: bytes) -> None:
        def edit(tray: SlipTray) -> SlipTray:
            number = tray.printed + 1
            self._folder.replace(f"slips/slip-{number:06d}.pdf", pdf)
            return SlipTray(printed=number, paper_left=max(tray.paper_left - 1, 0))

        self._tray.change(edit)
