"""What comes when nobody waits for it any more: nothing of it is dropped, and nothing is done twice."""

from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel, Payment
from kiosk.visit import case_events as c
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.casework import CaseAction, allowed
from kiosk.visit.fold import Folded
from kiosk.visit.model import CaseKind, PrintState, Step, Visit, refund_number
from tests.diagnostics.test_casework import CLERK, settle
from tests.visit.world import BROKEN, Story, issued, payment, story, taps


def pending(told: Story, kind: type[f.Effect]) -> list[f.Effect]:
    return [numbered.effect for numbered in told.folded.pending if isinstance(numbered.effect, kind)]


def number_of(told: Story, kind: type[f.Effect]) -> int:
    return next(one.number for one in told.folded.pending if isinstance(one.effect, kind))


def answer(told: Story, kind: type[f.Effect], event: e.Event) -> None:
    assert told.tell(event, number_of(told, kind))


def goes_back(told: Story, paid: Payment, *, done: bool) -> None:
    """Let the network answer to the refund of a payment, as often as it was asked."""
    number = refund_number(paid)
    event = e.RefundDone(number, paid.amount) if done else e.RefundNotDone(number, BROKEN)
    for numbered in told.folded.pending:
        if isinstance(numbered.effect, f.RefundPayment) and numbered.effect.refund.number == number:
            told.tell(event, numbered.number)


# --- the authority -----------------------------------------------------------------------------------


def test_an_approval_that_comes_after_the_visit_has_ended_is_given_back() -> None:
    told = story().until(Step.APPROVING)
    told.tell(e.CardRemoved())
    assert told.visit.step is Step.ENDED
    answer(told, f.Apply, e.ApplicationApproved("A1"))
    assert pending(told, f.Withdraw) == [f.Withdraw(f"{told.visit.visit_id}-withdraw", "A1")]
    answer(told, f.Withdraw, e.ApprovalNotWithdrawn(BROKEN))
    assert told.visit.cases == (CaseKind.WITHDRAWAL_OPEN,)


def test_an_approval_that_comes_after_cancelling_is_given_back_and_nothing_is_paid() -> None:
    told = story().until(Step.APPROVING)
    told.tell(e.Cancelled())
    answer(told, f.Apply, e.ApplicationApproved("A1"))
    assert pending(told, f.Withdraw)
    assert told.finish().visit.withdrawn
    assert not told.visit.orders


def test_endorsements_that_come_after_the_visit_has_ended_are_reported_as_not_printed() -> None:
    told = story().until(Step.ISSUING)
    endorsements = issued(told.visit, told.at)
    told.tell(e.CardRemoved())
    answer(told, f.Issue, e.EndorsementsIssued(endorsements))
    (report,) = pending(told, f.ReportPrint)
    assert isinstance(report, f.ReportPrint)
    assert report.control_numbers == tuple(one.control_no for one in endorsements)
    assert not report.printed
    answer(told, f.ReportPrint, e.PrintNotReported(BROKEN))
    assert CaseKind.REPORT_OPEN in told.visit.cases


def test_what_was_issued_for_is_not_withdrawn_and_what_was_not_is() -> None:
    told = story().until(Step.ISSUING)
    told.tell(e.EndorsementsIssued(issued(told.visit, told.at)), number_of(told, f.Issue))
    for _ in range(2):
        answer(told, f.PrintCard, e.CardNotPrinted(BROKEN))
    told.finish()
    assert told.visit.refunded
    assert not told.visit.withdrawn
    other = story().until(Step.ISSUING)
    answer(other, f.Issue, e.IssueFailed(BROKEN))
    assert other.finish().visit.withdrawn


def test_what_is_reported_anew_is_a_request_of_its_own() -> None:
    told = story().until(Step.INSPECTING)
    answer(told, f.InspectCard, e.InspectionFailed(BROKEN))
    (first,) = pending(told, f.ReportPrint)
    settle(told)
    assert told.tell(c.CaseFilmSeen(False, CLERK))
    assert told.tell(c.CaseRefundOrdered(CLERK))
    (second,) = pending(told, f.ReportPrint)
    assert isinstance(first, f.ReportPrint)
    assert isinstance(second, f.ReportPrint)
    assert (first.printed, second.printed) == (True, False)
    assert first.request_id != second.request_id


def test_a_print_nobody_could_look_at_is_a_case_also_where_the_printer_called_it_done() -> None:
    told = story().until(Step.INSPECTING)
    answer(told, f.InspectCard, e.InspectionFailed(BROKEN))
    told.finish()
    assert told.visit.print_state is PrintState.PRINTED
    assert told.visit.cases == (CaseKind.PRINT_UNVERIFIED,)


