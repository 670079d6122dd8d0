"""What the pages show, without Qt: pages for every step, choices, and where money and card are."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from kiosk.authority.client import TOTAL_SECONDS
from kiosk.devices.contracts import DeviceName
from kiosk.domain.endorsement import Destination
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel, PaymentPrompt
from kiosk.payments.wire import Timeouts
from kiosk.runtime.recovery_time import REQUEST_S
from kiosk.runtime.snapshot import ChannelHealth, Service, Snapshot
from kiosk.shipped import load_catalogue
from kiosk.ui.views.choice import ChoiceView, choice_view
from kiosk.ui.views.holder import HolderView, holder_view
from kiosk.ui.views.machine import machine_view
from kiosk.ui.views.order import OrderView, order_view
from kiosk.ui.views.outcome import Money, OutcomeView, RefundRow, outcome_view
from kiosk.ui.views.pages import Page, can_go_back, cancellable, page_of, stage_of
from kiosk.ui.views.payment import PaymentView, payment_view
from kiosk.ui.views.recovery import RecoveryView
from kiosk.ui.views.wording import Wording
from kiosk.ui.views.work import work_view
from kiosk.visit.events import Cancelled, WentBack
from kiosk.visit.model import CaseKind, PrintState, Step, Visit
from kiosk.visit.table import TABLE
from tests.ui.support import (
    NOW,
    by_staff,
    in_visit,
    paid,
    paying,
    printed,
    refunded,
    refunding,
    scenes,
    visit,
    welcome,
    with_items,
)

CHINESE, ENGLISH = Wording(load_catalogue(), "zh_CN"), Wording(load_catalogue(), "en")


@pytest.mark.parametrize("step", Step)
def test_every_step_has_a_page_and_its_stage(step: Step) -> None:
    snapshot = in_visit(Visit(step=step))
    assert page_of(snapshot) in Page
    assert stage_of(snapshot) == TABLE[step].stage.value


@pytest.mark.parametrize("step", Step)
def test_actions_are_those_of_the_table(step: Step) -> None:
    at = in_visit(Visit(step=step), prompt=PaymentPrompt.SCAN_CODE if step is Step.PAYING else None)
    assert cancellable(at) == (Cancelled in TABLE[step].ways)
    assert can_go_back(at) == (WentBack in TABLE[step].ways)
    ended = in_visit(Visit(step=step, ending=Fault(FailureCode.CANCELLED)))
    assert not cancellable(ended)
    assert not can_go_back(ended)


MOVING = ["confirm_on_phone", "enter_pin", "terminal_works", "purse_works"]
IN_DOUBT = ["same_purse", "other_purse", "ask_staff"]


@pytest.mark.parametrize("prompt", [*MOVING, *IN_DOUBT])
def test_once_money_moves_there_is_no_other_way(prompt: str) -> None:
    scene = scenes()[f"paying-{prompt}"]
    assert not can_go_back(scene)
    assert cancellable(scene) == (prompt in IN_DOUBT)
    assert payment_view(scene, CHINESE).other_side == ""


def test_a_code_that_cannot_be_closed_has_no_other_side() -> None:
    alipay = payment_view(paying(PaymentPrompt.SCAN_CODE, Channel.ALIPAY), CHINESE)
    every = tuple(Channel)
    unionpay = paying(PaymentPrompt.SCAN_CODE, Channel.UNIONPAY, channels=every, payer_code_channels=every)
    assert (alipay.other_side, payment_view(unionpay, CHINESE).other_side) == ("show_code", "")
    assert not can_go_back(unionpay)
    shown = paying(PaymentPrompt.SHOW_CODE, Channel.UNIONPAY, channels=every, payer_code_channels=every)
    assert payment_view(shown, CHINESE).other_side == "scan_code"
    assert can_go_back(shown)


def test_every_way_is_listed_and_says_why_it_is_not_ready() -> None:
    ways = {way.name: way for way in payment_view(scenes()["method"], CHINESE).methods}
    assert list(ways) == [channel.value for channel in Channel]
    assert ways["unionpay"].why_not == "GATEWAY_UNREACHABLE"
    assert not ways["unionpay"].ready
    assert {name for name, way in ways.items() if way.payer_code} == {"alipay", "wechat"}
    assert all(way.ready and not way.why_not for name, way in ways.items() if name != "unionpay")


@pytest.mark.parametrize("service", Service)
def test_a_visit_goes_before_the_state_of_the_machine(service: Service) -> None:
    taking = Snapshot(service, NOW, visit=with_items(Step.TAKING))
    assert page_of(taking) is Page.RETURNING
    open_now = Snapshot(service, NOW, visit=with_items(Step.PAYING))
    assert page_of(open_now) is (Page.RECOVERING if service is Service.RECOVERING else Page.PAYING)
    assert page_of(Snapshot(service, NOW)).value in {service.value, "welcome"}


@pytest.mark.parametrize("step", Step)
def test_recovery_tells_what_and_how_long_and_nothing_of_the_visit(step: Step) -> None:
    recovering = Snapshot(Service.RECOVERING, NOW, visit=with_items(step))
    view = machine_view(recovering, ENGLISH).recovery
    if page_of(recovering) is Page.RECOVERING:
        assert 0 < view.minutes <= 20
        assert view.doing
    else:
        assert view == RecoveryView()


def test_recovery_that_takes_longer_than_anything_may_asks_for_staff_and_promises_nothing() -> None:
    overdue = Fault(FailureCode.RECOVERY_OVERDUE)
    late = Snapshot(Service.RECOVERING, NOW, fault=overdue, visit=with_items(Step.PRINTING))
    assert page_of(late) is Page.OUT_OF_SERVICE
    assert machine_view(late, ENGLISH).code == "RECOVERY_OVERDUE"
    home_again = Snapshot(Service.RECOVERING, NOW, fault=overdue, visit=with_items(Step.TAKING))
    assert page_of(home_again) is Page.RETURNING


def test_recovery_allows_as_long_as_the_networks_may_take() -> None:
    assert max(Timeouts().total, TOTAL_SECONDS) <= REQUEST_S
    bounds = [
        machine_view(Snapshot(Service.RECOVERING, NOW, visit=Visit(step=step)), ENGLISH).recovery.minutes
        for step in (Step.READING, Step.REFUNDING, Step.CLOSING_PAYMENT, Step.PRINTING)
    ]
    assert bounds == sorted(bounds)


def test_an_ended_visit_being_cleared_up_is_not_shown() -> None:
    assert page_of(Snapshot(Service.RECOVERING, NOW, visit=printed(Step.ENDED))) is Page.RECOVERING


def test_nothing_without_a_visit() -> None:
    none = welcome()
    assert holder_view(none, CHINESE) == HolderView()
    assert choice_view(none, CHINESE) == ChoiceView()
    assert order_view(none, CHINESE) == OrderView()
    assert payment_view(none, CHINESE) == PaymentView()
    assert outcome_view(none, CHINESE) == OutcomeView()


def test_every_offer_is_shown_once_offered_or_refused_with_a_reason() -> None:
    at = visit(Step.CHOOSING_OPTION, wanted=(Destination.HONG_KONG,))
    view = choice_view(in_visit(at), ENGLISH)
    here = [offer for offer in at.offers if offer.option.destination is Destination.HONG_KONG]
    shown = [option.option_id for group in view.offered for option in group.options]
    assert shown == [offer.option.option_id for offer in here if offer.refusal is None]
    assert sum(len(group.variants) for group in view.refused) == len(here) - len(shown)
    assert all(group.reason for group in view.refused)


def test_a_destination_without_offers_says_when_it_is_possible_again() -> None:
    rows = {row.code: row for row in choice_view(scenes()["destination-early"], ENGLISH).destinations}
    assert rows["HKG"].offered
    assert not rows["HKG"].reason
    assert not rows["MAC"].offered
    assert "2026" in rows["MAC"].reason or "2027" in rows["MAC"].reason
    assert choice_view(scenes()["destination-early"], ENGLISH).both == ()


def test_remaining_entries_stand_beside_the_destination() -> None:
    view = choice_view(in_visit(visit(Step.CHOOSING_DESTINATION, "liang-meiling")), CHINESE)
    assert all(row.endorsements[0].entries_left > 0 for row in view.destinations)


def test_what_is_cancelled_stands_on_the_order() -> None:
    view = order_view(scenes()["confirm-cancels"], CHINESE)
    assert [row.destination for row in view.cancelled] == ["香港", "澳门"]
    assert view.total == "¥30.00"
    assert not view.free


def test_a_method_counts_only_while_it_works() -> None:
    at = with_items(Step.CHOOSING_METHOD)
    dead = tuple(ChannelHealth(channel, channel is not Channel.WECHAT, simulated=True) for channel in Channel)
    ready = {m.name for m in payment_view(in_visit(at, channels=dead), CHINESE).methods if m.ready}
    assert ready == {"alipay", "card", "yct"}


def test_the_code_is_only_drawn_while_it_may_be_paid() -> None:
    assert payment_view(scenes()["paying"], CHINESE).matrix
    assert payment_view(scenes()["paying"], CHINESE).shown_s == 180
    assert not payment_view(scenes()["closing_payment"], CHINESE).matrix


def reversed_by_the_network() -> Visit:
    """The payer was faster than the close, and the network gave the money back by itself."""
    sold = paid(with_items(Step.ENDED))
    number = sold.orders[-1].number
    cancelled = Fault(FailureCode.CANCELLED)
    return replace(sold, payments=(), reversed_orders=frozenset({number}), ending=cancelled)


OUTCOMES = [
    (Visit(step=Step.ENDED, ending=Fault(FailureCode.CANCELLED)), Money.NOTHING_TAKEN, "¥0.00"),
    (printed(Step.ENDED), Money.PAID, "¥30.00"),
    (refunded(Step.ENDED), Money.REFUNDED, "¥30.00"),
    (refunding(Step.REFUNDING), Money.GOING_BACK, "¥30.00"),
    (reversed_by_the_network(), Money.REFUNDED, "¥30.00"),
    (by_staff(Step.SLIP, Channel.ALIPAY), Money.REFUND_BY_STAFF, "¥30.00"),
    (
        replace(
            with_items(Step.ENDED),
            cases=(CaseKind.PAYMENT_UNDECIDED,),
            ending=Fault(FailureCode.PAYMENT_UNKNOWN),
        ),
        Money.UNDECIDED,
        "¥30.00",
    ),
    (
        replace(
            paid(with_items(Step.ENDED)),
            print_state=PrintState.UNKNOWN,
            ending=Fault(FailureCode.PRINT_UNKNOWN),
            cases=(CaseKind.PRINT_UNVERIFIED,),
        ),
        Money.BEING_LOOKED_INTO,
        "¥30.00",
    ),
]


@pytest.mark.parametrize(
    ("ended", "money", "amount"),
    OUTCOMES,
    ids=[f"{number}-{money.value}" for number, (_, money, _) in enumerate(OUTCOMES)],
)
def test_where_the_money_is(ended: Visit, money: Money, amount: str) -> None:
    view = outcome_view(in_visit(ended), CHINESE)
    assert (view.money, view.amount) == (money.value, amount)
    assert view.is_case == bool(ended.cases)


@pytest.mark.parametrize("code", FailureCode)
def test_every_failure_has_plain_words_in_both_languages(code: FailureCode) -> None:
    ended = in_visit(Visit(visit_id="V", step=Step.TAKING, ending=Fault(code, "technical detail 0x6A82")))
    chinese, english = outcome_view(ended, CHINESE), outcome_view(ended, ENGLISH)
    assert chinese.what
    assert english.what
    assert chinese.what != english.what
    assert "0x6A82" not in chinese.what + english.what


def test_refunds_are_announced_with_way_number_and_state() -> None:
    def refund(at: Visit) -> RefundRow:
        (row,) = outcome_view(in_visit(at), CHINESE).refunds
        return row

    number = refunding(Step.REFUNDING).refunds[0].number
    assert refund(refunding(Step.REFUNDING)) == RefundRow("alipay", "¥30.00", number, "under_way")
    assert refund(refunded(Step.TAKING)).state == "done"
    assert refund(by_staff(Step.TAKING, Channel.CARD)) == RefundRow("card", "¥30.00", number, "open")
    assert refund(by_staff(Step.ENDED, Channel.YCT)).state == "voucher"
    assert outcome_view(in_visit(printed(Step.ENDED)), CHINESE).refunds == ()


def test_a_slip_is_offered_only_while_one_can_be_printed() -> None:
    scene = scenes()["result"]
    assert outcome_view(scene, ENGLISH).slip_offered
    devices = tuple(replace(line, ready=line.name != DeviceName.SLIP) for line in scene.devices)
    assert not outcome_view(replace(scene, devices=devices), ENGLISH).slip_offered


def test_progress_is_bounded_and_honest() -> None:
    assert work_view(welcome()).progress == -1
    assert work_view(welcome()).remaining_s == -1
    assert work_view(welcome(progress=7.0, remaining_s=-2.0)).progress == 1.0
    assert work_view(welcome(progress=7.0, remaining_s=-2.0)).remaining_s == 0


def test_the_next_comparison_says_what_to_mend() -> None:
    assert work_view(scenes()["comparing"]).face_hint == ""
    view = work_view(scenes()["comparing-mask"])
    assert (view.face_attempt, view.face_hint) == (3, "mask")


def test_simulated_is_said_whatever_is_simulated() -> None:
    channels = (ChannelHealth(Channel.ALIPAY, available=True, simulated=True),)
    assert machine_view(welcome(channels=channels), CHINESE).simulated
    assert not machine_view(welcome(), CHINESE).simulated


def test_dates_of_the_result_are_whole() -> None:
    view = outcome_view(in_visit(printed(Step.REVIEWING)), ENGLISH)
    assert view.made[0].valid_until == f"{NOW + timedelta(days=364):%-d %B %Y}"
    assert {field.name for field in fields(view)} >= {"money", "card", "number"}
