"""What staff may do about an open case: told through the pure fold, in every order they can think of."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel
from kiosk.domain.staff import Role, Staff
from kiosk.visit import case_events as c
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.case_effects import InspectAgain, PrintAgain
from kiosk.visit.casework import COVERS, HANDLED, CaseAction, allowed, reasons
from kiosk.visit.fold import Numbered
from kiosk.visit.invariants import violations
from kiosk.visit.model import CardFate, CaseKind, PrintState, Step, refund_number
from tests.visit.world import BROKEN, Story, outcomes, story, taps

CLERK = Staff("王芳", Role.CLERK)
LOST = Fault(FailureCode.CARD_UNKNOWN, "another card")


def results(effect: f.Effect, told: Story) -> list[e.Event]:
    """Everything that may come back, also for the work on cases."""
    if isinstance(effect, InspectAgain | PrintAgain):
        unknown = [c.CaseFilmNotInspected(LOST, touched=True)] if isinstance(effect, PrintAgain) else []
        seen = [c.CaseFilmInspected(True), c.CaseFilmInspected(False, "empty")]
        return [*seen, c.CaseFilmNotInspected(LOST), *unknown]
    return outcomes(effect, told.visit, told.at)


def answer(told: Story, numbered: Numbered, choice: int) -> None:
    possible = results(numbered.effect, told)
    told.tell(possible[choice % len(possible)], numbered.number)


def settle(told: Story, choice: int = 0) -> Story:
    """Let everything that waits have an outcome."""
    for _ in range(60):
        if told.folded.over:
            return told
        if told.folded.pending:
            answer(told, told.folded.pending[0], choice)
        else:
            told.tell(taps(told.visit)[0])
    raise AssertionError(f"hangs in {told.visit.step}")


def unverified() -> Story:
    """A card pulled while it was printed: paid, and nobody knows what its film shows."""
    told = story().until(Step.PRINTING)
    told.tell(e.CardRemoved())
    settle(told)
    assert told.visit.cases == (CaseKind.PRINT_UNVERIFIED,)
    return told


def order(told: Story, event: e.Event) -> bool:
    done = told.tell(event)
    assert violations(told.folded) == ()
    return done


def test_without_an_inspection_nothing_is_printed_and_nothing_given_back() -> None:
    told = unverified()
    assert set(allowed(told.visit)) == {CaseAction.INSPECT, CaseAction.SEEN, CaseAction.CLOSE}
    assert not order(told, c.CaseRefundOrdered(CLERK))
    assert not order(told, c.CaseReprintOrdered(CLERK))


def test_a_film_that_shows_the_endorsement_settles_the_case_and_the_authority_is_told() -> None:
    told = unverified()
    assert order(told, c.CaseInspectionOrdered(CLERK))
    assert not allowed(settle(told).visit)
    assert told.visit.print_state is PrintState.VERIFIED
    assert told.visit.reported
    assert not order(told, c.CaseRefundOrdered(CLERK))


def test_a_film_that_does_not_show_it_is_refunded_once_and_never_printed_afterwards() -> None:
    told = unverified()
    order(told, c.CaseFilmSeen(False, CLERK))
    assert {CaseAction.REFUND, CaseAction.REPRINT} <= set(allowed(told.visit))
    assert order(told, c.CaseRefundOrdered(CLERK))
    asked = [n.effect for n in told.folded.pending if isinstance(n.effect, f.RefundPayment)]
    reports = [n.effect for n in told.folded.pending if isinstance(n.effect, f.ReportPrint)]
    assert [one.refund.number for one in asked] == [refund_number(told.visit.payments[0])]
    assert [one.printed for one in reports] == [False]
    assert CaseAction.REPRINT not in allowed(told.visit)
    settle(told)
    assert not told.visit.cases
    assert len(told.visit.refunded) == 1


def test_money_that_is_going_back_is_not_undone_by_a_second_look() -> None:
    told = unverified()
    order(told, c.CaseFilmSeen(False, CLERK))
    assert order(told, c.CaseRefundOrdered(CLERK))
    number = refund_number(told.visit.payments[0])
    for numbered in told.folded.pending:
        if isinstance(numbered.effect, f.RefundPayment):
            told.tell(e.RefundNotDone(number, BROKEN), numbered.number)
    settle(told)
    assert CaseKind.REFUND_OPEN in told.visit.cases
    assert not {CaseAction.SEEN, CaseAction.INSPECT, CaseAction.REPRINT} & set(allowed(told.visit))
    assert not order(told, c.CaseFilmSeen(True, CLERK))
    assert order(told, c.CaseAskedAgain(CLERK))
    assert [n.effect.refund.number for n in told.folded.pending if isinstance(n.effect, f.RefundPayment)] == [
        number
    ]


def test_printed_again_after_an_inspection_and_never_refunded_afterwards() -> None:
    told = unverified()
    order(told, c.CaseFilmSeen(False, CLERK))
    assert order(told, c.CaseReprintOrdered(CLERK))
    assert settle(told).visit.print_state is PrintState.VERIFIED
    assert not told.visit.cases
    assert not order(told, c.CaseRefundOrdered(CLERK))


def test_a_second_print_of_which_nobody_knows_needs_another_inspection() -> None:
    told = unverified()
    order(told, c.CaseFilmSeen(False, CLERK))
    order(told, c.CaseReprintOrdered(CLERK))
    told.tell(c.CaseFilmNotInspected(BROKEN, touched=True), told.folded.pending[0].number)
    assert told.visit.print_state is PrintState.UNKNOWN
    assert not {CaseAction.REFUND, CaseAction.REPRINT} & set(allowed(told.visit))


def test_the_wrong_card_changes_nothing() -> None:
    told = unverified()
    order(told, c.CaseFilmSeen(False, CLERK))
    before = allowed(told.visit)
    order(told, c.CaseReprintOrdered(CLERK))
    told.tell(c.CaseFilmNotInspected(LOST), told.folded.pending[0].number)
    assert allowed(told.visit) == before


@pytest.mark.parametrize("reason", list(c.CloseReason))
def test_each_reason_settles_only_what_it_covers(reason: c.CloseReason) -> None:
    told = unverified()
    covered = CaseKind.PRINT_UNVERIFIED in COVERS[reason]
    assert (reason in reasons(told.visit)) is covered
    assert order(told, c.CaseClosed(reason, CLERK, "as agreed")) is covered
    assert (CaseKind.PRINT_UNVERIFIED in told.visit.cases) is not covered


def test_money_settled_outside_is_not_sent_back_again_when_it_turns_up() -> None:
    told = story().until(Step.PAYING)
    told.tell(e.Cancelled())
    while not told.folded.over:
        asked = told.folded.pending[0]
        answer(told, asked, 2 if isinstance(asked.effect, f.ClosePayment) else 0)  # nobody can say
    assert told.visit.cases == (CaseKind.PAYMENT_UNDECIDED,)
    order(told, c.CaseClosed(c.CloseReason.SETTLED_OUTSIDE, CLERK))
    paid = outcomes(f.ClosePayment(told.visit.orders[0]), told.visit, told.at)[1]
    order(told, paid)
    assert told.folded.over
    assert not told.visit.refunds
    assert not told.visit.unreturned


def test_a_retained_card_is_handed_back() -> None:
    told = story().until(Step.TAKING)
    told.tell(e.CardLeft(), told.folded.pending[0].number)
    settle(told)
    assert told.visit.cases == (CaseKind.CARD_RETAINED,)
    assert order(told, c.CaseClosed(c.CloseReason.HANDED_BACK, CLERK))
    assert told.visit.card is CardFate.TAKEN
    assert allowed(told.visit) == ()


def test_no_work_on_a_visit_that_still_runs() -> None:
    told = story().until(Step.PAYING)
    assert allowed(told.visit) == ()
    assert not told.tell(c.CaseClosed(c.CloseReason.SETTLED_OUTSIDE, CLERK))


ORDERS = (
    c.CaseAskedAgain(CLERK),
    c.CaseRefundOrdered(CLERK),
    c.CaseInspectionOrdered(CLERK),
    c.CaseFilmSeen(False, CLERK),
    c.CaseFilmSeen(True, CLERK),
    c.CaseReprintOrdered(CLERK),
    *(c.CaseClosed(reason, CLERK) for reason in c.CloseReason),
    e.Restarted(),
)
Choices = st.lists(st.tuples(st.booleans(), st.integers(0, 11), st.integers(0, 5)), max_size=25)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([Step.PAYING, Step.PRINTING, Step.INSPECTING]), st.integers(0, 3), Choices)
def test_whatever_staff_do_in_whatever_order_nothing_is_printed_or_paid_twice(
    step: Step, fault: int, choices: list[tuple[bool, int, int]]
) -> None:
    told = story().until(step)
    told.tell(e.CardRemoved())
    settle(told, fault)
    printed_again = 0
    for outcome, which, choice in choices:
        pending = told.folded.pending
        if outcome and pending:
            answer(told, pending[which % len(pending)], choice)
        elif told.folded.over:  # the desk lets nobody act before
            before, printed_before = told.visit, told.visit.printed
            told.tell(ORDERS[which % len(ORDERS)])
            fresh = [n.effect for n in told.folded.pending]
            if any(isinstance(one, PrintAgain) for one in fresh):
                printed_again += 1
                assert before.print_state in {PrintState.DIFFERS, PrintState.NOT_PRINTED}
                assert not before.refunds
            if any(isinstance(one, f.RefundPayment) for one in fresh):
                assert not printed_before or before.payments[0].order_number != before.paid_order
        assert violations(told.folded) == ()
        numbers = [refund.number for refund in told.visit.refunds]
        assert len(set(numbers)) == len(numbers)
    assert told.visit.step is Step.ENDED


def test_every_event_of_the_work_on_cases_is_handled() -> None:
    assert set(c.ALL) == HANDLED


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\nb"])
def test_a_name_that_says_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Staff(name, Role.CLERK)


def test_money_that_only_staff_can_give_back_is_not_offered_as_a_refund() -> None:
    told = story(e.MethodChosen(Channel.YCT)).until(Step.PRINTING)
    told.tell(e.CardRemoved())
    settle(told)
    order(told, c.CaseFilmSeen(False, CLERK))
    assert CaseAction.REFUND not in allowed(told.visit)
    assert c.CloseReason.SETTLED_OUTSIDE in reasons(told.visit)
