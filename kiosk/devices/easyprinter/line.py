"""Conversations with the printer over any cable, TCP or serial: one framing, which is none at all.

The protocol has no frames and no checksums, so time and the number of bytes are all that tells an answer
from noise: one question at a time, nothing unasked is believed, and a line on which an answer stayed away
is hung up.
"""

import asyncio

from kiosk.devices.byte_line import ByteLine, LineDown
from kiosk.devices.contracts import DeviceState
from kiosk.devices.easyprinter import protocol
from kiosk.devices.easyprinter.protocol import Garbled, PrinterStatus
from kiosk.domain.failure import FailureCode, Fault

DEFAULT_PORT = 20007
ANSWER_S = 2.0
"""How long an answer is awaited, seconds, besides its way over a slow cable (as the maker's driver)."""

_PIECE = 512
_UNDER_WAY = 4096  # bytes that a serial port's buffers may hold back when a question is asked


class NoAnswer(Exception):
    """The line is up and nothing came back in time."""


class Silent:
    """No status was to be had: OFFLINE where there is no line, UNKNOWN where nothing sensible came."""

    __slots__ = ("fault", "state")

    def __init__(self, state: DeviceState, detail: str) -> None:
        self.state = state
        self.fault = Fault(FailureCode.PRINTER_UNAVAILABLE, detail)


class PrinterLine:
    """One printer at the end of a cable; conversations wait for each other."""

    def __init__(self, cable: ByteLine) -> None:
        self._cable = cable
        self._conversation = asyncio.Lock()
        self._broken_off = False

    @property
    def is_open(self) -> bool:
        return self._cable.is_open

    async def send(self, payload: bytes) -> None:
        """Send and wait until the line took it all; raise LineDown or NoAnswer."""
        async with self._conversation:
            await self._open()
            self._broken_off = True
            for at in range(0, len(payload), _PIECE):
                await self._take(payload[at : at + _PIECE])
            self._broken_off = False

    async def ask(self, request: bytes) -> bytes:
        """Send and return what came back; raise LineDown or NoAnswer.

        Bytes that lay on the line unasked come back in front of the answer, so that the caller
        sees that something is wrong. After NoAnswer the line is closed: a late answer must never
        be taken for the answer to the next question.
        """
        async with self._conversation:
            return await self._ask(request)

    async def status(self, *, reconnect: bool = True) -> PrinterStatus | Silent:
        """Ask for the status; an idle connection that was lost meanwhile is replaced once."""
        async with self._conversation:
            if not reconnect and not self._cable.is_open:
                return Silent(DeviceState.OFFLINE, "the connection is gone")
            had_been_open = self._cable.is_open
            try:
                return self._parsed(await self._ask(protocol.STATUS))
            except NoAnswer as error:
                return Silent(DeviceState.UNKNOWN, str(error))
            except LineDown as error:
                if not (reconnect and had_been_open):
                    return Silent(DeviceState.OFFLINE, str(error))
        return await self.status(reconnect=reconnect)

    async def close(self) -> None:
        """Hang up; `ask` and `send` open the line again."""
        async with self._conversation:
            self._cable.drop()

    def _parsed(self, answer: bytes) -> PrinterStatus | Silent:
        status = protocol.parse_status(answer)
        if isinstance(status, Garbled):
            self._cable.drop()  # whatever else is under way on it cannot be told apart
            return Silent(DeviceState.UNKNOWN, status.detail)
        return status

    async def _open(self) -> None:
        """Open the cable. A serial port has no connection that could end: what a job that broke off has
        left open there, a raster row at most, is filled up with white first."""
        await self._cable.open()
        if self._broken_off and self._cable.seconds(1) > 0:
            await self._take(bytes(protocol.LONGEST_ROW))
        self._broken_off = False

    async def _ask(self, request: bytes) -> bytes:
        await self._open()
        unasked = await self._waiting_bytes()
        await self._take(request)
        try:
            async with asyncio.timeout(ANSWER_S + self._cable.seconds(_UNDER_WAY)):
                return unasked + await self._cable.receive()
        except TimeoutError as error:
            self._cable.drop()
            raise NoAnswer(f"no answer within {ANSWER_S:g} s") from error
        except asyncio.CancelledError:
            self._cable.drop()
            raise

    async def _take(self, piece: bytes) -> None:
        try:
            async with asyncio.timeout(ANSWER_S + self._cable.seconds(len(piece))):
                await self._cable.send(piece)
        except TimeoutError as error:
            self._cable.drop()
            raise NoAnswer(f"the printer took no bytes for {ANSWER_S:g} s") from error
        except asyncio.CancelledError:
            self._cable.drop()
            raise

    async def _waiting_bytes(self) -> bytes:
        """Return what already lies on the line, without waiting for more."""
        try:
            async with asyncio.timeout(0):
                return await self._cable.receive()
        except TimeoutError:
            return b""
