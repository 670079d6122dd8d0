"""What is under way at the same time may overtake, and outlives whoever sent it."""

import asyncio
from collections import Counter

import pytest

from kiosk.simulation.fate import Fate, Plan
from kiosk.simulation.outside.line import OLD, OVERTAKEN, STALE, Line
from kiosk.simulation.points.every_point import strike
from kiosk.simulation.power import Life, Stopped
from kiosk.simulation.virtual_time import VirtualClock, run


class Far:
    """A far end that counts, and a line to it with the faults that are asked for."""

    def __init__(self, *faults: str) -> None:
        fate = Fate(3, Plan(storm=0.0, forced=frozenset(f"0/{fault}" for fault in faults)))
        self.clock = VirtualClock()
        self.line = Line("far", self.clock, fate, lambda _: None)
        self.life = Life(fate, 0.0)
        self.count = 0

    def act(self) -> int:
        self.count += 1
        return self.count

    async def ask(self, question: str) -> int | None:
        return await self.line.ask(self.life, question, self.act, lambda: self.count)


def test_the_answer_to_an_older_question_arrives_last() -> None:
    far = Far("far first is answered late#1")
    came: list[str] = []

    async def ask(question: str) -> int | None:
        answer = await far.ask(question)
        came.append(question)
        return answer

    async def story() -> list[int | None]:
        first = asyncio.ensure_future(ask("first"))
        await far.clock.sleep(0.5)
        return await asyncio.gather(first, ask("second"))

    assert run(story()) == [1, 2]
    assert came == ["second", "first"]
    assert far.line.disorder == Counter({OVERTAKEN: 1, STALE: 1})


def test_a_request_arrives_though_nobody_waits_for_it_any_more() -> None:
    far = Far("far first arrives long after#1")

    async def story() -> int:
        asking = asyncio.ensure_future(far.ask("first"))
        await far.clock.sleep(0.001)
        asking.cancel()
        await far.clock.sleep(10.0)
        assert far.count == 0
        await far.ask("second")
        await far.clock.sleep(60.0)
        return far.count

    assert run(story()) == 2
    assert far.line.disorder[OLD] == far.line.disorder[OVERTAKEN] == 1


def test_what_a_dying_program_sent_still_arrives() -> None:
    far = Far("the program is killed while far.first is on its way#1")

    async def story() -> None:
        with pytest.raises(Stopped):
            await far.ask("first")
        await far.clock.sleep(61.0)

    run(story())
    assert far.count == 1


def test_an_answer_is_held_back_until_it_is_stale() -> None:
    far = Far("the answer to far first is overtaken#1")

    async def story() -> int | None:
        asking = asyncio.ensure_future(far.ask("first"))
        await far.clock.sleep(5.0)
        assert not asking.done()
        far.count = 7
        return await asking

    assert run(story()) == 1
    assert far.line.disorder == Counter({STALE: 1})


def test_not_paid_yet_arrives_after_the_payment_and_is_asked_again() -> None:
    told = [strike(f"1/the answer to gateway query is overtaken#{number}") for number in range(1, 12)]
    stale = [outcome for outcome in told if outcome.disorder[STALE]]
    assert stale, "no answer was overtaken by the payment"
    assert {ending.split(",")[0] for outcome in stale for ending in outcome.endings} == {"printed"}
