"""A day with every difference in it on all three channels: found, settled once, and reported."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.commands import reconcile as command
from kiosk.config import Settings
from kiosk.documents.reconciliation_report import render_reconciliation
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel
from kiosk.domain.reconciliation import Billed, Booked, Difference, Movement, Reconciliation, Remedy
from kiosk.journal.store import Journal
from kiosk.payments.reconciliation.bills import window
from kiosk.payments.reconciliation.matching import compare, totals
from kiosk.visit.model import CaseKind
from tests.payments.told_day import DAY, SetClock, ToldDay
from tests.payments.world import CHANNELS
from tests.visit.world import NOON

Reports = tuple[Reconciliation, Reconciliation]


def found(result: Reconciliation, number: str) -> list[tuple[Difference, Remedy]]:
    return [
        (one.finding.difference, one.remedy)
        for one in result.settlements
        if one.finding.either.number == number
    ]


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_difference_of_the_day_is_found_and_settled(
    channel: Channel, told: ToldDay, reports: Reports
) -> None:
    first = reports[0]
    outcomes = {
        name: found(first, told.networks[channel, name].order.number)
        for name in ("agrees", "late", "omitted", "amount", "twice", "returned", "resumed", "unrefunded")
    }
    assert outcomes == {
        "agrees": [],
        "late": [(Difference.ONLY_BILL, Remedy.REFUNDED)],
        "omitted": [(Difference.ONLY_OWN, Remedy.CONFIRMED)],
        "amount": [(Difference.AMOUNT, Remedy.STAFF)],
        "twice": [(Difference.TWICE, Remedy.STAFF)],
        "returned": [(Difference.ONLY_BILL, Remedy.RETURNED)],
        "resumed": [],
        "unrefunded": [],
    }
    refund = told.networks[channel, "unrefunded"].order.number + "R1"
    assert found(first, refund) == [(Difference.ONLY_OWN, Remedy.REFUNDED)]
    returned = told.networks[channel, "returned"].order.number + "R9"
    assert found(first, returned) == [(Difference.ONLY_BILL, Remedy.RETURNED)]
    assert found(first, told.networks[channel, "resumed"].order.number + "R1") == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_late_money_is_booked_and_back_and_the_missing_refund_is_made(
    channel: Channel, told: ToldDay, reports: Reports
) -> None:
    journal = Journal.open(told.state)
    late = journal.fold(told.networks[channel, "late"].id).visit
    assert [paid.order_number for paid in late.payments] == [late.orders[0].number]
    assert late.refunded == {late.orders[0].number + "R1"}
    assert late.cases == ()
    for name in ("unrefunded", "resumed"):
        spoilt = told.networks[channel, name]
        assert CaseKind.REFUND_OPEN in spoilt.visit.cases
        after = journal.fold(spoilt.id).visit
        assert after.refunded == {spoilt.order.number + "R1"}
        assert CaseKind.REFUND_OPEN not in after.cases
    assert journal.fold(told.networks[channel, "returned"].id).visit.payments == ()
    assert journal.verify() is None
    journal.close()


def test_a_second_run_settles_nothing_twice(reports: Reports) -> None:
    """What was settled agrees now, or is confirmed: its refund stands in the next day's bill."""
    second = reports[1]
    assert {one.remedy for one in second.settlements} == {
        Remedy.STAFF,
        Remedy.CONFIRMED,
        Remedy.RETURNED,
    }
    left = [{one.finding.either.number for one in report.open} for report in reports]
    assert left[1] <= left[0]
    assert len([one for one in second.open if one.finding.either.channel in CHANNELS]) == 2 * len(CHANNELS)


def test_the_totals_are_those_of_bill_and_journal(reports: Reports) -> None:
    assert [one.fault for one in reports[0].totals] == [""] * len(Channel)
    for one in reports[0].totals:
        if one.channel not in CHANNELS:
            continue
        assert (one.billed_pay.count, one.booked_pay.count) == (8, 6)
        assert one.billed_pay.amount > one.booked_pay.amount
        assert (one.billed_refund.count, one.booked_refund.count) == (2, 0)
        assert one.agreed == 3  # "agrees", "resumed" and "unrefunded"


def test_the_report_tells_everything_on_paper_and_on_the_screen(
    reports: Reports, capsys: pytest.CaptureFixture[str]
) -> None:
    first = reports[0]
    paper = render_reconciliation(first)
    assert paper == render_reconciliation(first)
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(BytesIO(paper)))
    squeezed = "".join(text.split())
    for one in first.settlements:
        assert one.finding.either.number in squeezed
    for words in ("支付对账报告", "仅账单有", "仅本机有", "金额不符", "账单重复", "已退款", "微信支付"):
        assert words in squeezed
    plain = json.loads(json.dumps(command.plain(first, ())))
    assert plain["left_to_staff"] == len(first.open)
    assert {one["difference"] for one in plain["differences"]} == set(Difference)
    command._say(first, (), None, "en")
    assert f"Left to staff: {len(first.open)}" in capsys.readouterr().out


def test_the_exit_code_tells_how_the_day_ended(reports: Reports) -> None:
    first = reports[0]
    assert command.exit_code(first, ()) == command.LEFT_OPEN
    assert command.exit_code(first, ("broken",)) == 1
    settled = tuple(one for one in first.settlements if one.remedy is not Remedy.STAFF)
    explained = tuple(replace(one, stated=None) for one in first.totals)
    calm = replace(first, settlements=settled, totals=explained)
    assert command.exit_code(calm, ()) == 0
    unread = replace(calm.totals[0], fault="no connection")
    assert command.exit_code(replace(calm, totals=(unread, *calm.totals[1:])), ()) == command.LEFT_OPEN
    with pytest.raises(command.DayNotOver, match="not over"):
        asyncio.run(command.run(Settings(), SetClock(NOON), DAY))


BILLED = st.builds(
    Billed,
    st.sampled_from(CHANNELS),
    st.sampled_from(Movement),
    st.sampled_from(["K1", "K2", "K3"]),
    st.integers(1, 3).map(Fen),
    st.just(NOON),
    st.just("K1"),
    st.just("T"),
)
BOOKED = st.builds(
    Booked,
    st.sampled_from(CHANNELS),
    st.sampled_from(Movement),
    st.sampled_from(["K1", "K2", "K3", "K4"]),
    st.integers(1, 3).map(Fen),
    st.sampled_from([NOON, NOON - timedelta(days=3)]),
    st.just("V"),
)


def key(one: Billed | Booked) -> tuple[Channel, Movement, str]:
    return one.channel, one.movement, one.number


@given(st.lists(BILLED, max_size=6), st.lists(BOOKED, max_size=6, unique_by=key))
def test_every_line_is_agreed_or_found_exactly_once(billed: list[Billed], booked: list[Booked]) -> None:
    windows = {channel: window(channel, DAY) for channel in CHANNELS}
    findings = compare(billed, booked, windows)
    found_lines = [line for finding in findings for line in finding.billed]
    own = {key(one): one for one in booked}
    agreed = [line for line in billed if line not in found_lines]
    assert len(found_lines) + len(agreed) == len(billed)
    for line in agreed:
        assert own[key(line)].amount == line.amount
    missing = [f.booked for f in findings if f.difference is Difference.ONLY_OWN]
    billed_keys = {key(line) for line in billed}
    assert missing == [one for one in booked if key(one) not in billed_keys and one.moment == NOON]
    counts = [totals(channel, billed, booked, windows[channel]) for channel in CHANNELS]
    assert sum(one.agreed for one in counts) == len(agreed)
