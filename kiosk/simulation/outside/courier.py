"""The networks' notifications: prompt, late, twice, lost on the way, and told again until they are taken."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.payment import Order
from kiosk.payments.notifications import NoticeDesk
from kiosk.simulation.fate import Fate
from kiosk.simulation.outside.line import FAULTS
from kiosk.simulation.power import Life

_AGAIN_S = (15.0, 15.0, 30.0, 180.0, 600.0)
"""Pauses between the tries; the networks go on for a day."""

_TAKEN = frozenset({200, 204})
_OFTEN = FAULTS * 3


class News(StrEnum):
    """What a network tells of an order."""

    SCANNED = "scanned"
    PAID = "paid"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Door:
    """Where one life of the program takes notifications: its own desk."""

    desk: NoticeDesk
    life: Life


@dataclass(frozen=True, slots=True)
class _Letter:
    news: News
    order: Order

    @property
    def name(self) -> str:
        return f"notification {self.news}"

    @property
    def body(self) -> bytes:
        return f"{self.news} {self.order.number}".encode()


@dataclass(slots=True, eq=False)
class Courier:
    """Brings the networks' notifications; it outlives the program.

    Attributes:
        away: whether networks and machine cannot reach each other now.
        door: of the running program; None while it is not there.
        when: tells, by an order's number, what the program makes of the order just now.
        taken: what was taken, counted by that.
        acknowledged: orders of whose payment the networks tell no more, as the machine has taken it.
        reaches: this machine can be reached from outside at all; behind NAT none comes.
    """

    fate: Fate
    story: Callable[[str], None]
    away: Callable[[], bool]
    door: Door | None = None
    when: Callable[[str], str] = lambda _: "of an order"
    taken: Counter[str] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    reaches: bool = field(init=False)
    _under_way: set["asyncio.Task[None]"] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.reaches = self.fate.chance("the networks reach this machine", 0.75)

    def tell(self, news: News, order: Order) -> None:
        """Notify of an order; terminal and purse reader notify nobody."""
        if not (self.reaches and order.channel.shows_code):
            return
        fate, letter = self.fate, _Letter(news, order)
        after = fate.seconds("notified after", 0.05, 2.0)
        if fate.fault(f"{letter.name} comes late", _OFTEN):
            after = fate.seconds("late by", 3.0, 900.0)
        self._send(letter, after)
        if fate.fault(f"{letter.name} comes twice", _OFTEN):
            at_once = fate.chance("both at once", 0.3)
            self._send(letter, after if at_once else after + fate.seconds("the second after", 0.1, 60.0))

    def _send(self, letter: _Letter, after: float, tries: int = 0) -> None:
        asyncio.get_running_loop().call_later(after, self._arrive, letter, tries)

    def _again(self, letter: _Letter, tries: int) -> None:
        if tries < len(_AGAIN_S):
            self._send(letter, _AGAIN_S[tries], tries + 1)

    def _arrive(self, letter: _Letter, tries: int) -> None:
        door = self.door
        lost = self.fate.fault(f"{letter.name} is lost on the way", _OFTEN)
        if lost or door is None or door.life.over or self.away():
            self._again(letter, tries)
            return
        task = asyncio.get_running_loop().create_task(self._hand_over(door, letter, tries))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _hand_over(self, door: Door, letter: _Letter, tries: int) -> None:
        """Let the program take it; it ends with the program, and comes again to the next one."""
        taken = False
        try:
            door.life.point(f"before {letter.name}")
            when = self.when(letter.order.number)
            path = f"/notice/{letter.order.channel}"
            answer = await door.desk.receive(path, {}, letter.body)
            self.story(f"notification: {letter.order.number} is {letter.news}, answered {answer.status}")
            door.life.point(f"after {letter.name}")
            lost = self.fate.fault(f"{letter.name} loses its answer", _OFTEN)
            taken = answer.status in _TAKEN and not lost
            if answer.status in _TAKEN:
                self.taken[f"{letter.name} {when}"] += 1
            if taken and letter.news is News.PAID:
                self.acknowledged.add(letter.order.number)
        finally:
            if not taken:
                self._again(letter, tries)
