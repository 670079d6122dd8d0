"""A purse reader on a line as a `PurseReader`: every answer is checked, every silence is said plainly."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from kiosk.clock import Clock
from kiosk.devices.byte_line import LineDown
from kiosk.devices.contracts import (
    Completion,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
)
from kiosk.devices.payment_contracts import PURSE_READER
from kiosk.devices.polled import PolledDevice, State
from kiosk.devices.purse import protocol
from kiosk.devices.purse.line import FrameLine, NoAnswer
from kiosk.devices.purse.protocol import XOR, Answer, Checksum, Command, Garbled, Status
from kiosk.domain.failure import FailureCode
from kiosk.domain.purse import Debited, PreparedDebit, PurseCard, PurseDebit, PurseRefused, PurseSilent

STATUS_S = 2.0
"""How long the version asked for `status()` may take, seconds."""

T = TypeVar("T")


class LinePurseReader(PolledDevice):
    """Driver of one reader.

    Args:
        merchant_code: two packed-decimal bytes that the operator gives, sent after every opening of the
            line; None where the reader has it already.
        checksum: how frames are closed.
        simulated: what `DeviceStatus.simulated` says.
    """

    def __init__(
        self,
        line: FrameLine,
        clock: Clock,
        *,
        merchant_code: bytes | None = None,
        checksum: Checksum = XOR,
        simulated: bool = False,
    ) -> None:
        super().__init__(PURSE_READER, FailureCode.PURSE_READER_UNAVAILABLE, clock, simulated=simulated)
        self._line = line
        self._merchant_code = merchant_code
        self._checksum = checksum
        self._conversation = asyncio.Lock()
        self._prepared = False
        self._reached: bool | None = None

    async def reset(
        self,
        action: MediaAction,  # noqa: ARG002 - the reader never holds a card
        *,
        deadline_s: float,
    ) -> Completion[MediaPosition]:
        """Close the line and start the reader anew; Done(NOT_PRESENT), Refused where it does not answer."""

        async def settle() -> Completion[MediaPosition]:
            async with self._conversation:
                self._line.close()
            version = await self.version(deadline_s=deadline_s)
            if isinstance(version, str):
                return Done(MediaPosition.NOT_PRESENT)
            return Refused(self._fault(_words(version)))

        return await self._run(settle, deadline_s=deadline_s, late=lambda why: Failed(self._fault(why)))

    async def close(self) -> None:
        await super().close()
        async with self._conversation:
            self._line.close()

    async def _state(self) -> State:
        version = await self.version(deadline_s=STATUS_S)
        match version:
            case PurseSilent(_, unsent):
                state = DeviceState.OFFLINE if unsent else DeviceState.UNKNOWN
                return state, (self._fault(_words(version)),)
            case PurseRefused():
                return DeviceState.HARDWARE_ERROR, (self._fault(_words(version)),)
        return DeviceState.ONLINE, ()

    async def version(self, *, deadline_s: float) -> str | PurseRefused | PurseSilent:
        return await self._ask(Command.VERSION, b"", protocol.read_words, deadline_s)

    async def serial(self, *, deadline_s: float) -> str | PurseRefused | PurseSilent:
        return await self._ask(Command.SERIAL, b"", protocol.read_words, deadline_s)

    async def poll(self, *, deadline_s: float) -> PurseCard | PurseRefused | PurseSilent:
        return await self._ask(Command.POLL, b"", protocol.read_card, deadline_s)

    async def prepare(
        self, debit: PurseDebit, *, deadline_s: float
    ) -> PreparedDebit | PurseRefused | PurseSilent:
        request = protocol.debit_request(debit)
        prepared = await self._ask(Command.PREPARE, request, protocol.read_prepared, deadline_s)
        self._prepared = isinstance(prepared, PreparedDebit)
        return prepared

    async def complete(self, *, deadline_s: float) -> Debited | PurseRefused | PurseSilent:
        """Send COMPLETE on the line that PREPARE was answered on; a new line would have forgotten it."""
        prepared, self._prepared = self._prepared, False
        if not (prepared and self._line.is_open):
            return PurseSilent("the line was lost after the preparation", unsent=True)
        return await self._ask(Command.COMPLETE, b"", protocol.read_debited, deadline_s)

    async def restore(self, *, deadline_s: float) -> Debited | PurseRefused | PurseSilent:
        return await self._ask(Command.RESTORE, b"", protocol.read_debited, deadline_s)

    async def catch_blacklisted(self, *, deadline_s: float) -> PurseRefused | PurseSilent | None:
        return await self._ask(Command.CATCH, b"", lambda _: None, deadline_s)

    async def beep(self, *, deadline_s: float) -> PurseRefused | PurseSilent | None:
        return await self._ask(Command.BEEP, b"", lambda _: None, deadline_s)

    async def _ask(
        self, command: Command, data: bytes, read: Callable[[bytes], T | Garbled], deadline_s: float
    ) -> T | PurseRefused | PurseSilent:
        """Run one command to its one answer."""
        if self._closed:
            return PurseSilent("closed", unsent=True)
        try:
            async with asyncio.timeout(deadline_s), self._conversation:
                answer = await self._converse(command, data, read)
        except TimeoutError:
            answer = PurseSilent(f"no answer within {deadline_s:g} s")
        self._notice(not isinstance(answer, PurseSilent))
        return answer

    async def _converse(
        self, command: Command, data: bytes, read: Callable[[bytes], T | Garbled]
    ) -> T | PurseRefused | PurseSilent:
        unready = await self._make_ready()
        if unready is not None:
            return unready
        answer = await self._exchange(command, data)
        if not isinstance(answer, Answer):
            return answer
        if answer.status != Status.OK:
            return protocol.refusal(answer.status)
        value = read(answer.data)
        if isinstance(value, Garbled):
            self._line.close()
            return PurseSilent(value.detail)
        return value

    async def _make_ready(self) -> PurseRefused | PurseSilent | None:
        """Open the line and start the reader, if that is not done."""
        if self._line.is_open:
            return None
        self._prepared = False
        try:
            await self._line.open()
        except LineDown as error:
            return PurseSilent(str(error), unsent=True)
        greetings = [(Command.START, protocol.NORMAL_PURCHASE)]
        if self._merchant_code is not None:
            greetings.insert(0, (Command.MERCHANT, self._merchant_code))
        for command, data in greetings:
            answer = await self._exchange(command, data)
            if not isinstance(answer, Answer):
                return PurseSilent(f"the reader does not start: {answer.reason}", unsent=True)
            if answer.status != Status.OK:
                self._line.close()
                return protocol.refusal(answer.status)
        return None

    async def _exchange(self, command: Command, data: bytes) -> Answer | PurseSilent:
        try:
            frame = await self._line.ask(protocol.build(command, data, self._checksum))
        except (LineDown, NoAnswer) as error:
            return PurseSilent(str(error))
        answer = protocol.parse(frame, command, self._checksum)
        if isinstance(answer, Garbled):
            self._line.close()  # whatever else is under way on it cannot be told apart
            return PurseSilent(answer.detail)
        return answer

    def _notice(self, reached: bool) -> None:
        if reached != self._reached:
            self._reached = reached
            for listener in tuple(self._listeners):
                listener()


def _words(answer: PurseRefused | PurseSilent) -> str:
    return answer.reason if isinstance(answer, PurseSilent) else f"{answer.why} {answer.status:02X}"
