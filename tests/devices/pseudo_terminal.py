"""The far end of a serial cable: a pseudo-terminal that the test's own loop reads and writes."""

import asyncio
import os
import tty
from contextlib import suppress


class PseudoTerminal:
    """`path` is the port for the driver; here is what hangs at its other end."""

    def __init__(self) -> None:
        self.master, slave = os.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self.slave = slave  # kept open, else the master reads errors while no driver is there
        os.set_blocking(self.master, False)
        self._readable: asyncio.Future[None] | None = None

    def send(self, content: bytes) -> None:
        with suppress(OSError):  # hung up meanwhile: there is nobody to hear it
            os.write(self.master, content)

    async def receive(self) -> bytes:
        """Return what the driver sent; empty after `hang_up`."""
        loop = asyncio.get_running_loop()
        while self.master >= 0:
            try:
                return os.read(self.master, 4096)
            except BlockingIOError:
                readable = self._readable = loop.create_future()
                loop.add_reader(self.master, _wake, readable)
                try:
                    await readable
                finally:
                    if self.master >= 0:
                        loop.remove_reader(self.master)
            except OSError:
                break
        return b""

    def hang_up(self) -> None:
        """Pull the cable; hanging up twice is hanging up."""
        if self.master < 0:
            return
        with suppress(RuntimeError):  # no loop is running any more
            asyncio.get_running_loop().remove_reader(self.master)
        os.close(self.master)
        os.close(self.slave)
        self.master = -1
        if self._readable is not None and not self._readable.done():
            self._readable.set_result(None)  # whoever waits for more hears that nothing comes


def _wake(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
