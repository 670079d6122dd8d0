"""A visit from card-in to card-taken, and every way it may end, told through the public fold."""

from dataclasses import replace

import pytest

from kiosk.domain.chip import Check, CheckResult, Verdict
from kiosk.domain.endorsement import Destination
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.invariants import violations
from kiosk.visit.model import CardFate, CaseKind, PrintState, Stage, Step
from kiosk.visit.money_back import MoneyBack, ReturnState, money_back
from kiosk.visit.table import TABLE
from tests.visit.world import BROKEN, GENUINE, inserted, issued, payment, record_found, specimen, story


def test_a_whole_visit_in_its_fixed_order() -> None:
    told = story().finish()
    assert told.visit.history == (
        Step.READING, Step.RECOGNISING, Step.LOOKING_UP, Step.IDENTIFYING, Step.CHOOSING_DESTINATION,
        Step.CHOOSING_OPTION, Step.CONFIRMING, Step.APPROVING, Step.PROVING, Step.CHOOSING_METHOD,
        Step.OPENING_PAYMENT, Step.PAYING, Step.ISSUING, Step.PRINTING, Step.INSPECTING, Step.REPORTING,
        Step.REVIEWING, Step.SLIP, Step.PRESENTING, Step.TAKING, Step.ENDED,
    )  # fmt: skip
    assert told.visit.print_state is PrintState.VERIFIED
    assert told.visit.card is CardFate.TAKEN
    assert told.visit.ending is None
    assert not told.visit.cases
    assert told.visit.payment is not None
    assert told.visit.payment.amount == told.visit.total
    assert violations(told.folded) == ()


def test_the_step_bar_never_goes_back_on_the_way_to_success() -> None:
    order = list(Stage)
    stages = [order.index(TABLE[step].stage) for step in story().finish().visit.history]
    assert stages == sorted(stages)


def test_both_destinations_are_two_items_and_their_fees_add_up() -> None:
    told = story().until(Step.CONFIRMING)
    assert [item.option.destination for item in told.visit.items] == [
        Destination.HONG_KONG,
        Destination.MACAO,
    ]
    assert told.visit.total == sum(item.option.fee for item in told.visit.items) > 0


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (e.PermitUnreadable(Fault(FailureCode.CHIP_MUTE)), FailureCode.CHIP_MUTE),
        (e.PermitRead(specimen().permit, GENUINE, printable=False), FailureCode.NAME_UNPRINTABLE),
        (
            e.PermitRead(specimen().permit, (CheckResult(Check.GROUP_HASHES, Verdict.ALTERED),)),
            FailureCode.CHIP_ALTERED,
        ),
        (
            e.PermitRead(specimen().permit, (CheckResult(Check.SOD_SIGNATURE, Verdict.NOT_PRESENT),)),
            FailureCode.CHIP_NOT_SIGNED,
        ),
        (
            e.PermitRead(
                specimen().permit,
                tuple(
                    CheckResult(check, Verdict.UNKNOWN_ISSUER if check is Check.ISSUER else Verdict.GENUINE)
                    for check in Check
                ),
            ),
            FailureCode.CHIP_UNKNOWN_ISSUER,
        ),
    ],
)  # fmt: skip
def test_a_permit_that_is_not_accepted_goes_back_at_once_with_its_own_reason(
    event: e.Event, code: FailureCode
) -> None:
    told = story()
    told.tell(event, told.folded.pending[0].number)
    assert told.visit.ending is not None
    assert told.visit.ending.code is code
    assert told.visit.step is Step.PRESENTING
    assert not told.finish().visit.orders


def test_an_expired_permit_is_refused_after_reading() -> None:
    told = story()
    told.tell(e.PermitRead(specimen("huang-guoqiang").permit, GENUINE), told.folded.pending[0].number)
    assert told.visit.ending is not None
    assert told.visit.ending.code is FailureCode.PERMIT_EXPIRED


def test_a_card_the_wrong_way_up_comes_back_unread() -> None:
    told = story()
    told.folded = type(told.folded)()
    told.tell(inserted(upside_down=True))
    assert [type(n.effect) for n in told.folded.pending] == [f.PresentCard]
    assert told.visit.ending == Fault(FailureCode.CARD_UPSIDE_DOWN)


def test_three_failed_comparisons_end_the_visit() -> None:
    told = story()
    told.tell(e.PermitRead(specimen().permit, GENUINE), told.folded.pending[0].number)
    for left in (2, 1, 0):
        told.tell(e.HolderCompared(False, 0.2), told.folded.pending[0].number)
        assert (told.visit.step is Step.RECOGNISING) is (left > 0)
    assert told.visit.ending == Fault(FailureCode.HOLDER_NOT_RECOGNISED)


def test_an_option_that_is_not_offered_cannot_be_chosen() -> None:
    told = story().until(Step.CHOOSING_OPTION)
    refused = [offer.option.option_id for offer in told.visit.offers if offer.refusal is not None]
    assert refused
    assert not any(told.tell(e.OptionChosen(option_id)) for option_id in (*refused, "HKG-X-9M-9"))


def test_going_back_from_the_confirmation_asks_for_the_last_choice_again() -> None:
    told = story().until(Step.CONFIRMING)
    last = told.visit.items[-1].option.destination
    told.tell(e.WentBack())
    assert told.visit.step is Step.CHOOSING_OPTION
    assert told.visit.wanted == (last,)
    assert len(told.visit.items) == 1


