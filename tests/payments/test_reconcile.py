"""A day with every difference in it on all three channels: found, settled once, and reported."""

import asyncio
import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import SystemClock
from kiosk.commands import reconcile as command
from kiosk.config import Settings
from kiosk.documents.reconciliation_report import render_reconciliation
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.domain.reconciliation import Billed, Booked, Difference, Movement, Reconciliation, Remedy, Sum
from kiosk.journal.store import Journal
from kiosk.payments.contract import PaymentChannel, RefundState
from kiosk.payments.merchants import load_channels
from kiosk.payments.reconciliation.bills import window
from kiosk.payments.reconciliation.matching import compare, totals
from kiosk.sandbox.server import SandboxServer
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.model import CaseKind, Step
from tests.payments.world import CHANNELS, opened, settled
from tests.visit.world import BROKEN, NOON, Story

DAY = date(2026, 11, 22)


class SetClock(SystemClock):
    """Shows what the test sets; nobody waits long."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        await super().sleep(min(seconds, 0.001))


class Told(Story):
    """A visit that is written to the journal and whose orders are the gateway's."""

    def __init__(self, day: "Day", channel: Channel) -> None:
        super().__init__(at=day.clock.at)
        self.day, self.channel = day, channel
        ordinal = day.journal.next_ordinal()
        self.id = f"GZ01-20261122-{ordinal:05d}"
        begun = day.journal.begin(self.id, ordinal, e.CardInserted(self.id, "GZ01", ordinal), self.at)
        self.folded = begun.folded

    def tell(self, event: e.Event, outcome_of: int | None = None) -> bool:
        self.at += timedelta(seconds=1)
        self.day.clock.at = self.at
        step = self.day.journal.record(self.folded, event, self.at, outcome_of)
        if step is not None:
            self.folded = step.folded
        return step is not None

    def opened(self) -> "Told":
        """Go until the order's code is up, at the network as well."""
        self.until(Step.PROVING)
        self.tell(e.MachineProven((self.channel,)), self.folded.pending[0].number)
        self.tell(e.MethodChosen(self.channel))
        self.day.open(self.order)
        return self

    def paid(self) -> "Told":
        self.opened().until(Step.PAYING)
        self.day.pay(self.order)
        watching = next(n for n in self.folded.pending if isinstance(n.effect, f.WatchPayment))
        self.tell(e.PaymentSettled(self.day.settled(self.order)), watching.number)
        return self

    def closed(self) -> "Told":
        """The applicant leaves; the network calls the order closed, and a phone is slow."""
        while not self.folded.over:
            numbered = self.folded.pending[0] if self.folded.pending else None
            if numbered is not None and isinstance(numbered.effect, f.OpenPayment | f.WatchPayment):
                self.tell(e.PaymentOpened(self.order.number, "code", self.order.expires_at), numbered.number)
                self.tell(e.Cancelled())
            else:
                self.go_on()
        assert self.order.number in self.visit.closed_orders
        return self

    def spoilt(self) -> "Told":
        """Nothing can be printed, and the refund does not become final."""
        while not self.folded.over:
            numbered = self.folded.pending[0] if self.folded.pending else None
            if numbered is None:
                self.go_on()
            elif isinstance(numbered.effect, f.PrintCard):
                self.tell(e.CardNotPrinted(BROKEN), numbered.number)
            elif isinstance(numbered.effect, f.RefundPayment):
                self.tell(e.RefundNotDone(numbered.effect.refund.number, BROKEN), numbered.number)
            else:
                self.answer(numbered)
        return self

    @property
    def order(self) -> Order:
        assert self.visit.order is not None
        return self.visit.order


