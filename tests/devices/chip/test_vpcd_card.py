"""The virtual card speaks vpcd's protocol: checked by a reader of the tests' own."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.devices.chip.card_folder import Behaviour, Card, load_card
from kiosk.devices.simulated.vpcd_card import main, play_card
from tests.devices.chip.cards import SPECIMENS
from tests.support.virtual_time import VirtualClock, run

SELECT = bytes.fromhex("00A4040C07A0000002471001")
CHALLENGE = bytes.fromhex("0084000008")


class Slot:
    """The virtual reader's end of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def say(self, body: bytes) -> None:
        self._writer.write(len(body).to_bytes(2, "big"))
        self._writer.write(body)

    async def ask(self, body: bytes) -> bytes:
        self.say(body)
        return await self.hear()

    async def hear(self) -> bytes:
        size = int.from_bytes(await self._reader.readexactly(2), "big")
        return await self._reader.readexactly(size)


def with_card(card: Card, story: Callable[[Slot], Awaitable[None]]) -> int:
    """Let a card meet a reader; return how many commands it answered."""

    async def meet() -> int:
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await story(Slot(reader, writer))
                told.set_result(None)
            except (AssertionError, asyncio.IncompleteReadError) as problem:
                told.set_exception(problem)
            finally:
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            answered = await play_card(card, port, clock=VirtualClock())
            await told
        return answered

    return run(meet())


@pytest.fixture
def card(made: Path) -> Card:
    return load_card(made / "permits" / SPECIMENS["li-fu"].slug)


def test_controls_and_commands(card: Card) -> None:
    async def story(slot: Slot) -> None:
        assert await slot.ask(b"\x04") == card.traits.atr
        slot.say(b"\x01")
        assert await slot.ask(SELECT) == b"\x90\x00"
        assert len(await slot.ask(CHALLENGE)) == 10
        slot.say(b"\x02")
        assert await slot.ask(CHALLENGE) == b"\x6a\x82"
        slot.say(b"\x00")
        slot.say(b"")
        assert await slot.ask(b"\x04") == card.traits.atr

    assert with_card(card, story) == 3


def test_a_card_that_falls_silent_still_takes_commands(card: Card) -> None:
    mute = replace(card, behaviour=Behaviour(mute_after=1))

    async def story(slot: Slot) -> None:
        assert await slot.ask(SELECT) == b"\x90\x00"
        slot.say(CHALLENGE)
        assert await slot.ask(b"\x04") == card.traits.atr

    assert with_card(mute, story) == 1


def test_a_card_that_is_pulled_closes_the_connection(card: Card) -> None:
    pulled = replace(card, behaviour=Behaviour(pulled_after=2))

    async def story(slot: Slot) -> None:
        assert await slot.ask(SELECT) == b"\x90\x00"
        assert len(await slot.ask(CHALLENGE)) == 10
        with pytest.raises(asyncio.IncompleteReadError):
            await slot.hear()

    assert with_card(pulled, story) == 2


def test_the_program_says_why_it_cannot_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    assert "no file of a chip" in capsys.readouterr().out
