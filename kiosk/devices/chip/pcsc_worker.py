"""A thread for the calls of one card, so that a chip that stops answering blocks nobody.

A blocked call cannot be called back. The worker is then left behind: it cleans up by itself as soon as the
call returns, which at the latest happens when the card is taken away.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from kiosk.devices.chip.exchange import ChipFailure
from kiosk.devices.chip.pcsc_service import Connection, Context, PcscError
from kiosk.domain.failure import FailureCode

_T = TypeVar("_T")
_Job = Callable[[], None]


class CardWorker:
    """Connects to the card in one reader and passes commands to it; a `ChipLink`.

    Args:
        silence_s: seconds without an answer after which the chip counts as mute.
        ended: called in the loop once the card is let go and `alive` is false, however late that is.
    """

    def __init__(self, reader: str, silence_s: float, ended: Callable[[], None]) -> None:
        self.reader = reader
        self._silence_s = silence_s
        self._ended = ended
        self._let_go = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._context: Context | None = None
        self._connection: Connection | None = None
        self._blocked = False
        self._thread = threading.Thread(target=self._run, name="pcsc-card", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether a call still blocks, or the card is not yet let go."""
        return not self._let_go.is_set()

    @property
    def atr(self) -> bytes:
        """The answer to reset of the card that was connected to."""
        return b"" if self._connection is None else self._connection.atr

    async def connect(self) -> None:
        """Power the card up; raise ChipFailure or PcscError."""
        await self._call(self._connect)

    async def transmit(self, command: bytes) -> bytes:
        """Return the card's answer; raise ChipFailure(CHIP_MUTE) after the time of silence, or PcscError."""
        connection = self._connection
        if connection is None:
            raise RuntimeError("transmit before connect")
        return await self._call(lambda: connection.transmit(command))

    async def finish(self) -> None:
        """Let the card go and wait for it, but not for a call that blocks."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join, 0.0 if self._blocked else 1.0)

    async def _call(self, function: Callable[[], _T]) -> _T:
        answer: asyncio.Future[_T] = self._loop.create_future()
        self._jobs.put(lambda: self._deliver(answer, function))
        try:
            async with asyncio.timeout(self._silence_s):
                return await answer
        except TimeoutError as problem:
            self._blocked = True
            detail = f"no answer from the chip within {self._silence_s:g} s"
            raise ChipFailure(FailureCode.CHIP_MUTE, detail) from problem

    def _deliver(self, answer: "asyncio.Future[_T]", function: Callable[[], _T]) -> None:
        try:
            result = function()
        except PcscError as problem:
            self._post(answer, partial(answer.set_exception, problem))
        else:
            self._post(answer, partial(answer.set_result, result))

    def _post(self, answer: "asyncio.Future[_T]", settle: Callable[[], None]) -> None:
        def unless_given_up() -> None:
            if not answer.done():
                settle()

        try:
            self._loop.call_soon_threadsafe(unless_given_up)
        except RuntimeError:  # the loop has ended: nobody waits for this answer any more
            self._jobs.put(None)

    def _connect(self) -> None:
        self._context = Context()
        self._connection = self._context.connect(self.reader)

    def _run(self) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                job()
            if self._connection is not None:
                self._connection.disconnect()
            if self._context is not None:
                self._context.release()
        finally:
            self._let_go.set()
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody looks any more
                self._loop.call_soon_threadsafe(self._ended)
