"""The virtual loop itself: time jumps, sockets and threads are waited for, a deadlock is named."""

import asyncio
from datetime import timedelta

import pytest

from tests.support import virtual_time
from tests.support.virtual_time import START, Deadlock, VirtualClock, run


def test_an_hour_passes_at_once_and_in_order() -> None:
    async def wait() -> list[str]:
        clock, passed = VirtualClock(), list[str]()

        async def mark(after: float, name: str) -> None:
            await clock.sleep(after)
            passed.append(name)

        await asyncio.gather(mark(3600, "hour"), mark(60, "minute"), mark(1, "second"))
        assert clock.now() == START + timedelta(hours=1)
        return passed

    assert run(wait()) == ["second", "minute", "hour"]


def test_a_timeout_is_virtual() -> None:
    async def wait() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(500):
                await asyncio.Event().wait()
        return asyncio.get_running_loop().time()

    assert run(wait()) == pytest.approx(500)


def test_sockets_are_answered_before_time_jumps() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    async def talk() -> float:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for _ in range(50):
            async with asyncio.timeout(1):
                writer.write(b"hello\n")
                assert await reader.readline() == b"hello\n"
        writer.close()
        await writer.wait_closed()
        server.close()
        return asyncio.get_running_loop().time()

    assert run(talk()) == 0.0


def test_a_thread_is_waited_for() -> None:
    async def work() -> tuple[int, float]:
        async with asyncio.timeout(10):
            total = await asyncio.to_thread(sum, range(200_000))
        return total, asyncio.get_running_loop().time()

    assert run(work()) == (sum(range(200_000)), 0.0)


def test_a_deadlock_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_time, "PATIENCE_S", 0.01)

    async def forever() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Deadlock):
        run(forever())
