"""The worked sample of docs/write-a-driver.md under the contract kit, with a ZPL printer at its line."""

import asyncio
import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.devices.byte_line import TcpByteLine
from kiosk.devices.contracts import DeviceName
from kiosk.devices.simulated.machine import SimulatedMachine
from tests.devices.escpos.stub_printer import Cable, Network

SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "zpl_slip_printer.py"
_PRINT_S = 2.0
_LABEL = re.compile(rb"\^XA.*?\^GFA,(\d+),(\d+),(\d+),([0-9A-F]*)\^FS\^XZ", re.DOTALL)
_COUNT = b'! U1 getvar "odometer.total_label_count"\r\n'


@cache
def load_sample() -> Any:
    """Return the sample's module, as a technician's file is loaded: by its path."""
    spec = importlib.util.spec_from_file_location("zpl_slip_printer", SAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class StubZplPrinter:
    """Understands what the sample says and no more; obeys the faults of the machine's slip printer.

    Attributes:
        labels: what came out, as pictures.
        per_label: how many labels one job makes; more than one is a printer gone mad.
    """

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self._held = b""
        self._working: set[asyncio.Task[None]] = set()
        self.labels: list[Image.Image] = []
        self.printed = 41
        self.per_label = 1
        self.paper_out = self.head_open = self.paused = False
        self.counts = True

    async def attach(self, cable: Cable) -> None:
        self._held = b""
        while self._reachable() and (content := await cable.receive()) and self._reachable():
            self._held += content
            self._obey(cable)

    async def close(self) -> None:
        for task in self._working:
            task.cancel()
        if self._working:
            await asyncio.wait(self._working)

    def _reachable(self) -> bool:
        return not self._machine.faults.armed(DeviceName.SLIP, "offline")

    def _obey(self, cable: Cable) -> None:
        label = _LABEL.search(self._held)
        if label is not None:
            self._held = self._held[label.end() :]
            if self._machine.faults.take(DeviceName.SLIP, "line_lost"):
                cable.hang_up()
            task = asyncio.get_running_loop().create_task(self._print(label))
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        elif b"~HS\r\n" in self._held:
            self._held = self._held.replace(b"~HS\r\n", b"", 1)
            cable.send(self._host_status())
        elif _COUNT in self._held:
            self._held = self._held.replace(_COUNT, b"", 1)
            cable.send(b'"%d"' % self.printed if self.counts else b'"?"')

    async def _print(self, label: re.Match[bytes]) -> None:
        await self._machine.pace.spend(_PRINT_S)
        width = int(label[3]) * 8
        rows = bytes.fromhex(label[4].decode())
        self.labels.append(Image.frombytes("1", (width, len(rows) * 8 // width), rows))
        self.printed += self.per_label

    def _host_status(self) -> bytes:
        first = f"030,{self.paper_out:d},{self.paused:d},1225,000,0,0,0,000,0,0,0"
        second = f"001,0,{self.head_open:d},0,0,3,6,0,00000000,1,000"
        return b"".join(b"\x02%s\x03\r\n" % text.encode() for text in (first, second, "1234,0"))


class SamplePeers:
    """The sample's driver at a printer of its own, made when it is asked for."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self.printer = StubZplPrinter(machine)
        self._network = Network(self.printer)
        self.slip: Any = None

    async def start(self) -> None:
        sample = load_sample()
        section = sample.ZplSection(host="127.0.0.1", port=await self._network.start())
        line = TcpByteLine(section.host, section.port)
        self.slip = sample.ZplSlipPrinter(line, self._machine.pace.clock, section, simulated=True)

    async def close(self) -> None:
        await self.slip.close()
        await self.printer.close()
        await self._network.close()
