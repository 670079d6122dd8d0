"""The cable to the purse reader: one frame there, one frame back. Serial (57600 8N1) or TCP."""

import asyncio
import os
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Protocol

import serial

from kiosk.devices.purse.protocol import READER

BAUD = 57600
ANSWER_S = 5.0
"""How long an answer is awaited, seconds: as the reader's documentation asks."""

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class LineLost(Exception):
    """The line is down: not to be opened, closed by the other side, or reset."""


class NoAnswer(Exception):
    """The line is up and no whole frame came in time."""


class PurseLine(Protocol):
    """What the driver needs of a line; one conversation at a time."""

    @property
    def is_open(self) -> bool: ...

    async def open(self) -> None:
        """Open the line if it is not; raise LineLost."""

    async def ask(self, frame: bytes) -> bytes:
        """Send a frame on the open line and return the one that came back; raise LineLost or NoAnswer.

        Bytes that lay on the line unasked are thrown away first. After any exception the line is closed:
        a late answer must never be taken for the answer to the next question.
        """

    async def close(self) -> None: ...


class StreamLine(ABC):
    """What serial and TCP lines share; a subclass says how the streams are opened."""

    def __init__(self) -> None:
        self._streams: Streams | None = None
        self._leaving: asyncio.StreamWriter | None = None

    @property
    def is_open(self) -> bool:
        return self._streams is not None

    async def open(self) -> None:
        if self._streams is None:
            await self._gone()
            try:
                async with asyncio.timeout(ANSWER_S):
                    self._streams = await self._connect()
            except TimeoutError as error:
                raise LineLost(f"not open within {ANSWER_S:g} s") from error
            except (OSError, ValueError) as error:  # SerialException is an OSError
                raise LineLost(f"cannot be opened: {type(error).__name__}") from error

    async def ask(self, frame: bytes) -> bytes:
        if self._streams is None:
            raise LineLost("the line is not open")
        reader, writer = self._streams
        try:
            async with asyncio.timeout(ANSWER_S):
                await _throw_away(reader)
                writer.write(frame)
                await writer.drain()
                return await _frame(reader)
        except TimeoutError as error:
            self._drop()
            raise NoAnswer(f"no answer within {ANSWER_S:g} s") from error
        except (OSError, EOFError) as error:
            self._drop()
            raise LineLost("the line was lost") from error
        except BaseException:
            self._drop()
            raise

    async def close(self) -> None:
        self._drop()
        await self._gone()

    @abstractmethod
    async def _connect(self) -> Streams:
        """Open the line; raise OSError or ValueError."""

    def _drop(self) -> None:
        """Close without a farewell: what is still under way must not reach the next conversation."""
        if self._streams is not None:
            self._leaving = self._streams[1]
            self._leaving.transport.abort()
            self._streams = None

    async def _gone(self) -> None:
        """Wait until a dropped line has let go of its port: a serial port has one holder."""
        leaving, self._leaving = self._leaving, None
        if leaving is not None:
            with suppress(OSError):  # already gone: closed is closed
                await leaving.wait_closed()


class TcpLine(StreamLine):
    """A TCP connection, for readers behind a serial server."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__()
        self._host = host
        self._port = port

    async def _connect(self) -> Streams:
        return await asyncio.open_connection(self._host, self._port)


class SerialLine(StreamLine):
    """A serial port such as ``/dev/ttyUSB0``, or a pseudo-terminal; nobody else may hold it."""

    def __init__(self, port: str) -> None:
        super().__init__()
        self._port = port
        self._reading: asyncio.ReadTransport | None = None

    async def _connect(self) -> Streams:
        loop = asyncio.get_running_loop()
        opened = await asyncio.to_thread(serial.Serial, self._port, BAUD, timeout=0, exclusive=True)
        try:
            opened.reset_input_buffer()
            # Files of their own for each direction, so that each transport closes what it was given.
            for_reading = os.fdopen(os.dup(opened.fd), "rb", buffering=0)
            for_writing = os.fdopen(os.dup(opened.fd), "wb", buffering=0)
        finally:
            opened.close()
        reader = asyncio.StreamReader(loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        self._reading, _ = await loop.connect_read_pipe(lambda: protocol, for_reading)
        transport, _ = await loop.connect_write_pipe(lambda: _Drained(loop), for_writing)
        return reader, asyncio.StreamWriter(transport, protocol, reader, loop)

    def _drop(self) -> None:
        if self._reading is not None:
            self._reading.close()
            self._reading = None
        super()._drop()


class _Drained(asyncio.streams.FlowControlMixin):
    """The writing side's protocol: flow control and nothing else."""


async def _throw_away(reader: asyncio.StreamReader) -> None:
    """Take what already lies on the line, without waiting for more; EOFError at its end."""
    with suppress(TimeoutError):
        async with asyncio.timeout(0):
            if not await reader.read(4096):
                raise EOFError


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """Read one frame: its second byte says how much follows, so it never has more than 257 bytes."""
    head = await reader.readexactly(2)
    if head[0] != READER:
        return head  # no frame: the driver finds that, and closes the line
    return head + await reader.readexactly(head[1])