def test_an_approved_online_application_that_was_paid_costs_nothing_and_skips_payment() -> None:
    told = story().until(Step.LOOKING_UP)
    slug = "he-liting"
    told.tell(record_found(slug), told.folded.pending[0].number)
    told.tell(e.IdentityConfirmed())
    paid = next(a for a in record_found(slug).record.applications if a.paid)
    told.tell(e.CollectionChosen((paid.application_no,)))
    assert told.visit.total == 0
    told.finish()
    assert Step.CHOOSING_METHOD not in told.visit.history
    assert told.visit.print_state is PrintState.VERIFIED


def test_cancelling_while_the_code_is_up_closes_the_order_before_the_card_goes_back() -> None:
    told = story().until(Step.PAYING)
    told.tell(e.Cancelled())
    assert told.visit.step is Step.CLOSING_PAYMENT
    assert isinstance(told.folded.pending[-1].effect, f.ClosePayment)
    told.finish()
    assert told.visit.withdrawn
    assert told.visit.ending == Fault(FailureCode.CANCELLED)


def test_money_that_arrives_after_cancelling_goes_back() -> None:
    told = story().until(Step.PAYING)
    told.tell(e.Cancelled())
    told.tell(e.PaymentSettled(payment(told.visit)), told.folded.pending[-1].number)
    assert told.visit.step is Step.REFUNDING
    told.finish()
    assert told.visit.refunded
    assert not told.visit.endorsements


def test_money_that_the_network_gave_back_with_the_close_is_told_and_asked_back_by_nobody() -> None:
    told = story().until(Step.PAYING)
    order = told.visit.orders[-1]
    told.tell(e.Cancelled())
    told.tell(e.PaymentClosed(order.number, refunded=True), told.folded.pending[-1].number)
    told.finish()
    assert money_back(told.visit) == (MoneyBack(order.channel, order.amount, order.number, ReturnState.DONE),)
    assert not told.visit.refunds
    assert not told.visit.cases


def test_money_that_arrives_at_the_end_of_the_codes_time_is_delivered_for() -> None:
    told = story().until(Step.PAYING)
    told.tell(e.PaymentExpired(told.visit.orders[-1].number), told.folded.pending[-1].number)
    told.tell(e.PaymentSettled(payment(told.visit)), told.folded.pending[-1].number)
    assert told.visit.step is Step.ISSUING
    assert told.finish().visit.print_state is PrintState.VERIFIED


def test_no_second_order_while_the_first_is_not_final() -> None:
    told = story().until(Step.PAYING)
    first = told.visit.orders[-1]
    told.tell(e.WentBack())
    assert not told.tell(e.MethodChosen(Channel.WECHAT))
    told.tell(e.PaymentClosed(first.number), told.folded.pending[-1].number)
    told.tell(e.MethodChosen(Channel.WECHAT))
    second = told.visit.orders[-1]
    assert second.number != first.number
    assert len(second.number) == 25
    assert second.number.isalnum()


def test_a_late_payment_of_an_older_order_is_booked_and_refunded() -> None:
    told = story().until(Step.PAYING)
    late = payment(told.visit)
    told.tell(e.WentBack())
    told.tell(e.PaymentClosed(late.order_number), told.folded.pending[-1].number)
    told.tell(e.MethodChosen(Channel.WECHAT))
    told.until(Step.PAYING)
    assert told.tell(e.PaymentSettled(late))
    told.finish()
    assert told.visit.print_state is PrintState.VERIFIED
    assert len(told.visit.payments) == 2
    assert violations(told.folded) == ()
    assert len(told.visit.refunded) == 1


def test_a_print_that_fails_twice_is_refunded_and_reported_as_not_printed() -> None:
    told = story().until(Step.PRINTING)
    told.tell(e.CardNotPrinted(BROKEN), told.folded.pending[0].number)
    assert told.visit.step is Step.PRINTING
    told.tell(e.CardNotPrinted(BROKEN), told.folded.pending[0].number)
    report = told.folded.pending[0].effect
    assert isinstance(report, f.ReportPrint)
    assert not report.printed
    told.finish()
    assert told.visit.refunded
    assert told.visit.ending is not None
    assert told.visit.ending.code is FailureCode.PRINT_FAILED


def test_an_undecided_print_is_inspected_never_repeated() -> None:
    told = story().until(Step.PRINTING)
    told.tell(e.PrintUndecided(BROKEN), told.folded.pending[0].number)
    assert [type(n.effect) for n in told.folded.pending] == [f.InspectCard]
    told.finish()
    assert told.visit.print_attempts == 1
    assert told.visit.print_state is PrintState.VERIFIED


def test_a_print_nobody_can_see_is_a_case_and_not_refunded_behind_staffs_back() -> None:
    told = story().until(Step.PRINTING)
    told.tell(e.PrintUndecided(BROKEN), told.folded.pending[0].number)
    told.tell(e.InspectionFailed(BROKEN), told.folded.pending[0].number)
    told.finish()
    assert told.visit.cases == (CaseKind.PRINT_UNVERIFIED,)
    assert told.visit.case_number == told.visit.visit_id
    assert not told.visit.refunds


def test_a_forgotten_card_is_kept_with_a_case() -> None:
    told = story().until(Step.TAKING)
    told.tell(e.CardLeft(), told.folded.pending[0].number)
    told.finish()
    assert told.visit.card is CardFate.RETAINED
    assert CaseKind.CARD_RETAINED in told.visit.cases


def test_endorsements_that_were_not_ordered_are_never_printed() -> None:
    told = story().until(Step.ISSUING)
    other = replace(issued(told.visit, told.at)[0], kind="L")
    told.tell(e.EndorsementsIssued((other,)), told.folded.pending[0].number)
    assert [type(n.effect) for n in told.folded.pending] == [f.RefundPayment, f.ReportPrint]
    told.finish()
    assert told.visit.print_state is PrintState.UNTOUCHED
    assert told.visit.refunded
    assert told.visit.reported
