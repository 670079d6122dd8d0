"""The simulated purse reader on a line: a TCP port of this machine, or a pseudo-terminal."""

import asyncio
import os
import socket
import tty
from collections.abc import Awaitable, Callable
from pathlib import Path

from kiosk.devices.purse.protocol import HOST
from kiosk.devices.simulated.purse_core import PurseCore

_HOST_NAME = "127.0.0.1"
_LARGEST_FRAME = 257


class FrameCutter:
    """Cuts what comes from the host into frames; what is no frame is skipped byte by byte."""

    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, received: bytes) -> list[bytes]:
        """Take bytes as they come; return the whole frames among them."""
        self._waiting += received
        frames = []
        while (start := self._waiting.find(HOST)) >= 0:
            self._waiting = self._waiting[start:]
            if len(self._waiting) < 2 or len(self._waiting) < 2 + self._waiting[1]:
                break
            end = 2 + self._waiting[1]
            frames.append(self._waiting[:end])
            self._waiting = self._waiting[end:]
        else:
            self._waiting = b""
        self._waiting = self._waiting[-_LARGEST_FRAME:]
        return frames


class PurseTcpPort:
    """The reader behind a serial server. Its port is known from the start; it answers once started."""

    def __init__(self, core: PurseCore) -> None:
        self._core = core
        self._socket = socket.create_server((_HOST_NAME, 0))
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port."""
        host, port = self._socket.getsockname()[:2]
        return host, port

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, sock=self._socket)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        clients = tuple(self._clients)
        for writer in clients:
            writer.transport.abort()
        await asyncio.gather(*(writer.wait_closed() for writer in clients), return_exceptions=True)
        self._socket.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        try:
            await _answer_all(self._core, lambda: reader.read(_LARGEST_FRAME), writer.write)
        except OSError:
            pass  # the host has hung up
        finally:
            self._clients.discard(writer)
            writer.close()


class PursePseudoTerminal:
    """The reader behind a serial port that is not there; `path` is what the driver opens."""

    def __init__(self, core: PurseCore) -> None:
        self._core = core
        self._reader_end, self._host_end = os.openpty()  # ours of the host's end keeps it from hanging up
        tty.setraw(self._host_end)
        os.set_blocking(self._reader_end, False)
        self._cutter = FrameCutter()

    @property
    def path(self) -> Path:
        """Return the device that the driver opens."""
        return Path(os.ttyname(self._host_end))

    async def start(self) -> None:
        asyncio.get_running_loop().add_reader(self._reader_end, self._take)

    async def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._reader_end)
        os.close(self._reader_end)
        os.close(self._host_end)

    def _take(self) -> None:
        for frame in self._cutter.feed(os.read(self._reader_end, _LARGEST_FRAME)):
            answer = self._core.answer(frame)
            if answer is not None:
                os.write(self._reader_end, answer)  # a frame always fits into the terminal's buffer


async def _answer_all(
    core: PurseCore, read: Callable[[], Awaitable[bytes]], write: Callable[[bytes], None]
) -> None:
    cutter = FrameCutter()
    while received := await read():
        for frame in cutter.feed(received):
            answer = core.answer(frame)
            if answer is not None:
                write(answer)
