"""The runtime on an event loop in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any


class LoopThread:
    """An event loop in a thread; `work` runs on it until it ends or `stop()` is called.

    Attributes:
        error: the exception that ended the work, None otherwise.
    """

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.error: BaseException | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._work: Coroutine[Any, Any, None] | None = None
        self._ended: Callable[[], None] = lambda: None

    def start(self, work: Coroutine[Any, Any, None], ended: Callable[[], None]) -> None:
        """Start the thread; `ended` is called from it when the work is over, whatever the reason."""
        self._work, self._ended = work, ended
        self._thread.start()

    @property
    def alive(self) -> bool:
        """True until the work and everything it was waiting for in other threads is over."""
        return self._thread.is_alive()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread to end by itself."""
        self._thread.join(timeout_s)

    def stop(self, timeout_s: float = 10.0) -> None:
        """Cancel the work and wait for the thread, also where it is just beginning or ending by itself."""
        if self._thread.is_alive():
            with suppress(RuntimeError):  # the loop is closed: the work is over, the thread soon
                self.loop.call_soon_threadsafe(self._cancel)
            self._thread.join(timeout_s)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _run(self) -> None:
        if self._work is None:
            raise AssertionError("start() was not called")
        asyncio.set_event_loop(self.loop)
        self._task = self.loop.create_task(self._work)  # before the loop runs: no stop can come too early
        try:
            self.loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        except BaseException as error:  # noqa: BLE001 - kept for the program's exit, which raises it again
            self.error = error
        finally:
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()
            self._ended()
