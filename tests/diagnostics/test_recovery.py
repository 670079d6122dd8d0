"""The table of recovery has a row for every kind of record and says what a restart really does."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from kiosk.diagnostics.recovery import INTENTS, NOTES, STEPS, How, Way, leads_to, rows
from kiosk.runtime import performing
from kiosk.runtime.recovery_time import background_s, before_service_s, visit_s, whole_s
from kiosk.visit import case_effects, case_events, effects, events
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.model import CardFate, Step
from kiosk.visit.table import OUT
from tests.visit.world import Story, outcomes, story, taps
from tools import recovery_page


def test_every_kind_of_record_has_its_row() -> None:
    kinds = {("event", kind.__name__) for kind in (*events.ALL, *case_events.ALL)}
    kinds |= {("intent", kind.__name__) for kind in (*effects.ALL, *case_effects.ALL)}
    kinds |= {("note", name) for name in NOTES}
    told = [(row.kind, row.name) for row in rows()]
    assert set(told) == kinds
    assert len(told) == len(kinds)
    assert all(row.then for row in rows())
    assert set(STEPS) == set(Step)


def test_a_new_kind_of_event_without_a_way_has_no_row() -> None:
    class Unheard(events.Event):
        pass

    with pytest.raises(KeyError, match="Unheard"):
        leads_to(Unheard)


@pytest.mark.parametrize("kind", list(INTENTS), ids=lambda kind: kind.__name__)
def test_what_becomes_of_an_intent_is_what_the_runtime_does(kind: type[f.Effect]) -> None:
    remedy = INTENTS[kind]
    assert (remedy.how is How.ABANDON) is kind.ends_with_step
    assert (remedy.how is How.ASK) is kind.ask_first is (kind in performing._ASKERS)
    assert (remedy.longest_s is None) is (remedy.how is How.ABANDON)


@cache
def everywhere() -> dict[Step, Story]:
    """Return a visit in every step there is, the shortest way to each."""
    begun = story()
    found: dict[Step, Story] = {}
    seen: set[object] = set()
    waiting = deque([begun])
    while waiting:
        told = waiting.popleft()
        found.setdefault(told.visit.step, told)
        for after in _next(told):
            visit = after.visit
            known = (visit.step, visit.wanted, visit.face_attempts, bool(visit.payments))
            if known not in seen:
                seen.add(known)
                waiting.append(after)
    return found


def _next(told: Story) -> Iterator[Story]:
    """Yield what the visit can become with one more event."""
    answers = [
        (event, numbered.number)
        for numbered in told.folded.pending
        for event in outcomes(numbered.effect, told.visit, told.at)
    ]
    for event, number in [*answers, *((tap, None) for tap in taps(told.visit))]:
        after = replace(told, records=list(told.records))
        if after.tell(event, number):
            yield after


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.START])
def test_a_restart_does_at_every_step_what_the_table_says(step: Step) -> None:
    told = replace(everywhere()[step])
    assert told.visit.step is step
    pending, card = told.folded.pending, told.visit.card
    changed = told.tell(e.Restarted())
    match STEPS[step]:
        case Way.LEAVE:
            assert told.visit.step in OUT
            assert not told.visit.payments
        case Way.CLOSE_ORDER:
            unsent = [type(n.effect) for n in pending] == [f.ReadPayerCode]
            closing = any(isinstance(n.effect, f.ClosePayment) for n in told.folded.pending)
            assert closing is not unsent
            assert told.visit.step is Step.CLOSING_PAYMENT or unsent
        case Way.SLIP:
            assert told.visit.step is Step.SLIP
        case Way.GO_ON:
            assert (told.visit.step, told.folded.pending) == (step, pending)
            assert pending
        case Way.ASK_AGAIN:
            assert told.visit.step is Step.ENDED
            assert {type(n.effect) for n in told.folded.pending} <= {f.Withdraw, f.ReportPrint}
        case Way.NONE:
            raise AssertionError("there is a visit")
    assert changed
    told.finish()
    assert told.visit.card in {CardFate.TAKEN, CardFate.RETAINED} or card is CardFate.REMOVED


def test_recovery_is_bounded_in_time() -> None:
    assert all(remedy.longest_s is None or remedy.longest_s <= 300 for remedy in INTENTS.values())
    assert visit_s() < before_service_s() < 1800
    assert before_service_s() + background_s() == whole_s() < 3000


def test_the_page_is_the_programs_own_table() -> None:
    old = recovery_page.PAGE.read_text(encoding="utf-8")
    assert recovery_page.page(old) == old, "run: python tools/recovery_page.py"