def test_a_print_of_which_nobody_knows_is_reported_by_nobody() -> None:
    told = story().until(Step.PRINTING)
    answer(told, f.PrintCard, e.PrintUndecided(BROKEN))
    answer(told, f.InspectCard, e.InspectionFailed(BROKEN))
    assert pending(told, f.ReportPrint) == []
    assert not told.finish().visit.reported
    assert told.visit.print_state is PrintState.UNKNOWN
    assert told.visit.cases == (CaseKind.PRINT_UNVERIFIED,)


# --- money -------------------------------------------------------------------------------------------


def closed_and_paid_late() -> Story:
    """At a second code, with the money of the first, closed order come in after all."""
    told = story().until(Step.PAYING)
    late = payment(told.visit)
    told.tell(e.WentBack())
    answer(told, f.ClosePayment, e.PaymentClosed(late.order_number))
    told.tell(e.MethodChosen(Channel.WECHAT))
    told.until(Step.PAYING)
    assert told.tell(e.PaymentSettled(late))
    return told


def test_one_refund_that_is_done_does_not_close_the_case_of_another() -> None:
    told = closed_and_paid_late()
    first = told.visit.payments[0]
    told.tell(e.Cancelled())
    answer(told, f.ClosePayment, e.PaymentSettled(payment(told.visit)))
    second = told.visit.payments[1]
    goes_back(told, first, done=False)
    assert told.visit.step is Step.SLIP
    goes_back(told, second, done=True)
    assert told.visit.unreturned == (first,)
    assert CaseKind.REFUND_OPEN in told.visit.cases
    told.finish()
    told.tell(c.CaseAskedAgain(CLERK))
    goes_back(told, first, done=True)
    assert CaseKind.REFUND_OPEN not in told.visit.cases


def test_the_slip_waits_until_every_refund_has_an_answer() -> None:
    told = closed_and_paid_late()
    told.tell(e.Cancelled())
    answer(told, f.ClosePayment, e.PaymentSettled(payment(told.visit)))
    first, second = told.visit.payments
    goes_back(told, first, done=True)
    assert told.visit.step is Step.REFUNDING
    goes_back(told, second, done=True)
    assert told.visit.step is Step.SLIP


def test_an_open_refund_is_asked_for_again_under_its_own_number() -> None:
    told = story().until(Step.PAYING)
    told.tell(e.Cancelled())
    answer(told, f.ClosePayment, e.PaymentSettled(payment(told.visit)))
    (asked,) = pending(told, f.RefundPayment)
    answer(told, f.RefundPayment, e.RefundNotDone(refund_number(told.visit.payments[0]), BROKEN))
    told.finish()
    assert told.visit.cases == (CaseKind.REFUND_OPEN,)
    for again in (e.Restarted(), c.CaseAskedAgain(CLERK)):
        assert told.tell(again)
        assert pending(told, f.RefundPayment) == [asked]


def test_an_order_that_staff_found_unpaid_is_final_and_money_of_it_goes_back() -> None:
    told = story().until(Step.PAYING)
    late = payment(told.visit)
    told.tell(e.Cancelled())
    while not told.folded.over:
        undecided = isinstance(told.folded.pending[0].effect, f.ClosePayment)
        told.answer(told.folded.pending[0], 2 if undecided else 0)
    assert told.visit.cases == (CaseKind.PAYMENT_UNDECIDED,)
    assert not told.visit.before_payment
    assert told.tell(c.CaseClosed(c.CloseReason.NOTHING_OWED, CLERK))
    assert told.visit.before_payment
    assert told.tell(e.PaymentSettled(late))
    assert len(pending(told, f.RefundPayment)) == 1


def test_news_of_an_older_order_leave_the_present_one_alone() -> None:
    told = story().until(Step.PAYING)
    first = told.visit.orders[0].number
    told.tell(e.WentBack())
    answer(told, f.ClosePayment, e.PaymentClosed(first))
    told.tell(e.MethodChosen(Channel.WECHAT))
    told.until(Step.PAYING)
    told.tell(e.PaymentClosed(first))
    assert told.visit.step is Step.PAYING
    assert told.visit.closed_orders == {first}


