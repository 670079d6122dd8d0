"""A serial port for simulated hardware: a pseudo-terminal whose path a driver opens like any other port."""

import asyncio
import os
import tty
from contextlib import suppress

_CHUNK = 4096
_MOST_UNREAD = 64 * 1024


class SimulatedSerialPort:
    """The device's end of a serial cable; `path` is the driver's.

    A serial cable has no connection: `hang_up` changes nothing, `lose` pulls the adapter for good.
    """

    def __init__(self) -> None:
        self._own, self._other = os.openpty()  # the other stays open, else reading fails between drivers
        tty.setraw(self._other)
        os.set_blocking(self._own, False)
        self.path = os.ttyname(self._other)
        self._waiting: asyncio.Future[None] | None = None
        self.pulled = False

    async def receive(self) -> bytes:
        """Return what came, empty once the adapter is pulled."""
        while not self.pulled:
            try:
                return os.read(self._own, _CHUNK)
            except BlockingIOError:
                await self._readable()
        return b""

    async def send(self, content: bytes) -> None:
        """Send; what nobody reads is lost, as on a wire."""
        if not self.pulled:
            with suppress(BlockingIOError):
                os.write(self._own, content[:_MOST_UNREAD])

    def hang_up(self) -> None:
        """There is no connection to cut."""

    def lose(self) -> None:
        """Pull the adapter; pulling it twice is pulling it."""
        if self.pulled:
            return
        self.pulled = True
        with suppress(RuntimeError):  # no loop runs any more
            asyncio.get_running_loop().remove_reader(self._own)
        os.close(self._own)
        os.close(self._other)
        if self._waiting is not None:
            _wake(self._waiting)

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        waiting = self._waiting = loop.create_future()
        loop.add_reader(self._own, _wake, waiting)
        try:
            await waiting
        finally:
            self._waiting = None
            if not self.pulled:
                loop.remove_reader(self._own)


def _wake(waiting: "asyncio.Future[None]") -> None:
    if not waiting.done():
        waiting.set_result(None)
