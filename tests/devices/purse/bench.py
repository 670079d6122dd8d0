"""A simulated purse reader on a loopback port in virtual time, with its driver."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.clock import Clock, SystemClock
from kiosk.devices.byte_line import TcpByteLine
from kiosk.devices.payment_contracts import PURSE_READER
from kiosk.devices.purse.driver import LinePurseReader
from kiosk.devices.purse.line import FrameLine, serial_line
from kiosk.devices.simulated.faults import FaultMode, Faults
from kiosk.devices.simulated.purse import PursePseudoTerminal, PurseTcpPort
from kiosk.devices.simulated.purse_core import PurseCore
from kiosk.devices.simulated.state_files import StateFolder
from tests.support.virtual_time import VirtualClock


@dataclass
class PurseBench:
    """Everything a test touches."""

    clock: Clock
    core: PurseCore
    faults: Faults
    line: FrameLine
    driver: LinePurseReader

    def arm(self, name: str, mode: FaultMode = FaultMode.ONCE) -> None:
        self.faults.arm(PURSE_READER, name, mode)

    def clear(self) -> None:
        self.faults.clear(PURSE_READER)

    def balance(self, slug: str = "full") -> int:
        return self.core.world().cards[slug].balance


def purse_core(state: Path) -> tuple[PurseCore, Faults]:
    faults = Faults(StateFolder(state / "devices"))
    return PurseCore(StateFolder(state / "devices" / "purse"), faults), faults


@asynccontextmanager
async def purse_bench(state: Path, *, pseudo_terminal: bool = False) -> AsyncIterator[PurseBench]:
    """Switch a reader on over a state folder; cards and begun debits of an earlier one are found."""
    clock: Clock = SystemClock() if pseudo_terminal else VirtualClock()
    core, faults = purse_core(state)
    port: PursePseudoTerminal | PurseTcpPort
    if pseudo_terminal:
        port = PursePseudoTerminal(core)
        line = serial_line(str(port.path))
    else:
        port = PurseTcpPort(core)
        line = FrameLine(TcpByteLine(*port.address))
    await port.start()
    driver = LinePurseReader(line, clock, merchant_code=b"\x12\x34", simulated=True)
    try:
        yield PurseBench(clock, core, faults, line, driver)
    finally:
        await driver.close()
        await port.close()