@pytest.mark.parametrize("way", [Channel.CARD, Channel.YCT])
def test_an_order_that_needs_no_code_on_the_screen_may_have_been_paid_all_the_same(way: Channel) -> None:
    told = story(e.MethodChosen(way)).until(Step.PAYING)
    told.tell(e.PaymentOpened(told.visit.orders[-1].number, "", told.visit.orders[-1].expires_at))
    told.tell(e.Cancelled())
    answer(told, f.ClosePayment, e.PaymentUndecided(told.visit.orders[-1].number, BROKEN))
    assert told.visit.cases == (CaseKind.PAYMENT_UNDECIDED,)


def test_who_had_paid_when_the_program_ended_is_delivered_for() -> None:
    told = story().until(Step.PAYING)
    told.tell(e.Restarted())
    answer(told, f.ClosePayment, e.PaymentSettled(payment(told.visit)))
    assert told.visit.step is Step.ISSUING
    assert told.finish().visit.print_state is PrintState.VERIFIED


def test_a_restart_while_an_order_is_closed_ends_the_visit_once_it_is() -> None:
    told = story().until(Step.PAYING)
    told.tell(e.WentBack())
    told.tell(e.Restarted())
    answer(told, f.ClosePayment, e.PaymentClosed(told.visit.orders[0].number))
    assert told.visit.ending == Fault(FailureCode.INTERRUPTED)
    assert told.visit.step is Step.PRESENTING


def test_a_code_that_is_being_charged_is_not_given_up_without_asking() -> None:
    told = story(e.MethodChosen(Channel.WECHAT, payer_code=True)).until(Step.PAYING)
    answer(told, f.ReadPayerCode, e.PayerCodeRead(told.visit.orders[-1].number, Channel.WECHAT))
    told.tell(e.Cancelled())
    assert told.visit.step is Step.CLOSING_PAYMENT
    answer(told, f.ClosePayment, e.PaymentUndecided(told.visit.orders[-1].number, BROKEN))
    assert told.visit.cases == (CaseKind.PAYMENT_UNDECIDED,)


def test_a_refund_of_another_payment_takes_nothing_back_that_was_printed() -> None:
    told = closed_and_paid_late()
    other = told.visit.payments[0]
    goes_back(told, other, done=False)
    told.finish()
    assert told.visit.printed
    assert CaseAction.REFUND in allowed(told.visit)
    assert told.tell(c.CaseRefundOrdered(CLERK))
    assert [type(one.effect) for one in told.folded.pending] == [f.RefundPayment]
    assert not told.visit.void


# --- all of it, in any order -------------------------------------------------------------------------

STEPS = (Step.APPROVING, Step.PAYING, Step.ISSUING, Step.PRINTING, Step.INSPECTING, Step.REPORTING)


@cache
def begun(step: Step) -> Folded:
    return story().until(step).folded


def some(told: Story) -> Iterator[e.Event]:
    """What may happen by itself."""
    yield e.CardRemoved()
    yield e.Restarted()
    yield from taps(told.visit)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(STEPS), st.lists(st.tuples(st.booleans(), st.integers(0, 7)), max_size=12))
def test_whatever_the_authority_granted_is_used_or_given_back_and_every_request_says_one_thing(
    step: Step, choices: list[tuple[bool, int]]
) -> None:
    told = Story(begun(step))
    said: dict[str, f.Effect] = {}
    for outcome, choice in choices:
        waiting = told.folded.pending
        if outcome and waiting:
            told.answer(waiting[choice % len(waiting)], choice // 2)
        else:
            happens = tuple(some(told))
            told.tell(happens[choice % len(happens)])
        _remember(told, said)
    while not told.folded.over:
        told.go_on()
        _remember(told, said)
    _nothing_is_left_with_the_authority(told.visit)


def _remember(told: Story, said: dict[str, f.Effect]) -> None:
    """Hold every request against the one that had its number before: an authority answers it but once."""
    for numbered in told.folded.pending:
        match numbered.effect:
            case f.Withdraw(request_id):
                assert request_id in said or not told.visit.endorsements
                said[request_id] = numbered.effect
            case f.Apply(request_id) | f.Issue(request_id):
                assert said.setdefault(request_id, numbered.effect) == numbered.effect
            case f.ReportPrint(request_id):
                assert said.setdefault(request_id, numbered.effect) == numbered.effect
                assert not numbered.effect.printed or told.visit.printed


def _nothing_is_left_with_the_authority(visit: Visit) -> None:
    if visit.endorsements:
        doubt = {CaseKind.REPORT_OPEN, CaseKind.PRINT_UNVERIFIED}
        assert visit.reported or doubt.intersection(visit.cases)
    elif visit.approval_no is not None:
        assert visit.withdrawn or CaseKind.WITHDRAWAL_OPEN in visit.cases
