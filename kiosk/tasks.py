"""Work in the background: its error is heard, and whoever began it awaits its end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import structlog

T = TypeVar("T")

_log = structlog.get_logger()


def told_to_log(error: BaseException) -> None:
    """Say in the log what broke off; for work that nothing else depends on."""
    _log.error("work in the background broke off", why=type(error).__name__, exc_info=error)


class Tasks:
    """What one owner does in the background, on one event loop.

    Args:
        failed: told of every error at once; a cancellation is none.
    """

    def __init__(self, failed: Callable[[BaseException], None] = told_to_log) -> None:
        self._failed = failed
        self._open: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._open)

    def start(self, work: Coroutine[Any, Any, T], name: str | None = None) -> asyncio.Task[T]:
        """Begin some work; its task may be awaited or cancelled like any other."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._open.add(task)
        task.add_done_callback(self._ended)
        return task

    async def done(self) -> None:
        """Wait until nothing is open any more, also of what begins meanwhile."""
        while self._open:
            await self.one_ended()

    async def one_ended(self) -> None:
        """Wait until some of what is open has ended; something must be."""
        await asyncio.wait(tuple(self._open), return_when=asyncio.FIRST_COMPLETED)

    async def end(self) -> None:
        """Cancel what is open, and wait for it."""
        await let_go(*self._open)

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._open.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._failed(error)


async def let_go(*tasks: "asyncio.Future[Any]") -> None:
    """Cancel and wait until all have ended, whatever became of them; a stop of the caller is not lost."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def alongside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let some work run while the context lasts, and end it with the context.

    Where either fails the other is ended, and that error is raised: itself, not in a group.
    """
    try:
        async with asyncio.TaskGroup() as both:
            beside = both.create_task(work)
            try:
                yield
            finally:
                beside.cancel()
    except BaseExceptionGroup as failed:
        first = failed.exceptions[0]
        raise first from first.__cause__
