"""Printers at a serial line, behind an SDK, on a page, into folders: each made when it is asked for."""

import asyncio
from functools import cached_property
from itertools import count
from typing import TypeVar

from kiosk.devices.contracts import Completion, Device, DeviceName
from kiosk.devices.document_contracts import DocumentJob
from kiosk.devices.easyprinter.driver import MAKING_S, EasyPrinterCardPrinter
from kiosk.devices.evolis.driver import EvolisCardPrinter
from kiosk.devices.evolis.sdk import EvolisPrinter
from kiosk.devices.folder.card_printer import FolderCardPrinter
from kiosk.devices.folder.document_printer import FolderDocumentPrinter
from kiosk.devices.folder.slip_printer import FolderSlipPrinter
from kiosk.devices.page_slip.driver import PageSlipPrinter
from kiosk.devices.simulated.faults import FaultMode, faults_of
from kiosk.devices.simulated.machine import SimulatedMachine
from tests.devices.evolis.loop_worker import LoopWorker
from tests.devices.evolis.stand_in import StandInSdk
from tests.devices.ipp.bench import document
from tests.devices.settled_serial import SettledCable

D = TypeVar("D", bound=Device)


class PrinterPeers:
    """The drivers; faults of the simulated machine are theirs too."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self._made: list[Device] = []
        self._serving: set[asyncio.Task[None]] = set()
        self._folders = machine.folder.path / "printed"
        self._share = machine.folder.path / "share"
        self._names = count(1)
        self._mount()

    @cached_property
    def serial(self) -> EasyPrinterCardPrinter:
        """The film printer at a serial line."""
        cable, machine = SettledCable(), self._machine
        task = asyncio.get_running_loop().create_task(self._serve(cable))
        self._serving.add(task)
        pace = machine.pace
        return self._keep(
            EasyPrinterCardPrinter(
                cable.line, pace.clock, machine.film_camera, making_s=MAKING_S * pace.factor, simulated=True
            )
        )

    @cached_property
    def evolis(self) -> EvolisCardPrinter:
        sdk, pace = StandInSdk(self._machine), self._machine.pace
        return self._keep(
            EvolisCardPrinter(
                EvolisPrinter("stand-in", lambda: sdk),
                pace.clock,
                self._machine.film_camera,
                worker=LoopWorker(sdk, pace),
                simulated=True,
            )
        )

    @cached_property
    def page_slip(self) -> PageSlipPrinter:
        """The slip on a page of the simulated A4 printer."""
        return self._keep(PageSlipPrinter(self._machine.document, self._machine.pace.clock))

    def _mount(self) -> None:
        self._share.mkdir(parents=True, exist_ok=True)
        link = self._folders.with_name("mounted")
        link.unlink(missing_ok=True)
        link.symlink_to(self._share)
        link.replace(self._folders)

    @cached_property
    def card_folder(self) -> FolderCardPrinter:
        return self._keep(FolderCardPrinter(self._folders / "cards", self._machine.pace.clock))

    @cached_property
    def slip_folder(self) -> FolderSlipPrinter:
        return self._keep(FolderSlipPrinter(self._folders / "slips", self._machine.pace.clock))

    @cached_property
    def document_folder(self) -> FolderDocumentPrinter:
        return self._keep(FolderDocumentPrinter(self._folders / "pages", self._machine.pace.clock))

    async def print_in(self, printer: str, deadline_s: float) -> Completion[DocumentJob]:
        """Print a document with the machine's printer or into the folder."""
        device = self._machine.document if printer == "machine" else self.document_folder
        return await device.print_document(f"visit-{next(self._names)}", document(), deadline_s=deadline_s)

    def armed(self, device: str, fault: str, mode: FaultMode) -> None:
        """Let a fault of a device strike those that play it here too."""
        if device == DeviceName.SLIP and fault in {kind.name for kind in faults_of(DeviceName.DOCUMENT)}:
            self._machine.faults.arm(DeviceName.DOCUMENT, fault, mode)
        if fault == "offline":  # a share that is not mounted: in one step, as somebody may be writing there
            nothing = self._folders.with_name("unmounted")
            nothing.write_bytes(b"")
            nothing.replace(self._folders)

    def cleared(self, device: str | None) -> None:
        if device == DeviceName.SLIP:
            self._machine.faults.clear(DeviceName.DOCUMENT)
        self._mount()

    async def close(self) -> None:
        for device in self._made:
            await device.close()
        for task in self._serving:
            task.cancel()
        if self._serving:
            await asyncio.wait(self._serving)

    def _keep(self, device: D) -> D:
        self._made.append(device)
        return device

    async def _serve(self, cable: SettledCable) -> None:
        """The printer at the other end, which forgets what it does not understand and goes on."""
        try:
            while not cable.pulled:
                await self._machine.printer_station.attach(cable)
        finally:
            cable.lose()
