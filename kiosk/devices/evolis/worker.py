"""One thread for the calls into the SDK: they block, up to minutes, and cannot be called back."""

import asyncio
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

T = TypeVar("T")


class SdkWorker:
    """Makes one call after the other. The thread ends with the program, whatever call hangs in it."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._running: asyncio.Future[object] | None = None

    @property
    def busy(self) -> bool:
        """Whether a call has not returned yet, awaited or given up."""
        return self._running is not None and not self._running.done()

    def call(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """Make a call; the future is done when it returns. RuntimeError while another one runs."""
        if self.busy:
            raise RuntimeError("one call at a time")
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._running = answer  # type: ignore[assignment] # only ever asked whether it is done
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="evolis", daemon=True)
            self._thread.start()
        self._jobs.put(partial(_deliver, answer, work))
        return answer

    def close(self) -> None:
        """Let the thread end after the call that runs."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread = None

    def _run(self) -> None:
        jobs = self._jobs
        while (job := jobs.get()) is not None:
            job()


def _deliver(answer: "asyncio.Future[T]", work: Callable[[], T]) -> None:
    settle: Callable[[], None]
    try:
        settle = partial(answer.set_result, work())
    except Exception as error:  # noqa: BLE001 - handed to whoever awaits the answer
        settle = partial(answer.set_exception, error)

    def unless_given_up() -> None:
        if not answer.done():
            settle()

    loop = answer.get_loop()
    try:
        loop.call_soon_threadsafe(unless_given_up)
    except RuntimeError:  # the loop has ended: nobody waits for this answer any more
        return
