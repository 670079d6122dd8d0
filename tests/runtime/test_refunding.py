"""What the answers of a network are taken for: nothing is called done, or never begun, too early."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.payments.contract import (
    Closed,
    Opened,
    Pending,
    QueryAnswer,
    RefundAnswer,
    RefundState,
    Settled,
    Undecided,
)
from kiosk.runtime.memory import Memory
from kiosk.runtime.patience import CLOSE_AFTER_EXPIRY_S, UNDECIDED_WAITS, UNDO_ARRIVES_S
from kiosk.runtime.performers.payer_code import charge_payer_code
from kiosk.runtime.performers.payment import close_payment, open_payment, refund_payment, watch_payment
from kiosk.simulation.virtual_time import START, VirtualClock, run
from kiosk.visit import effects as f
from kiosk.visit import events as e

DONE, PROCESSING = RefundAnswer(RefundState.DONE), RefundAnswer(RefundState.PROCESSING, "accepted")
REFUSED, LOST = RefundAnswer(RefundState.REFUSED, "no"), RefundAnswer(RefundState.UNDECIDED, "no answer")


def order(*, payer_code: bool = False) -> Order:
    end = START + timedelta(minutes=2)
    return Order("K1", Channel.WECHAT, Fen(1500), START, end, "签注费", payer_code)


PAID = Payment("K1", Channel.WECHAT, Fen(1500), "T1", START)
REFUND = f.RefundPayment(order(), PAID, Refund("K1R1", Fen(1500), FailureCode.PRINT_FAILED, "T1", START))


class Network:
    """Answers as laid down, the last one for ever, and remembers what it was asked."""

    channel = Channel.WECHAT

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def _next(self, asked: str) -> Any:
        self.asked.append(asked)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def open(self, _: Order) -> Any:
        return self._next("open")

    async def query(self, _: Order) -> Any:
        return self._next("query")

    async def close(self, _: Order) -> Any:
        return self._next("close")

    async def refund(self, _: Order, refund: Refund) -> Any:
        assert refund == REFUND.refund
        return self._next("refund")

    async def query_refund(self, _: Order, refund: Refund) -> Any:
        assert refund == REFUND.refund
        return self._next("query_refund")


class CodeNetwork(Network):
    """The same, and it charges codes."""

    def takes(self, _: str) -> bool:
        return True

    async def pay_with_code(self, _: Order, code: str) -> Any:
        assert code == "134567890123456789"
        return self._next("charge")

    async def reverse(self, _: Order) -> Any:
        return self._next("reverse")


Work = Callable[[Any, Memory], Coroutine[Any, Any, e.Event]]


def outcome(network: Network, *works: Work) -> tuple[e.Event, float]:
    """Do the works one after the other in one program; return the last one's event, and how long all took."""

    async def main() -> tuple[e.Event, float]:
        clock = VirtualClock()
        memory = Memory(lambda: None, clock.monotonic)
        memory.payer_code = "134567890123456789"
        outside = SimpleNamespace(clock=clock, channels={Channel.WECHAT: network})
        events = [await work(outside, memory) for work in works]
        return events[-1], clock.monotonic()

    return run(main())


def refunded(network: Network) -> e.Event:
    return outcome(network, lambda outside, _: refund_payment(outside, REFUND))[0]


# --- refunds -----------------------------------------------------------------------------------------

Answers = st.lists(st.sampled_from([DONE, PROCESSING, REFUSED, LOST]), min_size=1, max_size=8)


@settings(max_examples=40)
@given(Answers)
def test_a_refund_is_done_only_where_the_network_says_that_it_is(answers: list[RefundAnswer]) -> None:
    network = Network(*answers)
    heard = [*answers, *[answers[-1]] * len(UNDECIDED_WAITS)][: 1 + len(UNDECIDED_WAITS)]
    final = next((one for one in heard if one in (DONE, REFUSED)), None)
    event = refunded(network)
    assert isinstance(event, e.RefundDone) is (final is DONE)
    assert isinstance(event, e.RefundNotDone) is (final is not DONE)


