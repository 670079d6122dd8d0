"""A scanner that poses as a keyboard, read at the kernel: typing what the machine's scanner would see."""

import asyncio
from collections.abc import Callable

from kiosk.devices.contracts import Completion
from kiosk.devices.scanner.keyboard_line import KeyboardLine
from kiosk.devices.scanner.serial_scanner import SerialScanner
from kiosk.devices.simulated.machine import SimulatedMachine
from tests.devices.keypad.pipe import Pipe
from tests.devices.scanner.keyboard import typed

_SCAN_S = 0.8


class KeyboardPeer:
    """The driver, and a pipe in the place of the scanner's input device.

    Args:
        seen: what the scanner has in front of it; None while it is not there or there is nothing.
        there: whether it is plugged in.
    """

    def __init__(
        self, machine: SimulatedMachine, seen: Callable[[], str | None], there: Callable[[], bool]
    ) -> None:
        self._machine = machine
        self._seen = seen
        self._there = there
        self._pipe = Pipe(machine.folder.path.parent / "scanner-keyboard")
        self._typing: set[asyncio.Task[None]] = set()
        self.scanner = SerialScanner(
            KeyboardLine(str(self._pipe.path), grab=False), machine.pace.clock, simulated=True
        )

    async def read_line(self, deadline_s: float) -> Completion[str]:
        """Wait for the line while the scanner types it; one scanner has one voice."""
        self.plug()
        if not self._typing:
            task = asyncio.get_running_loop().create_task(self._type())
            self._typing.add(task)
            task.add_done_callback(self._typing.discard)
        return await self.scanner.read_line(deadline_s=deadline_s)

    def plug(self) -> None:
        """Plug in or pull out, as the machine's faults say now."""
        if self._there() and not self._pipe.there:
            self._pipe.plug_in()
        elif not self._there():
            self._pipe.pull_out()

    async def close(self) -> None:
        for task in tuple(self._typing):
            task.cancel()
        await self.scanner.close()
        self._pipe.pull_out()

    async def _type(self) -> None:
        await self._machine.pace.clock.sleep(0.001)  # after the driver has thrown away what came before
        await self._machine.pace.spend(_SCAN_S)
        seen = self._seen()
        if seen is not None and self._pipe.there:
            self._pipe.say(typed(f"{seen}\r"))