class Day:
    """A state folder in which a day of visits is told, with a running sandbox."""

    def __init__(self, state: Path, clock: SetClock, url: str) -> None:
        self.clock, self.url = clock, url
        self.journal = Journal.open(state)
        self._runner = asyncio.Runner()
        self.channels = load_channels(state / "keys" / "payments", clock).channels

    def open(self, order: Order) -> None:
        self._runner.run(opened(self._channel(order), order))

    def settled(self, order: Order) -> Payment:
        return self._runner.run(settled(self._channel(order), order))

    def refund(self, order: Order, known: Refund | None = None) -> None:
        """Give an order's money back at the network, unknown to the journal."""
        payment = self.settled(order)
        number = f"{order.number}R9"
        other = Refund(number, order.amount, "test", payment.transaction_id, self.clock.at)
        answer = self._runner.run(self._channel(order).refund(order, known or other))
        assert answer.state in {RefundState.DONE, RefundState.PROCESSING}

    def close(self) -> None:
        for channel in self.channels.values():
            self._runner.run(channel.aclose())
        self._runner.close()
        self.journal.close()

    def pay(self, order: Order, **how: bool) -> None:
        self.call(f"/control/orders/{order.number}/pay", how)

    def call(self, path: str, body: object) -> None:
        answer = httpx.post(self.url + path, json=body, trust_env=False)
        assert answer.status_code < 300, answer.text

    def _channel(self, order: Order) -> PaymentChannel:
        return self.channels[order.channel]


Stories = dict[tuple[Channel, str], Told]


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory, gateway_keys: Path) -> tuple[Path, Stories]:
    """One day: on every channel one visit that agrees and one with each difference."""
    state = tmp_path_factory.mktemp("day")
    clock = SetClock(NOON)
    shutil.copytree(gateway_keys, state / "sandbox" / "payments" / "keys")
    told: Stories = {}
    with SandboxServer(state, clock) as server:
        day = Day(state, clock, server.url)
        for channel in CHANNELS:
            told[channel, "agrees"] = Told(day, channel).paid()
            told[channel, "agrees"].finish()
            late = told[channel, "late"] = Told(day, channel).opened()
            late.closed()
            day.pay(late.order, late=True)
            omitted = told[channel, "omitted"] = Told(day, channel).paid()
            omitted.finish()
            day.call("/control/faults", {"kind": "bill_omits", "order": omitted.order.number, "times": 0})
            wrong = told[channel, "amount"] = Told(day, channel).paid()
            wrong.finish()
            fault = {"kind": "wrong_amount", "operation": "bill", "order": wrong.order.number, "times": 0}
            day.call("/control/faults", fault)
            twice = told[channel, "twice"] = Told(day, channel).paid()
            twice.finish()
            day.pay(twice.order, again=True)
            returned = told[channel, "returned"] = Told(day, channel).opened()
            returned.closed()
            day.pay(returned.order, late=True)
            day.refund(returned.order)
            resumed = told[channel, "resumed"] = Told(day, channel).paid().spoilt()
            day.refund(resumed.order, resumed.visit.refunds[0])
            told[channel, "unrefunded"] = Told(day, channel).paid().spoilt()
        day.close()
    return state, told


