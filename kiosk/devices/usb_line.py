"""A printer on USB that the kernel's driver usblp knows: a cable through its device file, ``/dev/usb/lp0``.

Source: Linux, drivers/usb/class/usblp.c: one program at a time may have it open, reads and writes are
non-blocking where asked for, and everything fails with ENODEV once the printer is pulled out.
"""

import asyncio
import errno
import os
from contextlib import suppress

from kiosk.devices.byte_line import LineDown

_CHUNK = 4096
_NOTHING_S = 0.05
_WHY = {
    errno.ENOENT: "not plugged in",
    errno.ENODEV: "not plugged in",
    errno.ENXIO: "not plugged in",
    errno.EBUSY: "another program has it open",
    errno.EACCES: "may not be opened: the program's user must be in the group lp",
}


class UsbPrinterLine:
    """A `ByteLine` over a device file, without threads: the loop watches it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._handle: int | None = None
        self._waiting: set[asyncio.Future[None]] = set()

    @property
    def is_open(self) -> bool:
        return self._handle is not None

    async def open(self) -> None:
        if self._handle is not None:
            return
        try:
            flags = os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
            self._handle = os.open(self._path, flags)
        except OSError as error:
            raise LineDown(_WHY.get(error.errno or 0, "cannot be opened")) from error

    async def send(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            handle = self._opened()
            try:
                rest = rest[os.write(handle, rest[:_CHUNK]) :]
            except BlockingIOError:
                await self._ready(handle, writing=True)
            except OSError as error:
                self.drop()
                raise LineDown("the printer is gone") from error

    async def receive(self) -> bytes:
        """Wait for bytes; a read that ends with none (an empty USB packet) is no hang-up."""
        while True:
            handle = self._opened()
            try:
                content = os.read(handle, _CHUNK)
            except BlockingIOError:
                await self._ready(handle, writing=False)
                continue
            except OSError as error:
                self.drop()
                raise LineDown("the printer is gone") from error
            if content:
                return content
            await self._pause()

    def drop(self) -> None:
        handle, self._handle = self._handle, None
        for future in self._waiting:
            if not future.done():
                future.set_exception(LineDown("the line was closed"))
        if handle is not None:
            if self._waiting:  # before the number can name something else
                loop = asyncio.get_running_loop()
                loop.remove_reader(handle)
                loop.remove_writer(handle)
            with suppress(OSError):  # pulled out: gone is closed
                os.close(handle)

    def seconds(self, count: int) -> float:
        """USB is faster than any of these printers: 0."""
        del count
        return 0.0

    def _opened(self) -> int:
        if self._handle is None:
            raise LineDown("not open")
        return self._handle

    async def _ready(self, handle: int, *, writing: bool) -> None:
        loop = asyncio.get_running_loop()
        add, remove = (
            (loop.add_writer, loop.remove_writer) if writing else (loop.add_reader, loop.remove_reader)
        )
        with _Waiting(self._waiting) as future:
            add(handle, _wake, future)
            try:
                await future
            finally:
                if self._handle == handle:
                    remove(handle)

    async def _pause(self) -> None:
        """Let a moment pass: a printer may send empty packets as fast as they are fetched."""
        with _Waiting(self._waiting) as future:
            asyncio.get_running_loop().call_later(_NOTHING_S, _wake, future)
            await future


class _Waiting:
    """One future among those that a dropped line ends."""

    def __init__(self, waiting: set[asyncio.Future[None]]) -> None:
        self._waiting = waiting

    def __enter__(self) -> asyncio.Future[None]:
        self._future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(self._future)
        return self._future

    def __exit__(self, *_: object) -> None:
        self._waiting.discard(self._future)


def _wake(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
