"""Step × fault, generated from the transition table, and random lives of a visit."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.visit import events as e
from kiosk.visit.background import HANDLED
from kiosk.visit.effects import ALL as ALL_EFFECTS
from kiosk.visit.effects import Effect
from kiosk.visit.fold import Folded, advance
from kiosk.visit.invariants import violations
from kiosk.visit.model import CardFate, Step
from kiosk.visit.table import TABLE
from tests.visit.world import WAYS, Story, outcomes, steps_on_the_way, story, taps

STEPS = tuple(steps_on_the_way())
PAYING = {Step.CHOOSING_METHOD, Step.OPENING_PAYMENT, Step.PAYING}
BY_THEMSELVES = (e.CardRemoved(), e.TimedOut(), e.Restarted(), e.Cancelled())


Fault = tuple[e.MethodChosen, Step, str, int]


def faults() -> Iterator[Fault]:
    """Every step of the way to success with every other outcome of its effect and every outside event.

    Another way to pay differs from the first one in the steps of paying.
    """
    for way in WAYS:
        for step in STEPS if way is WAYS[0] else PAYING & set(steps_on_the_way(way)):
            yield from ((way, step, family, choice) for family, choice in faults_at(story(way).until(step)))


def faults_at(told: Story) -> Iterator[tuple[str, int]]:
    if told.folded.pending:
        count = len(outcomes(told.folded.pending[0].effect, told.visit, told.at))
        yield from (("outcome", choice) for choice in range(1, count))
    yield from (("event", number) for number in range(len(BY_THEMSELVES)))


@pytest.mark.parametrize(
    "way_step_family_choice", list(faults()), ids=lambda fault: "-".join(map(_word, fault))
)
def test_every_fault_at_every_step_ends_soundly(way_step_family_choice: Fault) -> None:
    way, step, family, choice = way_step_family_choice
    told = story(way).until(step)
    if family == "outcome":
        told.answer(told.folded.pending[0], choice)
    else:
        told.tell(BY_THEMSELVES[choice])
    told.finish()
    assert violations(told.folded) == ()
    assert told.visit.card in {CardFate.TAKEN, CardFate.RETAINED, CardFate.REMOVED, CardFate.UNKNOWN}
    delivered = told.visit.printed
    returned = all(f"{paid.order_number}R1" in told.visit.refunded for paid in told.visit.payments)
    assert delivered or returned or told.visit.cases


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 5)), max_size=120))
def test_whatever_happens_in_whatever_order_the_invariants_hold(choices: list[tuple[int, int, int]]) -> None:
    told = story()
    for family, which, choice in choices:
        if told.folded.over:
            break
        _something(told, family, which, choice)
        assert violations(told.folded) == ()
    told.finish()
    assert violations(told.folded) == ()


def _something(told: Story, family: int, which: int, choice: int) -> None:
    pending = told.folded.pending
    if family <= 1 and pending:
        told.answer(pending[which % len(pending)], choice)
    elif family == 2:
        possible = taps(told.visit)
        told.tell(possible[(which + choice) % len(possible)])
    else:
        told.tell(BY_THEMSELVES[which % len(BY_THEMSELVES)])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 5)), max_size=80))
def test_folding_the_same_events_again_gives_the_same_visit(choices: list[tuple[int, int, int]]) -> None:
    told = story()
    for family, which, choice in choices:
        _something(told, family, which, choice)
    again = Folded()
    for event, at, outcome_of in told.records:
        step = advance(again, event, at, outcome_of)
        assert step is not None
        again = step.folded
    assert again == told.folded


def _word(part: object) -> str:
    return f"{part.channel}{'-code' * part.payer_code}" if isinstance(part, e.MethodChosen) else str(part)


def test_every_step_has_a_row_and_the_way_to_success_visits_them() -> None:
    assert set(TABLE) == set(Step)
    missing = set(Step) - set(STEPS) - {Step.START, Step.ENDED}
    by_staff = {Step.NOT_RECOGNISED, Step.CALLING_STAFF, Step.CHECKING_HOLDER}
    assert missing == by_staff | {Step.CLOSING_PAYMENT, Step.REFUNDING, Step.RETAINING}


def test_every_event_is_answered_somewhere() -> None:
    answered = {event for row in TABLE.values() for event in row.ways} | HANDLED | {e.Restarted}
    assert answered == set(e.ALL)


def test_every_effect_is_asked_for_by_some_visit() -> None:
    asked: set[type[Effect]] = set()
    for way, step, family, choice in faults():
        told = story(way).until(step)
        if family == "outcome":
            told.answer(told.folded.pending[0], choice)
        else:
            told.tell(BY_THEMSELVES[choice])
        while not told.folded.over:
            asked.update(type(n.effect) for n in told.folded.pending)
            told.go_on()
    told = story()
    while not told.folded.over:
        asked.update(type(n.effect) for n in told.folded.pending)
        told.go_on()
    assert asked == set(ALL_EFFECTS)
