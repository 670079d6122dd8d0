"""A line to a far end: what is sent arrives by itself, whatever becomes of the sender, and in any order."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kiosk.simulation.fate import Fate
from kiosk.simulation.power import Life, Stopped
from kiosk.simulation.virtual_time import VirtualClock

T = TypeVar("T")

FAULTS = 0.01
_TIMEOUT_S = 13.0
"""Connect 3 s and read 10 s, as the adapters wait (docs/payments.md)."""

OLD = "a request arrives when nobody waits for its answer any more"
OVERTAKEN = "an answer comes after the answer to a newer question"
STALE = "an answer was true when it was given, and is no more"
OUT_OF_ORDER = (OLD, OVERTAKEN, STALE)

_BACK_S = 0.05
_LOOKS_S = 0.25
_HELD_UP_S = 60.0


@dataclass(slots=True, eq=False)
class Line:
    """The way to one far end and back; it outlives the program.

    A request and its answer are two messages, and whatever is under way at the same time may overtake. An
    answer was true at the moment it was made at the far end; when it arrives, it may be true no more.

    Attributes:
        name: of the far end, for keys and the story.
        sent: how many requests were sent.
        heard: the newest of them to which an answer has come back.
        disorder: what did not come in its order, counted by kind.
    """

    name: str
    clock: VirtualClock
    fate: Fate
    story: Callable[[str], None]
    sent: int = 0
    heard: int = 0
    disorder: Counter[str] = field(default_factory=Counter)

    async def ask(
        self,
        life: Life,
        question: str,
        act: Callable[[], T],
        about: Callable[[], object] | None = None,
        *,
        reads: bool = False,
    ) -> T | None:
        """Return the answer; None where the asker waited in vain, whatever became of the request.

        Args:
            act: what the request does at the far end.
            about: what the answer is about, as it stands there; how it stood tells when an answer is stale.
            reads: the request changes nothing at the far end, so that a copy of it is nothing to tell of.
        """
        loop, fate = asyncio.get_running_loop(), self.fate
        self.sent += 1
        answer: asyncio.Future[T | None] = loop.create_future()
        request = _Request(self, f"{self.name} {question}", self.sent, act, about, reads, answer)
        if fate.fault(f"{request.name} is lost on the way", FAULTS):
            loop.call_later(_TIMEOUT_S, request.give_up)
            arrival = None
        elif fate.fault(f"{request.name} arrives long after", FAULTS):
            loop.call_later(_TIMEOUT_S, request.give_up)
            arrival = loop.call_later(
                fate.seconds("after", _TIMEOUT_S, 4 * _TIMEOUT_S), request.arrive_in_vain
            )
        else:
            arrival = loop.call_later(fate.seconds("there", 0.02, 0.3), request.arrive)
        try:
            life.point(f"while {self.name}.{question} is on its way")
        except Stopped:
            if arrival is not None and fate.chance("what was sent is held up", 0.5):
                arrival.cancel()
                loop.call_later(fate.seconds("held up for", 1.0, _HELD_UP_S), request.arrive_in_vain)
            raise
        return await answer

    def note(self, disorder: str, name: str) -> None:
        """Count and tell something that did not come in its order."""
        self.disorder[disorder] += 1
        self.story(f"{disorder}: {name}")


@dataclass(slots=True, eq=False)
class _Request(Generic[T]):
    """One request on its way, and its answer; `number` counts those of the line."""

    line: Line
    name: str
    number: int
    act: Callable[[], T]
    about: Callable[[], object] | None
    reads: bool
    answer: "asyncio.Future[T | None]"

    def arrive(self) -> None:
        """Get there, do what it asks for, and send the answer back."""
        fate, told = self.line.fate, self.act()
        if not self.reads and fate.fault(f"{self.name} arrives twice", FAULTS):
            told = self._copied(told)
        stood, back = self._stands(), _BACK_S
        if fate.fault(f"{self.name} is answered late", FAULTS):
            back += fate.seconds("late by", 1.0, _TIMEOUT_S - 1.0)
        if fate.fault(f"{self.name} loses its answer", FAULTS):
            self._later(back + _TIMEOUT_S, self.give_up)
        elif self.about is not None and fate.fault(f"the answer to {self.name} is overtaken", FAULTS * 3):
            self._hold(told, stood, self.line.clock.monotonic() + _TIMEOUT_S - 1.0)
        else:
            self._later(back, lambda: self._hear(told, stood))

    def arrive_in_vain(self) -> None:
        """Get there when nobody waits for an answer any more."""
        self.line.note(OLD, self.name)
        self._hear(self.act(), self._stands())

    def give_up(self) -> None:
        if not self.answer.done():
            self.answer.set_result(None)

    def _stands(self) -> object:
        return None if self.about is None else self.about()

    def _copied(self, told: T) -> T:
        """Get there once more; only the answer to a copy that comes at once is the one that counts."""
        fate = self.line.fate
        if not fate.chance("the copy is held up", 0.5):
            return self.act()
        self._later(fate.seconds("the copy comes after", 1.0, _HELD_UP_S), self.arrive_in_vain)
        return told

    def _hold(self, told: T, stood: object, until: float) -> None:
        """Keep an answer back until it is stale, as long as somebody waits for it."""
        if self._stands() != stood or self.line.clock.monotonic() >= until:
            self._hear(told, stood)
        else:
            self._later(_LOOKS_S, lambda: self._hold(told, stood, until))

    def _hear(self, told: T, stood: object) -> None:
        """The answer is back; tell where newer ones, or what it is about, have overtaken it."""
        line = self.line
        if self.number < line.heard:
            line.note(OVERTAKEN, self.name)
        if self._stands() != stood:
            line.note(STALE, self.name)
        line.heard = max(line.heard, self.number)
        if not self.answer.done():
            self.answer.set_result(told)

    def _later(self, seconds: float, act: Callable[[], object]) -> None:
        asyncio.get_running_loop().call_later(seconds, act)
