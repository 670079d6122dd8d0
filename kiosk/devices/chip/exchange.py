"""Commands to a chip and its answers: protection, continued answers, and what it all costs.

Any transport or secure-messaging error ends the session for good: a card put in quickly enough answers
through the old connection, so nothing of a broken session may be carried on. A chip cannot keep the reader
busy: continued answers and commands are counted.
"""

from typing import Protocol

from kiosk.devices.chip.apdu import Command, MalformedApdu, Response, parse_response
from kiosk.devices.chip.secure_messaging import SecureChannel, SecureMessagingFailed
from kiosk.domain.chip import TransferCounts
from kiosk.domain.failure import FailureCode, Fault

MOST_COMMANDS = 4000
"""No permit takes as many: 256 KiB in blocks of 112 bytes are 2,341."""

_MORE = 0x61
_MOST_CONTINUATIONS = 32
_MOST_ANSWER = 65538


class ChipFailure(Exception):
    """The session ended; `fault` is what the reader's completion carries."""

    def __init__(self, code: FailureCode, detail: str) -> None:
        super().__init__(detail)
        self.fault = Fault(code, detail)


class SessionBroken(ChipFailure):
    """The secure line is not what it was: another card, or a disturbed field. Starting over may help."""


class ChipLink(Protocol):
    """The way to a chip, whatever carries it."""

    @property
    def atr(self) -> bytes:
        """The card's answer to reset, empty where nobody knows it."""

    async def transmit(self, command: bytes) -> bytes:
        """Return the chip's answer; raise ChipFailure where there is none."""


class Exchange:
    """One conversation over a link, protected once a channel has been agreed on."""

    def __init__(self, link: ChipLink) -> None:
        self._link = link
        self._channel: SecureChannel | None = None
        self._commands = 0
        self._wire = 0
        self.payload = 0

    @property
    def atr(self) -> bytes:
        return self._link.atr

    @property
    def channel(self) -> SecureChannel | None:
        return self._channel

    @property
    def counts(self) -> TransferCounts:
        return TransferCounts(self._commands, self._wire, self.payload)

    def protect_with(self, channel: SecureChannel) -> None:
        """Let everything from now on go through a channel."""
        self._channel = channel

    async def send(self, command: Command) -> Response:
        """Return the answer to a plain command, sent protected where a channel is open."""
        if self._channel is None:
            return await self._transmit(command)
        answer = await self._transmit(self._channel.protect(command))
        try:
            return self._channel.open_response(answer.encoded())
        except SecureMessagingFailed as problem:
            detail = f"secure messaging: {problem}"
            raise SessionBroken(FailureCode.CHIP_UNREADABLE, detail) from problem

    async def _transmit(self, command: Command) -> Response:
        """Send one command and fetch an answer that comes in parts (61xx, ISO/IEC 7816-4 section 5.1.3)."""
        answer = await self._pass(command)
        body = answer.body
        rounds = 0
        while answer.status >> 8 == _MORE:
            rounds += 1
            answer = await self._pass(Command(0x00, 0xC0, 0x00, 0x00, expected=answer.status & 0xFF or 256))
            body += answer.body
            if rounds >= _MOST_CONTINUATIONS or len(body) > _MOST_ANSWER:
                raise ChipFailure(FailureCode.CHIP_UNREADABLE, "an answer without end")
        return Response(body, answer.status)

    async def _pass(self, command: Command) -> Response:
        if self._commands >= MOST_COMMANDS:
            raise ChipFailure(FailureCode.CHIP_UNREADABLE, f"not read after {MOST_COMMANDS} commands")
        raw = command.encoded()
        answer = await self._link.transmit(raw)
        self._commands += 1
        self._wire += len(raw) + len(answer)
        if len(answer) > _MOST_ANSWER:
            raise SessionBroken(FailureCode.CHIP_UNREADABLE, "answer longer than any")
        try:
            return parse_response(answer)
        except MalformedApdu as problem:
            raise SessionBroken(FailureCode.CHIP_UNREADABLE, str(problem)) from problem
