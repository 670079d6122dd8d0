"""A line on which anything but a purse reader talks: named, bounded in time and size, never a debit."""

import asyncio

import pytest

from kiosk.devices.purse.driver import LinePurseReader
from kiosk.devices.purse.line import TcpLine
from kiosk.devices.purse.protocol import READER, XOR, Command
from kiosk.domain.purse import Debited, PurseRefused, PurseSilent
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


def polled(answer: bytes | None) -> object:
    """Poll where START is answered well and POLL with `answer`; then ask once more."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await reader.read(64):
            if request[2] == Command.START:
                writer.write(frame(Command.START, b""))
            elif answer is None:
                break
            else:
                writer.write(answer)
        writer.close()

    async def main() -> object:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        line = TcpLine(*server.sockets[0].getsockname()[:2])
        driver = LinePurseReader(line, VirtualClock())
        found = await driver.poll(deadline_s=6)
        assert not line.is_open
        await driver.close()
        server.close()
        await server.wait_closed()
        return found

    return run(main())


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
def test_nothing_hostile_is_a_card(answer: bytes | None) -> None:
    assert isinstance(polled(answer), PurseSilent)


def test_a_late_answer_is_not_taken_for_the_next_one() -> None:
    """The answer to an earlier COMPLETE comes when RESTORE is asked: it is thrown away with its line."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await reader.read(64):
            if request[2] == Command.START:
                writer.write(frame(Command.START, b""))
            elif request[2] == Command.RESTORE:
                writer.write(frame(Command.COMPLETE, b"TAC!") + frame(Command.RESTORE, b"", 0xB1))
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        driver = LinePurseReader(TcpLine(*server.sockets[0].getsockname()[:2]), VirtualClock())
        answer = await driver.restore(deadline_s=6)
        assert not isinstance(answer, Debited | PurseRefused)
        await driver.close()
        server.close()
        await server.wait_closed()

    run(main())