@pytest.fixture(scope="module")
def result(stories: tuple[Path, Stories]) -> tuple[Reconciliation, Reconciliation]:
    """The report of the next morning, and the one of the same command again."""
    state, _ = stories
    clock = SetClock(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
    settings = Settings(state=state, pace=0.0)
    first, broken = asyncio.run(command.run(settings, clock, DAY))
    assert broken == ()
    second, broken = asyncio.run(command.run(settings, clock, DAY))
    assert broken == ()
    return first, second


def found(result: Reconciliation, number: str) -> list[tuple[Difference, Remedy]]:
    return [
        (one.finding.difference, one.remedy)
        for one in result.settlements
        if one.finding.either.number == number
    ]


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_difference_of_the_day_is_found_and_settled(
    channel: Channel, stories: tuple[Path, Stories], result: tuple[Reconciliation, Reconciliation]
) -> None:
    told, first = stories[1], result[0]
    outcomes = {
        name: found(first, told[channel, name].order.number)
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
    refund = told[channel, "unrefunded"].order.number + "R1"
    assert found(first, refund) == [(Difference.ONLY_OWN, Remedy.REFUNDED)]
    returned = told[channel, "returned"].order.number + "R9"
    assert found(first, returned) == [(Difference.ONLY_BILL, Remedy.RETURNED)]
    assert found(first, told[channel, "resumed"].order.number + "R1") == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_late_money_is_booked_and_back_and_the_missing_refund_is_made(
    channel: Channel, stories: tuple[Path, Stories], result: tuple[Reconciliation, Reconciliation]
) -> None:
    journal = Journal.open(stories[0])
    late = journal.fold(stories[1][channel, "late"].id).visit
    assert [paid.order_number for paid in late.payments] == [late.orders[0].number]
    assert late.refunded == {late.orders[0].number + "R1"}
    assert late.cases == ()
    for name in ("unrefunded", "resumed"):
        spoilt = stories[1][channel, name]
        assert CaseKind.REFUND_OPEN in spoilt.visit.cases
        after = journal.fold(spoilt.id).visit
        assert after.refunded == {spoilt.order.number + "R1"}
        assert CaseKind.REFUND_OPEN not in after.cases
    assert journal.fold(stories[1][channel, "returned"].id).visit.payments == ()
    assert journal.verify() is None
    journal.close()


def test_a_second_run_settles_nothing_twice(result: tuple[Reconciliation, Reconciliation]) -> None:
    """What was settled agrees now, or is confirmed: its refund stands in the next day's bill."""
    first, second = result
    assert {one.remedy for one in second.settlements} == {
        Remedy.STAFF,
        Remedy.CONFIRMED,
        Remedy.RETURNED,
    }
    assert {one.finding.either.number for one in second.open} == {
        one.finding.either.number for one in first.open
    }
    assert len(second.open) == 2 * len(CHANNELS)


def test_the_totals_are_those_of_bill_and_journal(result: tuple[Reconciliation, Reconciliation]) -> None:
    assert [one.fault for one in result[0].totals] == [""] * len(Channel)
    for one in result[0].totals:
        if one.channel not in CHANNELS:
            assert one.billed_pay == one.booked_pay == Sum(0, Fen(0))
            continue
        assert (one.billed_pay.count, one.booked_pay.count) == (8, 6)
        assert one.billed_pay.amount > one.booked_pay.amount
        assert (one.billed_refund.count, one.booked_refund.count) == (2, 0)
        assert one.agreed == 3  # "agrees", "resumed" and "unrefunded"


def test_the_report_tells_everything_on_paper_and_on_the_screen(
    result: tuple[Reconciliation, Reconciliation], capsys: pytest.CaptureFixture[str]
) -> None:
    first = result[0]
    paper = render_reconciliation(first)
    assert paper == render_reconciliation(first)
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(BytesIO(paper)))
    squeezed = "".join(text.split())
    for one in first.settlements:
        assert one.finding.either.number in squeezed
    for words in ("支付对账报告", "仅账单有", "仅本机有", "金额不符", "账单重复", "已退款", "微信支付"):
        assert words in squeezed
    plain = json.loads(json.dumps(command.plain(first, ())))
    assert plain["left_to_staff"] == 2 * len(CHANNELS)
    assert {one["difference"] for one in plain["differences"]} == set(Difference)
    command._say(first, (), None)
    assert "Left to staff: 6" in capsys.readouterr().out


def test_the_exit_code_tells_how_the_day_ended(result: tuple[Reconciliation, Reconciliation]) -> None:
    first = result[0]
    assert command.exit_code(first, ()) == command.LEFT_OPEN
    assert command.exit_code(first, ("broken",)) == 1
    calm = replace(first, settlements=tuple(s for s in first.settlements if s.remedy is not Remedy.STAFF))
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