@settings(max_examples=40)
@given(Answers)
def test_a_refund_nobody_acknowledged_is_sent_again_and_one_that_was_accepted_is_asked_about(
    answers: list[RefundAnswer],
) -> None:
    network = Network(*answers)
    refunded(network)
    heard = [*answers, *[answers[-1]] * len(UNDECIDED_WAITS)]
    for asked, before in zip(network.asked[1:], heard, strict=False):
        assert asked == ("query_refund" if before is PROCESSING else "refund")


# --- orders ------------------------------------------------------------------------------------------


def test_money_that_the_network_gave_back_by_itself_is_told_as_given_back() -> None:
    network = Network(Opened("weixin://"), Pending(), Closed(refunded=True))
    event, _ = outcome(
        network,
        lambda outside, memory: open_payment(outside, memory, f.OpenPayment(order())),
        lambda outside, memory: watch_payment(outside, memory, f.WatchPayment(order())),
    )
    assert event == e.PaymentClosed("K1", refunded=True)


@pytest.mark.parametrize("unsent", [True, False])
def test_an_order_that_may_have_reached_the_network_is_not_called_declined(unsent: bool) -> None:
    event, _ = outcome(
        Network(Undecided("no answer", unsent=unsent)),
        lambda outside, memory: open_payment(outside, memory, f.OpenPayment(order())),
    )
    assert isinstance(event, e.PaymentDeclined if unsent else e.PaymentUndecided)


def test_an_order_nobody_waits_for_is_closed_until_a_minute_after_its_time() -> None:
    event, took = outcome(
        Network(Opened("weixin://"), Undecided("no answer")),
        lambda outside, memory: open_payment(outside, memory, f.OpenPayment(order())),
        lambda outside, memory: close_payment(outside, memory, f.ClosePayment(order(), to_the_end=True)),
    )
    assert event == e.PaymentUndecided("K1", Fault(FailureCode.PAYMENT_UNKNOWN, "no answer"))
    assert took >= 120.0 + CLOSE_AFTER_EXPIRY_S


# --- the charge of a code ----------------------------------------------------------------------------

CODE_ORDER = order(payer_code=True)


def charged(outside: Any, memory: Memory) -> Coroutine[Any, Any, e.Event]:
    return charge_payer_code(outside, memory, f.ChargePayerCode(CODE_ORDER))


def closed(outside: Any, memory: Memory) -> Coroutine[Any, Any, e.Event]:
    return close_payment(outside, memory, f.ClosePayment(CODE_ORDER))


def opened(outside: Any, memory: Memory) -> Coroutine[Any, Any, e.Event]:
    """Let the program begin the order, as it does when it waits for a phone."""
    memory.order_ends[CODE_ORDER.number] = outside.clock.monotonic() + 120.0
    return charged(outside, memory)


def test_a_charge_that_is_paid_is_delivered_for_and_not_undone() -> None:
    network = CodeNetwork(Undecided("no connection", unsent=True), Settled(PAID))
    event, took = outcome(network, opened, closed)
    assert event == e.PaymentSettled(PAID)
    assert network.asked == ["charge", "query"]
    assert took < UNDO_ARRIVES_S


@pytest.mark.parametrize("after", [Settled(PAID), Closed(refunded=True)])
def test_paid_is_believed_only_when_no_undoing_of_the_charge_itself_can_arrive(after: QueryAnswer) -> None:
    """Whoever charged a code and was not answered has tried to undo it already."""
    network = CodeNetwork(Undecided("no answer"), Settled(PAID), after)
    event, took = outcome(network, opened, closed)
    assert network.asked == ["charge", "query", "query"]
    assert took >= UNDO_ARRIVES_S
    assert type(event) is (e.PaymentSettled if after == Settled(PAID) else e.PaymentClosed)


def test_paid_is_believed_only_when_no_undoing_of_the_closing_can_arrive() -> None:
    pending, lost = Pending(), Undecided("no answer")
    network = CodeNetwork(
        Undecided("no connection", unsent=True), pending, lost, Settled(PAID), Closed(refunded=True)
    )
    event, took = outcome(network, opened, closed)
    assert network.asked == ["charge", "query", "reverse", "query", "query"]
    assert event == e.PaymentClosed("K1", refunded=True)
    assert took >= UNDO_ARRIVES_S
