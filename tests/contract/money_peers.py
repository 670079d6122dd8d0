"""Card terminal and purse reader at their lines, each with its simulated device in the same loop."""

from contextlib import AsyncExitStack

from kiosk.devices.byte_line import TcpByteLine
from kiosk.devices.purse.driver import LinePurseReader
from kiosk.devices.purse.line import FrameLine
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.money_devices import purse_core, simulated_terminal
from kiosk.devices.simulated.purse import PurseTcpPort
from kiosk.devices.terminal.driver import NexoTerminal
from kiosk.devices.terminal.line import TerminalLine
from tests.devices.terminal.bench import ADDRESS, KEY, PARTIES, Cable


class MoneyPeers:
    """The two drivers; the machine's faults strike their devices."""

    terminal: NexoTerminal
    purse: LinePurseReader

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        clock = self._machine.pace.clock
        terminal = simulated_terminal(self._machine, clock, KEY, self._machine.pace.factor)
        await self._stack.enter_async_context(terminal.powered())
        self.terminal = NexoTerminal(
            TerminalLine(ADDRESS, Cable(terminal)), clock, PARTIES, key=KEY, simulated=True
        )
        port = PurseTcpPort(purse_core(self._machine))
        await port.start()
        self._stack.push_async_callback(port.close)
        self.purse = LinePurseReader(
            FrameLine(TcpByteLine(*port.address)), clock, merchant_code=b"\x12\x34", simulated=True
        )

    async def close(self) -> None:
        await self.terminal.close()
        await self.purse.close()
        await self._stack.aclose()
