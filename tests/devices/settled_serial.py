"""A serial cable whose kernel is waited for: virtual time never runs ahead of a pseudo-terminal's bytes.

The kernel carries what is written at one end to the other when it likes. Both ends count here, and a worker
thread, which the virtual loop waits for, ends once everything written has arrived or the cable is pulled.
"""

import asyncio
import fcntl
import select
import struct
import termios
from collections.abc import Callable

from kiosk.devices.byte_line import SerialByteLine, SerialSettings
from tests.devices.pseudo_terminal import PseudoTerminal

_AT_ONCE = 50  # looks before a thread is asked to wait
_PATIENCE = 200  # looks of at most 5 ms


class SettledCable:
    """`line` is for the driver; this is the printer's end."""

    def __init__(self) -> None:
        self._terminal = PseudoTerminal()
        self._to_printer = self._to_driver = 0
        self.pulled = False
        self.line = _DriversEnd(self, SerialSettings(self._terminal.path, 115200))

    async def receive(self) -> bytes:
        content = await self._terminal.receive()
        self._to_printer -= len(content)
        return content

    async def send(self, content: bytes) -> None:
        self._to_driver += len(content)
        self._terminal.send(content)
        await self._settled(self._terminal.slave, lambda: self._to_driver)

    def hang_up(self) -> None:
        """A serial cable has no connection to cut."""

    def lose(self) -> None:
        self.pulled = True
        self._terminal.hang_up()

    async def sent(self, count: int) -> None:
        self._to_printer += count
        await self._settled(self._terminal.master, lambda: self._to_printer)

    def received(self, count: int) -> None:
        self._to_driver -= count

    def dropped(self) -> None:
        """Opening a port again throws away what it held."""
        self._to_driver = 0

    async def _settled(self, port: int, due: Callable[[], int]) -> None:
        for _ in range(_AT_ONCE):
            if due() <= _held(port):
                return
        await asyncio.to_thread(self._settle, port, due)

    def _settle(self, port: int, due: Callable[[], int]) -> None:
        for _ in range(_PATIENCE):
            if self.pulled or due() <= _held(port):
                return
            select.select([port], [], [], 0.005)


class _DriversEnd(SerialByteLine):
    """The product's own serial line, counted."""

    def __init__(self, cable: SettledCable, settings: SerialSettings) -> None:
        super().__init__(settings)
        self._cable = cable

    async def send(self, content: bytes) -> None:
        await super().send(content)
        await self._cable.sent(len(content))

    async def receive(self) -> bytes:
        content = await super().receive()
        self._cable.received(len(content))
        return content

    def drop(self) -> None:
        super().drop()
        self._cable.dropped()


def _held(port: int) -> int:
    """Return how many bytes lie at an end of the cable, to be read there."""
    try:
        count: int = struct.unpack("i", fcntl.ioctl(port, termios.FIONREAD, b"\0" * 4))[0]
    except OSError:
        return 1 << 30
    return count
