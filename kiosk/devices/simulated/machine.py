"""One whole simulated machine, put together for the program, the commands and the tests."""

from pathlib import Path

from kiosk.clock import Clock
from kiosk.devices.byte_line import TcpByteLine
from kiosk.devices.contracts import Device, DeviceName, MediaPosition
from kiosk.devices.easyprinter.driver import MAKING_S, EasyPrinterCardPrinter
from kiosk.devices.service_book import ServiceBook
from kiosk.devices.simulated.cabinet import SimulatedCabinet
from kiosk.devices.simulated.camera import SimulatedCamera
from kiosk.devices.simulated.document_printer import SimulatedDocumentPrinter
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.films import Films, SimulatedFilmCamera, SimulatedFilmGauge
from kiosk.devices.simulated.keypad import SimulatedKeypad
from kiosk.devices.simulated.lights import SimulatedLights
from kiosk.devices.simulated.mechanism import Mechanism, Pace
from kiosk.devices.simulated.payment_scanner import SimulatedPaymentScanner
from kiosk.devices.simulated.printer_station import PrinterStation
from kiosk.devices.simulated.scanner import SimulatedScanner
from kiosk.devices.simulated.slip_printer import SimulatedSlipPrinter
from kiosk.devices.simulated.sounds import SimulatedSounds
from kiosk.devices.simulated.state_files import StateFolder
from kiosk.devices.simulated.station import SimulatedCardStation
from kiosk.devices.simulated.ups import SimulatedUps
from kiosk.devices.simulated.watch import Watch

DEVICES_FOLDER = "devices"
PERMITS_FOLDER = "permits"


class CoverSwitch:
    """The `CoverSensor` of the simulated printer: open while the fault is armed."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def cover_open(self) -> bool:
        return self._faults.armed(DeviceName.PRINTER, "cover_open")


class SimulatedParts:
    """The parts and what testers do with them, not switched on: enough for commands and the dock.

    A tester's operations (`mechanism`, `faults`, `camera`, `slip`) may be called from any thread or
    process; a running machine notices.

    Args:
        state_dir: the program's state folder; the devices keep theirs in ``devices/`` below it and
            find specimen permits in ``permits/``.
        pace: 1.0 gives the mechanics their true times (40 s for a card), 0 none.
    """

    def __init__(self, state_dir: Path, clock: Clock, pace: float = 1.0) -> None:
        self.folder = StateFolder(state_dir / DEVICES_FOLDER)
        self.mechanism = Mechanism(self.folder, state_dir / PERMITS_FOLDER)
        self.faults = Faults(self.folder)
        self.films = Films(self.folder)
        self.pace = Pace(clock, pace)
        self.watch = Watch(clock, self._snapshot)
        shared = (self.mechanism, self.faults, self.watch, self.pace)
        self.station = SimulatedCardStation(*shared)
        self.scanner = SimulatedScanner(*shared)
        self.camera = SimulatedCamera(self.folder, *shared)
        self.slip = SimulatedSlipPrinter(self.folder, *shared)
        self.document = SimulatedDocumentPrinter(self.folder, *shared)
        self.payment_scanner = SimulatedPaymentScanner(self.folder, *shared)
        self.keypad = SimulatedKeypad(self.folder, *shared)
        self.lights = SimulatedLights(self.folder, *shared)
        self.sounds = SimulatedSounds(self.folder, *shared)
        self.cabinet = SimulatedCabinet(self.folder, *shared)
        self.ups = SimulatedUps(self.folder, *shared)

    def card_at_chip(self) -> Path | None:
        """Return the folder of the permit that lies where the chip can be read."""
        state = self.mechanism.state()
        if state.card is None or state.position is not MediaPosition.CHIP:
            return None
        return self.mechanism.permits / state.card

    def printer_book(self) -> ServiceBook:
        """Return the counts kept for the card printer, whose protocol has no counters."""
        return ServiceBook(self.folder.path / "service" / "card_printer.json")

    def _snapshot(self) -> object:
        """Everything a device's status or a waiting command can depend on."""
        around = self.keypad.keys(), self.cabinet.state(), self.ups.state(), self.payment_scanner.phone()
        paper = self.slip.tray(), self.document.tray()
        return self.mechanism.state(), self.faults.active(), self.camera.scene(), *paper, *around


class SimulatedMachine(SimulatedParts):
    """The whole machine but for the chip reader, whose simulated side stands in a file of its own.

    Build it anywhere; `start` and `close` belong to the loop that the devices are used from.
    """

    def __init__(self, state_dir: Path, clock: Clock, pace: float = 1.0) -> None:
        super().__init__(state_dir, clock, pace)
        self.printer_station = PrinterStation(self.mechanism, self.faults, self.films, self.pace)
        self.film_camera = SimulatedFilmCamera(self.mechanism, self.films, self.pace)
        self.printer = EasyPrinterCardPrinter(
            TcpByteLine(*self.printer_station.address),
            clock,
            self.film_camera,
            cover=CoverSwitch(self.faults),
            film=SimulatedFilmGauge(self.mechanism, self.films),
            book=self.printer_book(),
            making_s=MAKING_S * pace,
            simulated=True,
        )

    async def start(self) -> None:
        """Switch on: the printer answers, changes made by other processes are noticed."""
        self.folder.changed = self.watch.poke
        await self.watch.start()
        await self.printer_station.start()

    async def close(self) -> None:
        """Switch off; where the card is stays in the files."""
        for device in self._devices():
            await device.close()
        await self.printer_station.close()
        await self.watch.close()

    def _devices(self) -> tuple[Device, ...]:
        around = (self.keypad, self.lights, self.sounds, self.cabinet, self.ups, self.payment_scanner)
        printers = (self.printer, self.slip, self.document)
        return (*printers, self.station, self.scanner, self.camera, *around)
