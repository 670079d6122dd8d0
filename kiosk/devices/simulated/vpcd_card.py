"""A virtual card for vpcd, the virtual reader of vsmartcard: a TCP client that plays the card of a folder.

Protocol: two bytes of length (big-endian) and a body, both ways. Bodies of one byte are controls: 00 power
off, 01 power on, 02 reset (no answer), 04 get the answer to reset; anything else is a command. A closed
connection is a card that was pulled. Run as ``python -m kiosk.devices.simulated.vpcd_card FOLDER``.
"""

import argparse
import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kiosk.clock import Clock, SystemClock
from kiosk.devices.chip.card_folder import Behaviour, Card, UnusableFolder, load_card
from kiosk.devices.chip.virtual_chip import VirtualChip

FIRST_PORT = 35963
"""Port of the first virtual reader (``Virtual PCD 00 00``)."""

CONNECTED = "card in the reader"


async def play_card(
    card: Card,
    port: int = FIRST_PORT,
    *,
    clock: Clock,
    host: str = "127.0.0.1",
    connected: Callable[[], None] | None = None,
) -> int:
    """Put the card into the virtual reader until the reader goes away; return the commands answered.

    Raises:
        OSError: nothing listens at the port.
    """
    reader, writer = await asyncio.open_connection(host, port)
    if connected is not None:
        connected()
    try:
        return await _Play(card, clock, reader, writer).run()
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


class _Play:
    def __init__(
        self, card: Card, clock: Clock, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._chip = VirtualChip(card)
        self._behaviour: Behaviour = card.behaviour
        self._clock = clock
        self._reader = reader
        self._writer = writer
        self._answered = 0

    async def run(self) -> int:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while not self._pulled():
                await self._answer(await self._receive())
        return self._answered

    def _pulled(self) -> bool:
        return self._behaviour.pulled_after is not None and self._answered >= self._behaviour.pulled_after

    async def _receive(self) -> bytes:
        self._acknowledge_quickly()
        size = int.from_bytes(await self._reader.readexactly(2), "big")
        self._acknowledge_quickly()
        return await self._reader.readexactly(size)

    def _acknowledge_quickly(self) -> None:
        """Undo delayed acknowledgement: vpcd writes length and body apart, which costs 40 ms each time."""
        if sys.platform == "linux":
            self._writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    async def _answer(self, body: bytes) -> None:
        match body:
            case b"":
                return
            case b"\x00" | b"\x01" | b"\x02":
                self._chip.reset()
            case b"\x04":
                self._send(self._chip.atr)
            case _:
                await self._answer_command(body)
        await self._writer.drain()

    async def _answer_command(self, command: bytes) -> None:
        if self._behaviour.mute_after is not None and self._answered >= self._behaviour.mute_after:
            return
        await self._clock.sleep(self._behaviour.delay_ms / 1000)
        self._send(self._chip.process(command))
        self._answered += 1

    def _send(self, body: bytes) -> None:
        self._writer.write(len(body).to_bytes(2, "big") + body)


def main(arguments: list[str] | None = None) -> int:
    """Play a card until the reader goes away or the program is stopped; return the exit code."""
    parser = argparse.ArgumentParser(description="Put the card of a folder into the virtual reader.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=FIRST_PORT)
    parser.add_argument("--mute-after", type=int)
    parser.add_argument("--pull-after", type=int)
    chosen = parser.parse_args(arguments)
    try:
        card = load_card(chosen.folder)
        if chosen.mute_after is not None or chosen.pull_after is not None:
            card = replace(card, behaviour=Behaviour(chosen.mute_after, chosen.pull_after))
        asyncio.run(
            play_card(card, chosen.port, clock=SystemClock(), connected=lambda: _say(CONNECTED)),
        )
    except (UnusableFolder, OSError) as problem:
        _say(f"{problem}")
        return 1
    return 0


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
