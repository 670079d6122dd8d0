"""An asyncio loop without sockets or threads, whose time jumps to the next timer: fast and reproducible."""

import asyncio
import math
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


class Deadlock(Exception):
    """Nothing can happen any more: no task is ready and no timer is set."""


class _Jump:
    """Stands where a loop has its selector: instead of waiting it moves the loop's time."""

    def __init__(self) -> None:
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Deadlock("no task is ready and no timer is set")
        self.now += max(timeout, 0.0)
        return []

    def close(self) -> None:
        """There is nothing to let go of."""


class SimulationLoop(asyncio.BaseEventLoop):
    """An event loop of which the only input is time. A worker thread cannot wake it, by design."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Jump()

    def time(self) -> float:
        """Return the virtual seconds since the loop was made."""
        return self._selector.now

    def _run_once(self) -> None:
        """Let no timer fire early: within asyncio's nanosecond it would fire for ever at one moment."""
        self._clock_resolution = math.ulp(self.time())
        super()._run_once()  # type: ignore[misc] # not in typeshed

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none: `_Jump` never sees any."""

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Run a blocking call at once: no thread, so that the order of things depends on the seed alone."""
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - handed over, not swallowed: who waits gets it raised
            done.set_exception(error)
        return done

    def _write_to_self(self) -> None:
        raise RuntimeError("nothing outside its own thread may wake a simulation")


class VirtualClock:
    """The `Clock` of the running virtual loop: its wall clock begins at `start` and can be made to jump."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._jumped_s = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def unset(self) -> datetime:
        """Return what the wall clock would show if nobody had made it jump."""
        return self._start - timedelta(seconds=self._jumped_s) + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        over: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(max(seconds, 0.0), _wake, over)
        try:
            await over
        finally:
            timer.cancel()

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back, as a wrong time server does; `monotonic` does not notice."""
        self._start += timedelta(seconds=seconds)
        self._jumped_s += seconds


def _wake(sleeper: "asyncio.Future[None]") -> None:
    if not sleeper.done():
        sleeper.set_result(None)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in virtual time, without sockets."""
    with asyncio.Runner(loop_factory=SimulationLoop) as runner:
        return runner.run(main)
