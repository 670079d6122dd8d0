"""The cable to the printer: sends, asks, and says plainly when it cannot. TCP here, serial to follow."""

import asyncio
from contextlib import suppress
from typing import Protocol

ANSWER_S = 2.0
"""How long an answer is awaited, seconds (the maker's driver waits the same)."""

_ANSWER_LIMIT = 64


class LineLost(Exception):
    """The line is down: not to be opened, closed by the other side, or reset."""


class NoAnswer(Exception):
    """The line is up and nothing came back in time."""


class PrinterLine(Protocol):
    """What the driver needs of a line; one conversation at a time."""

    @property
    def is_open(self) -> bool: ...

    async def ask(self, request: bytes) -> bytes:
        """Send and return what came back, at most 64 bytes; raise LineLost or NoAnswer.

        Bytes that lay on the line unasked come back in front of the answer, so that the caller
        sees that something is wrong. After NoAnswer the line is closed: a late answer must never
        be taken for the answer to the next question.
        """

    async def send(self, payload: bytes) -> None:
        """Send and wait until the line took it all; raise LineLost or NoAnswer."""

    async def close(self) -> None:
        """Close; `ask` and `send` open it again."""


class TcpLine:
    """A TCP connection, opened when first needed and again after every loss."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @property
    def is_open(self) -> bool:
        return self._streams is not None

    async def ask(self, request: bytes) -> bytes:
        reader, writer = await self._open()
        try:
            async with asyncio.timeout(ANSWER_S):
                unasked = await _waiting_bytes(reader)
                writer.write(request)
                await writer.drain()
                answer = await reader.read(_ANSWER_LIMIT)
        except TimeoutError as error:
            self._drop()
            raise NoAnswer(f"no answer within {ANSWER_S:g} s") from error
        except OSError as error:
            self._drop()
            raise LineLost("the connection was reset") from error
        except asyncio.CancelledError:
            self._drop()
            raise
        if not answer:
            self._drop()
            raise LineLost("the printer closed the connection")
        return unasked + answer

    async def send(self, payload: bytes) -> None:
        _, writer = await self._open()
        try:
            async with asyncio.timeout(ANSWER_S):
                writer.write(payload)
                await writer.drain()
        except TimeoutError as error:
            self._drop()
            raise NoAnswer(f"the printer took no bytes for {ANSWER_S:g} s") from error
        except OSError as error:
            self._drop()
            raise LineLost("the connection was reset") from error
        except asyncio.CancelledError:
            self._drop()
            raise

    async def close(self) -> None:
        if self._streams is None:
            return
        _, writer = self._streams
        self._streams = None
        writer.close()
        with suppress(OSError):  # already gone: closed is closed
            await writer.wait_closed()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            try:
                async with asyncio.timeout(ANSWER_S):
                    streams = await asyncio.open_connection(self._host, self._port)
            except TimeoutError as error:
                raise LineLost(f"no connection within {ANSWER_S:g} s") from error
            except OSError as error:
                raise LineLost("no connection") from error
            streams[1].transport.set_write_buffer_limits(high=0)  # drain() then means: the line took it all
            self._streams = streams
        return self._streams

    def _drop(self) -> None:
        """Close without a farewell: what is still under way must not reach the next conversation."""
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None


async def _waiting_bytes(reader: asyncio.StreamReader) -> bytes:
    """Return what already lies on the line, without waiting for more."""
    try:
        async with asyncio.timeout(0):
            return await reader.read(_ANSWER_LIMIT)
    except TimeoutError:
        return b""
