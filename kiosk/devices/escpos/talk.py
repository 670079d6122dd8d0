"""Questions to an ESC/POS printer and what it says unasked: who asks what, and in which order answers belong.

The driver sees to it that one conversation goes on at a time.
"""

import asyncio

from kiosk.devices.byte_line import ByteLine, LineDown
from kiosk.devices.escpos import maintenance
from kiosk.devices.escpos.maintenance import CounterAnswer
from kiosk.devices.escpos.status import Automatic, Health, Question, RealTime, Replies, Reply

ANSWER_S = 2.0
"""How long an answer is awaited, seconds."""

_MOST_NOISE = 64
_QUESTIONS = tuple(Question)


class PrinterTalk:
    """What goes to and fro on one line besides slips.

    Attributes:
        line: the cable.
        health: the printer's state as far as it has been told.
    """

    def __init__(self, line: ByteLine) -> None:
        self.line = line
        self.health = Health()
        self._replies = Replies()

    async def ask_all(self) -> str | None:
        """Ask for the whole state; return why it is not known. Raises LineDown for a line that is down.

        An idle connection that the printer closed meanwhile is replaced once.
        """
        had_been_open = self.line.is_open
        try:
            return await self._ask_each()
        except LineDown:
            if not had_been_open:
                raise
            return await self._ask_each()

    async def ask_cuts(self) -> int | None:
        """Ask how often the cutter has cut; None where that is not to be had."""
        answer = CounterAnswer()
        try:
            await self.line.open()
            async with asyncio.timeout(ANSWER_S):
                await self.line.send(maintenance.question(maintenance.CUTS))
                while answer.value is None and not answer.nonsense:
                    answer.feed(await self.line.receive())
        except (LineDown, TimeoutError):
            self.line.drop()
            return None
        except asyncio.CancelledError:
            self.line.drop()
            raise
        if answer.nonsense:
            self.line.drop()
            return None
        for reply in self._replies.feed(answer.before):
            if isinstance(reply, Automatic):
                self.told(reply)
        return answer.value

    async def listen(self, seconds: float) -> list[Reply]:
        """Return what comes within that time, in its order. Raises LineDown."""
        try:
            async with asyncio.timeout(seconds):
                content = await self.line.receive()
        except TimeoutError:
            return []
        return self._replies.feed(content)

    def told(self, status: Automatic) -> None:
        """Take in what the printer reports by itself."""
        self.health = self.health.told(status)

    def answered(self, question: Question, value: int) -> None:
        """Take in the answer to one question."""
        self.health = self.health.after(question, value)

    def check_noise(self) -> None:
        """Hang up on a line that carries mostly what no printer sends."""
        if self._replies.noise > _MOST_NOISE:
            self._replies = Replies()
            self.line.drop()
            raise LineDown("nonsense on the line")

    async def _ask_each(self) -> str | None:
        await self.line.open()
        try:
            async with asyncio.timeout(ANSWER_S):
                for question in _QUESTIONS:
                    await self.line.send(question.command)
                    self.answered(question, await self._answer())
        except TimeoutError:
            self.line.drop()  # a late answer must never be taken for the answer to the next question
            return f"no answer within {ANSWER_S:g} s"
        except asyncio.CancelledError:
            self.line.drop()
            raise
        self._replies.noise = 0
        return None

    async def _answer(self) -> int:
        """Return the answer to the one question asked; whatever else comes unasked counts as noise."""
        while True:
            answer: int | None = None
            for reply in self._replies.feed(await self.line.receive()):
                match reply:
                    case RealTime(value) if answer is None:
                        answer = value
                    case Automatic():
                        self.told(reply)
                    case _:
                        self._replies.noise += 1
            self.check_noise()
            if answer is not None:
                return answer
