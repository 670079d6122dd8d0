"""The cable to the purse reader: one frame there, one frame back, over any `ByteLine`."""

import asyncio
from contextlib import suppress

from kiosk.devices.byte_line import ByteLine, SerialByteLine, SerialSettings
from kiosk.devices.purse.protocol import READER

BAUD = 57600
"""8N1, as the readers are delivered."""

ANSWER_S = 5.0
"""How long an answer is awaited, seconds: as the reader's documentation asks."""


class NoAnswer(Exception):
    """The line is up and no whole frame came in time."""


class FrameLine:
    """One conversation at a time; after any failure the line is closed.

    A late answer must never be taken for the answer to the next question: what lies on the line unasked is
    thrown away, and what comes in front of or behind an answer spoils it.
    """

    def __init__(self, line: ByteLine) -> None:
        self._line = line

    @property
    def is_open(self) -> bool:
        return self._line.is_open

    async def open(self) -> None:
        """Open the line if it is not; raise LineDown."""
        await self._line.open()

    async def ask(self, frame: bytes) -> bytes:
        """Send a frame on the open line and return what came back; raise LineDown or NoAnswer."""
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._throw_away()
                await self._line.send(frame)
                return await self._frame()
        except TimeoutError as error:
            self._line.drop()
            raise NoAnswer(f"no answer within {ANSWER_S:g} s") from error
        except BaseException:
            self._line.drop()
            raise

    def close(self) -> None:
        self._line.drop()

    async def _throw_away(self) -> None:
        """Take what already lies on the line, without waiting for more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(0):
                await self._line.receive()

    async def _frame(self) -> bytes:
        """Receive until a frame is whole: its second byte says how much follows, at most 255 bytes."""
        received = await self._line.receive()
        while received[0] == READER and len(received) < _size(received):
            received += await self._line.receive()
        return received


def serial_line(port: str) -> FrameLine:
    """Return the line at a serial port such as ``/dev/serial/by-id/…``; nobody else may hold it."""
    return FrameLine(SerialByteLine(SerialSettings(port, BAUD)))


def _size(received: bytes) -> int:
    """Return how long a begun frame will be, as far as it tells."""
    return 2 if len(received) < 2 else 2 + received[1]
