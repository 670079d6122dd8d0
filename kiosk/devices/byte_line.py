"""A cable that carries bytes both ways: TCP and serial. Framing belongs to the drivers."""

import asyncio
import os
import termios
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import serial

CONNECT_S = 2.0
"""How long a connection may take, seconds."""

_CHUNK = 4096


class LineDown(Exception):
    """The line is down: not to be opened, hung up, or reset."""


class ByteLine(Protocol):
    """One cable; at most one task sends and one receives at a time."""

    @property
    def is_open(self) -> bool: ...

    async def open(self) -> None:
        """Open the line if it is not open; raise LineDown."""

    async def send(self, content: bytes) -> None:
        """Send and wait until the line took it all; raise LineDown. Waits as long as the device does."""

    async def receive(self) -> bytes:
        """Wait for bytes and return at least one, at most 4096; raise LineDown."""

    def drop(self) -> None:
        """Hang up at once; `open` opens again."""

    def seconds(self, count: int) -> float:
        """Return how long that many bytes are under way because of the cable's speed alone, seconds."""


class TcpByteLine:
    """A TCP connection; port 9100 is usual for printers."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @property
    def is_open(self) -> bool:
        return self._streams is not None

    async def open(self) -> None:
        if self._streams is not None:
            return
        try:
            async with asyncio.timeout(CONNECT_S):
                streams = await asyncio.open_connection(self._host, self._port)
        except TimeoutError as error:
            raise LineDown(f"no connection within {CONNECT_S:g} s") from error
        except OSError as error:
            raise LineDown("no connection") from error
        streams[1].transport.set_write_buffer_limits(high=0)  # drain() then means: the line took it all
        self._streams = streams

    async def send(self, content: bytes) -> None:
        _, writer = self._opened()
        try:
            writer.write(content)
            await writer.drain()
        except OSError as error:
            self.drop()
            raise LineDown("the connection was reset") from error

    async def receive(self) -> bytes:
        reader, _ = self._opened()
        try:
            content = await reader.read(_CHUNK)
        except OSError as error:
            self.drop()
            raise LineDown("the connection was reset") from error
        if not content:
            self.drop()
            raise LineDown("the device closed the connection")
        return content

    def drop(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

    def seconds(self, count: int) -> float:
        del count
        return 0.0

    def _opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            raise LineDown("not connected")
        return self._streams


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """How the port is set: `path` such as ``/dev/serial/by-id/…``, which stays when ports are re-plugged."""

    path: str
    baud: int = 9600
    parity: str = serial.PARITY_NONE
    stop_bits: int = 1
    rtscts: bool = False
    dsrdtr: bool = False
    xonxoff: bool = False

    @property
    def seconds_per_byte(self) -> float:
        """Start bit, eight data bits, parity and stop bits at the port's speed, seconds."""
        bits = 9 + self.stop_bits + (0 if self.parity == serial.PARITY_NONE else 1)
        return bits / self.baud


class SerialByteLine:
    """A serial port or USB serial adapter, without threads: the loop watches the port."""

    def __init__(self, settings: SerialSettings) -> None:
        self._settings = settings
        self._port: serial.Serial | None = None
        self._waiting: set[asyncio.Future[None]] = set()

    @property
    def is_open(self) -> bool:
        return self._port is not None

    async def open(self) -> None:
        if self._port is not None:
            return
        chosen = self._settings
        try:
            port = serial.Serial(
                chosen.path,
                chosen.baud,
                parity=chosen.parity,
                stopbits=chosen.stop_bits,
                timeout=0,
                rtscts=chosen.rtscts,
                dsrdtr=chosen.dsrdtr,
                xonxoff=chosen.xonxoff,
                exclusive=True,
            )
            _tell_hang_up_from_silence(port.fileno())
        except (serial.SerialException, OSError, ValueError, termios.error) as error:
            raise LineDown("the port cannot be opened") from error
        self._port = port

    async def send(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            port = self._opened()
            try:
                rest = rest[os.write(port, rest[:_CHUNK]) :]
            except BlockingIOError:
                await self._ready(port, writing=True)
            except OSError as error:
                self.drop()
                raise LineDown("the port is gone") from error

    async def receive(self) -> bytes:
        while True:
            port = self._opened()
            try:
                content = os.read(port, _CHUNK)
            except BlockingIOError:
                await self._ready(port, writing=False)
                continue
            except OSError as error:
                self.drop()
                raise LineDown("the port is gone") from error
            if not content:
                self.drop()
                raise LineDown("the port was hung up")
            return content

    def drop(self) -> None:
        port, self._port = self._port, None
        for future in self._waiting:
            if not future.done():
                future.set_exception(LineDown("the port was closed"))
        if port is not None:
            if self._waiting:  # before the descriptor's number can name something else
                loop = asyncio.get_running_loop()
                loop.remove_reader(port.fileno())
                loop.remove_writer(port.fileno())
            with suppress(OSError, serial.SerialException, termios.error):  # unplugged: gone is closed
                port.close()

    def seconds(self, count: int) -> float:
        return count * self._settings.seconds_per_byte

    def _opened(self) -> int:
        if self._port is None:
            raise LineDown("not open")
        descriptor: int = self._port.fileno()
        return descriptor

    async def _ready(self, port: int, *, writing: bool) -> None:
        """Wait until the port can be read or written again; raise LineDown if it is closed meanwhile."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.add(future)
        add, remove = (
            (loop.add_writer, loop.remove_writer) if writing else (loop.add_reader, loop.remove_reader)
        )
        add(port, _wake, future)
        try:
            await future
        finally:
            self._waiting.discard(future)
            if self._port is not None and self._port.fileno() == port:
                remove(port)


def _wake(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


def _tell_hang_up_from_silence(port: int) -> None:
    """With VMIN 1 an empty read means a hang-up, and silence is BlockingIOError (termios(3))."""
    settings = termios.tcgetattr(port)
    settings[6][termios.VMIN] = 1
    termios.tcsetattr(port, termios.TCSANOW, settings)
    os.set_blocking(port, False)
