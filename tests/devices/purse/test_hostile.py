"""A line on which anything but a purse reader talks: named, bounded in time and size, never a debit."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from kiosk.devices.byte_line import TcpByteLine
from kiosk.devices.purse.driver import LinePurseReader
from kiosk.devices.purse.line import FrameLine
from kiosk.devices.purse.protocol import READER, XOR, Command
from kiosk.domain.purse import PurseSilent
from tests.support.virtual_time import VirtualClock, run


def frame(command: int, data: bytes, status: int = 0) -> bytes:
    body = bytes((READER, 3 + len(data), command, status)) + data
    return body + XOR.of(body)


HOSTILE = {
    "hangs up": None,
    "silence": b"",
    "noise": b"\x00\xff\x00\xff\x00",
    "half a frame": frame(Command.POLL, bytes(52))[:20],
    "a promise": bytes((READER, 0xFF)),
    "no length": bytes((READER, 0)),
    "other command": frame(Command.VERSION, bytes(52)),
    "too short": frame(Command.POLL, bytes(51)),
    "unknown wallet": frame(Command.POLL, bytes(52)),
    "wrong checksum": frame(Command.POLL, bytes(52))[:-1] + b"\x00",
}


Talk = Callable[[int], bytes | None]
"""What is said to a command; None hangs up."""


@asynccontextmanager
async def reader_saying(talk: Talk) -> AsyncIterator[tuple[LinePurseReader, FrameLine]]:
    """Serve a reader that starts well and then talks as told; wait until it has hung up."""
    hung_up = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while request := await reader.read(64):
                answer = frame(Command.START, b"") if request[2] == Command.START else talk(request[2])
                if answer is None:
                    break
                writer.write(answer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        hung_up.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    line = FrameLine(TcpByteLine(*server.sockets[0].getsockname()[:2]))
    driver = LinePurseReader(line, VirtualClock())
    yield driver, line
    await driver.close()
    await hung_up.wait()
    server.close()


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
def test_nothing_hostile_is_a_card(answer: bytes | None) -> None:
    async def main() -> None:
        async with reader_saying(lambda _: answer) as (driver, line):
            assert isinstance(await driver.poll(deadline_s=6), PurseSilent)
            assert not line.is_open

    run(main())


def test_a_late_answer_is_not_taken_for_the_next_one() -> None:
    """The answer to an earlier COMPLETE comes when RESTORE is asked: both go with their line."""
    both = frame(Command.COMPLETE, b"TAC!") + frame(Command.RESTORE, b"", 0xB1)

    async def main() -> None:
        async with reader_saying(lambda _: both) as (driver, _):
            assert isinstance(await driver.restore(deadline_s=6), PurseSilent)

    run(main())
