"""The conversation with a face worker, and the real worker: a child process at two pipes."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from kiosk.devices.face import wire


class WorkerGone(Exception):
    """The worker ended, or could not be started."""


class Talk(Protocol):
    """One worker that listens."""

    async def send(self, header: wire.Header, body: bytes = b"") -> None:
        """Send a message; raise WorkerGone."""

    async def receive(self) -> tuple[wire.Header, bytes]:
        """Wait for a message; raise WorkerGone or wire.Garbled."""

    def kill(self) -> None:
        """End the worker at once, whatever it is doing."""

    async def gone(self) -> None:
        """Wait until the worker, having been ended, is no more."""


StartWorker = Callable[[], Awaitable[Talk]]


class StreamTalk:
    """A worker at the end of two streams."""

    def __init__(self, heard: asyncio.StreamReader, said: asyncio.StreamWriter) -> None:
        self._heard = heard
        self._said = said

    async def send(self, header: wire.Header, body: bytes = b"") -> None:
        try:
            self._said.write(wire.encode(header, body))
            await self._said.drain()
        except OSError as error:
            raise WorkerGone("the worker does not listen any more") from error

    async def receive(self) -> tuple[wire.Header, bytes]:
        try:
            head, body = wire.lengths(await self._heard.readexactly(wire.LENGTHS.size))
            return wire.decode_header(await self._heard.readexactly(head)), await self._heard.readexactly(
                body
            )
        except (asyncio.IncompleteReadError, OSError) as error:
            raise WorkerGone("the worker ended") from error

    def kill(self) -> None:
        self._said.transport.abort()

    async def gone(self) -> None:
        """A stream that is aborted is gone."""


class ProcessTalk(StreamTalk):
    """A worker of its own process; what it prints besides goes to the kiosk's own log of errors."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        heard: asyncio.StreamReader,
        said: asyncio.StreamWriter,
    ) -> None:
        super().__init__(heard, said)
        self._process = process

    def kill(self) -> None:
        super().kill()
        with suppress(ProcessLookupError):  # it ended by itself
            self._process.kill()

    async def gone(self) -> None:
        await self._process.wait()


async def start_process() -> Talk:
    """Start a worker with this Python; raise WorkerGone."""
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "kiosk.devices.face.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=wire.LARGEST_BODY,
            env={**os.environ, "OPENCV_LOG_LEVEL": "ERROR"},
        )
    except OSError as error:
        raise WorkerGone("the worker does not start") from error
    if process.stdin is None or process.stdout is None:
        raise AssertionError("both pipes were asked for")
    return ProcessTalk(process, process.stdout, process.stdin)
