"""Work in the background: errors are heard, ends awaited, and a stop is never lost."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from structlog.testing import capture_logs

from kiosk.tasks import Tasks, alongside, let_go
from tests.support.virtual_time import VirtualClock, run


async def broken() -> None:
    raise ZeroDivisionError


async def cancelled_into(ends: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        ends.append("ended")


def test_an_error_is_told_at_once_and_a_cancellation_is_none() -> None:
    async def main() -> None:
        heard: list[BaseException] = []
        tasks = Tasks(heard.append)
        tasks.start(broken())
        waiting = tasks.start(asyncio.Event().wait())
        await tasks.one_ended()
        assert [type(error) for error in heard] == [ZeroDivisionError]
        waiting.cancel()
        await tasks.done()
        assert (len(heard), len(tasks)) == (1, 0)

    run(main())


def test_where_nobody_listens_the_log_has_it() -> None:
    async def main() -> None:
        tasks = Tasks()
        tasks.start(broken())
        await tasks.done()

    with capture_logs() as told:
        run(main())
    assert [(line["log_level"], line["why"]) for line in told] == [("error", "ZeroDivisionError")]


def test_the_end_waits_for_what_was_cancelled() -> None:
    async def main() -> None:
        ends: list[str] = []
        tasks = Tasks()
        for _ in range(3):
            tasks.start(cancelled_into(ends))
        await VirtualClock().sleep(1)
        await tasks.end()
        assert ends == ["ended"] * 3

    run(main())


def test_done_waits_for_what_begins_meanwhile() -> None:
    async def main() -> None:
        clock, tasks, seen = VirtualClock(), Tasks(), list[float]()

        async def second() -> None:
            await clock.sleep(2)
            seen.append(clock.monotonic())

        async def first() -> None:
            await clock.sleep(1)
            tasks.start(second())

        began = clock.monotonic()
        tasks.start(first())
        await tasks.done()
        assert [moment - began for moment in seen] == [3.0]

    run(main())


def test_a_stop_that_comes_while_something_is_let_go_is_not_lost() -> None:
    async def main() -> None:
        slow = asyncio.Event()

        async def ends_slowly() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await slow.wait()

        async def letting_go() -> None:
            task = asyncio.ensure_future(ends_slowly())
            await clock.sleep(1)
            await let_go(task)

        clock = VirtualClock()
        caller = asyncio.ensure_future(letting_go())
        await clock.sleep(2)
        caller.cancel()
        slow.set()
        with pytest.raises(asyncio.CancelledError):
            await caller

    run(main())


def test_what_runs_alongside_ends_with_the_context() -> None:
    async def main() -> None:
        ends: list[str] = []
        async with alongside(cancelled_into(ends)):
            await VirtualClock().sleep(1)
        assert ends == ["ended"]

    run(main())


async def for_ever() -> None:
    await asyncio.Event().wait()


async def fails_here() -> None:
    raise LookupError("ours") from KeyError("its cause")


@pytest.mark.parametrize(
    ("beside", "body", "error"), [(broken, for_ever, ZeroDivisionError), (for_ever, fails_here, LookupError)]
)
def test_whichever_fails_ends_the_other_and_its_own_error_is_raised(
    beside: Callable[[], Coroutine[Any, Any, None]],
    body: Callable[[], Coroutine[Any, Any, None]],
    error: type[Exception],
) -> None:
    async def main() -> None:
        async with alongside(beside()):
            await body()

    with pytest.raises(error) as caught:
        run(main())
    assert isinstance(caught.value.__cause__, KeyError) is (error is LookupError)


def test_a_stop_goes_through_what_runs_alongside() -> None:
    async def main() -> None:
        ends: list[str] = []

        async def body() -> None:
            async with alongside(cancelled_into(ends)):
                await for_ever()

        task = asyncio.ensure_future(body())
        await VirtualClock().sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ends == ["ended"]

    run(main())
