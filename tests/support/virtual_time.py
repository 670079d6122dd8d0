"""An asyncio loop whose time jumps: no test waits for a clock, and real sockets on loopback still work.

When nothing is ready to run, the loop first asks the selector without waiting. Only if no socket has
anything to say, and no worker thread is busy, does its time jump to the next timer. With no timer left it
waits for real, for at most `PATIENCE_S`, and then reports a deadlock instead of hanging.

Limits:
- What comes from another process or thread (except `run_in_executor` and `asyncio.to_thread`, which
  are counted) takes no virtual time and may come late: timers can pass it by.
- Data between two sockets of this process is there as soon as it is sent on loopback in practice. A
  kernel that is behind is given `GRACE_S` real seconds before the first jump after any traffic and
  before every jump of `LONG_JUMP_S` or more; shorter jumps in silence are made at once.
- `asyncio.timeout`, `loop.time()` and `VirtualClock` all show the same time; `time.monotonic` does not.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar

from kiosk.simulation.virtual_time import START, Deadlock, VirtualClock

__all__ = ["START", "Deadlock", "VirtualClock", "VirtualTimeLoop", "run"]

T = TypeVar("T")

GRACE_S = 0.001
LONG_JUMP_S = 1.0
PATIENCE_S = 20.0


class _JumpingSelector(selectors.DefaultSelector):
    """Waits in virtual time: asks without waiting, then lets the loop's time jump."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.busy_threads = 0
        self._traffic = False

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            self._traffic = self._traffic or bool(ready)
            return ready
        if timeout is None or self.busy_threads:
            return self._wait(timeout)
        has_sockets = len(self.get_map()) > 1  # besides the loop's own wake-up pipe
        if has_sockets and (self._traffic or timeout >= LONG_JUMP_S):
            ready = super().select(GRACE_S)
            self._traffic = False
        if not ready:
            self.now += max(timeout, 0.0)
        return ready

    def _wait(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(PATIENCE_S)
        if not ready and timeout is None:
            raise Deadlock(f"nothing happened for {PATIENCE_S:g} s and no timer is set")
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Use it through `run`, or with ``asyncio.Runner(loop_factory=VirtualTimeLoop)``."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the virtual seconds since the loop was made."""
        return self._jumping.now

    def run_in_executor(  # type: ignore[override] # typeshed's variadic generics, spelt plainly here
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        future = super().run_in_executor(executor, func, *args)
        self._jumping.busy_threads += 1
        future.add_done_callback(self._thread_done)
        return future

    def _thread_done(self, _: asyncio.Future[Any]) -> None:
        self._jumping.busy_threads -= 1


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
