"""Drivers of devices at a line, each with a peer in the same loop that obeys the machine's faults."""

import asyncio
from contextlib import suppress
from itertools import count

from kiosk.devices.byte_line import TcpByteLine
from kiosk.devices.contracts import Completion, DeviceName
from kiosk.devices.document_contracts import DocumentJob
from kiosk.devices.escpos.driver import EscPosSlipPrinter
from kiosk.devices.ipp.client import IppClient
from kiosk.devices.ipp.driver import IppDocumentPrinter
from kiosk.devices.scanner.serial_scanner import TRIGGERED, SerialScanner
from kiosk.devices.scanner.wedge import WedgeScanner
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.mechanism import Picture
from kiosk.devices.simulated.scanner import printed_line
from tests.contract.around_peers import AroundPeers
from tests.contract.keyboard_peer import KeyboardPeer
from tests.contract.money_peers import MoneyPeers
from tests.contract.printer_peers import PrinterPeers
from tests.contract.zpl_printer import SamplePeers
from tests.devices.escpos import stub_printer as slip_printers
from tests.devices.ipp import stub_printer as document_printers
from tests.devices.ipp.bench import document

_DOCUMENT_S = 6.0
_FRAGMENT_S = 0.2
_SCAN_S = 0.8


class ScannerPeer:
    """A scanner that answers its trigger with the line of the card at the chip position."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self._unsubscribe = machine.watch.subscribe(self._changed)
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def offline(self) -> bool:
        return self._machine.faults.armed(DeviceName.SCANNER, "offline")

    def seen(self) -> str | None:
        state = self._machine.mechanism.state()
        if state.card is None or state.picture is not Picture.AT_CHIP or self.offline:
            return None
        return printed_line(self._machine.mechanism.permits / state.card)

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        self._unsubscribe()
        if self._server is not None:
            self._server.close()
        for task in tuple(self._serving):
            task.cancel()
        if self._serving:
            await asyncio.wait(self._serving)

    def _changed(self) -> None:
        if self.offline:
            for writer in self._writers:
                writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.current_task()
        assert serving is not None
        self._serving.add(serving)
        self._writers.add(writer)
        try:
            with suppress(asyncio.CancelledError, OSError):  # the end of the test, or of the driver
                while not self.offline and (command := await reader.read(64)):
                    if command.endswith(TRIGGERED.trigger):
                        await self._machine.pace.spend(_SCAN_S)
                        writer.write((self.seen() or "").encode() + b"\r")
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            self._serving.discard(serving)


class Peers:
    """The drivers; `document_faults` are those of the document printer, which the machine does not have."""

    slip: EscPosSlipPrinter
    document: IppDocumentPrinter
    scanner: SerialScanner
    wedge: WedgeScanner

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self.document_faults: set[str] = set()
        self._paper = slip_printers.StubPrinter(self._print_fragment, self._slip_reachable)
        self._network = slip_printers.Network(self._paper)
        self._ipp = document_printers.StubPrinter(
            self._print_document, lambda: "offline" not in self.document_faults
        )
        self._lens = ScannerPeer(machine)
        self.keyboard = KeyboardPeer(machine, self._lens.seen, lambda: not self._lens.offline)
        self.printers = PrinterPeers(machine)
        self.money = MoneyPeers(machine)
        self.around = AroundPeers(machine)
        self.sample = SamplePeers(machine)
        self._typing: set[asyncio.Task[None]] = set()
        self._names = count(1)
        self._unsubscribe = machine.watch.subscribe(self._changed)

    async def start(self) -> None:
        clock = self._machine.pace.clock
        slip_line = TcpByteLine("127.0.0.1", await self._network.start())
        scanner_line = TcpByteLine("127.0.0.1", await self._lens.start())
        self.slip = EscPosSlipPrinter(slip_line, clock, simulated=True)
        self.document = IppDocumentPrinter(IppClient(await self._ipp.start()), clock, simulated=True)
        self.scanner = SerialScanner(scanner_line, clock, TRIGGERED, simulated=True)
        self.wedge = WedgeScanner(clock, simulated=True)
        await self.money.start()
        await self.sample.start()

    async def close(self) -> None:
        self._unsubscribe()
        for task in tuple(self._typing):
            task.cancel()
        for device in (self.slip, self.document, self.scanner, self.wedge):
            await device.close()
        await self.printers.close()
        await self.money.close()
        await self.around.close()
        await self.sample.close()
        await self.keyboard.close()
        await self._network.close()
        await self._ipp.close()
        await self._lens.close()
        for _ in range(2):
            await asyncio.sleep(0)  # noqa: TID251 - aborted connections are closed in the loop's next turns

    async def print_document(self, deadline_s: float) -> Completion[DocumentJob]:
        name = f"visit-{next(self._names)}"
        return await self.document.print_document(name, document(), deadline_s=deadline_s)

    async def read_typed_line(self, deadline_s: float) -> Completion[str]:
        """Wait for the line while the scanner types it."""
        if not self._typing:  # one scanner has one voice
            task = asyncio.get_running_loop().create_task(self._type())
            self._typing.add(task)
            task.add_done_callback(self._typing.discard)
        return await self.wedge.read_line(deadline_s=deadline_s)

    async def _type(self) -> None:
        await self._machine.pace.clock.sleep(0)
        await self._machine.pace.spend(_SCAN_S)
        for key in (self._lens.seen() or "") + "\r":
            await self._machine.pace.clock.sleep(0.001)
            self.wedge.key(key)

    def _changed(self) -> None:
        self.wedge.plugged(not self._lens.offline)
        self.keyboard.plug()

    def _slip_reachable(self) -> bool:
        return not self._machine.faults.armed(DeviceName.SLIP, "offline")

    async def _print_fragment(self) -> None:
        if self._machine.faults.take(DeviceName.SLIP, "line_lost"):
            self._paper.lose_line()
        await self._machine.pace.spend(_FRAGMENT_S)

    async def _print_document(self) -> None:
        await self._machine.pace.spend(_DOCUMENT_S)
        if "power_lost" in self.document_faults:
            self._ipp.forget()
