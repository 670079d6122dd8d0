"""Closing the charge of a phone's code: "paid" is believed once no undoing of it can arrive any more."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment
from kiosk.payments.contract import CloseAnswer, Closed, Pending, QueryAnswer, Settled, Undecided
from kiosk.runtime.memory import Memory
from kiosk.runtime.order_time import order_end_s
from kiosk.runtime.patience import UNDO_ARRIVES_S
from kiosk.runtime.performers.payment import close_payment
from kiosk.runtime.undoing import earlier_undo_may_arrive, undo_arrives_s, undo_may_be_sent
from kiosk.visit import events as e
from kiosk.visit.effects import ClosePayment
from tests.support.virtual_time import VirtualClock, run

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
ORDER = Order("K1", Channel.ALIPAY, Fen(1500), NOW, NOW + timedelta(minutes=2), "fee", payer_code=True)
PAID = Settled(Payment(ORDER.number, Channel.ALIPAY, Fen(1500), "T1", NOW))
GIVEN_BACK = Closed(refunded=True)
LOST = Undecided("no answer")


class Network:
    """Answers questions and undoings as laid down, each answer once, and notes when it was asked."""

    channel, simulated = Channel.ALIPAY, True

    def __init__(self, queries: list[QueryAnswer], undoings: list[CloseAnswer] | None = None) -> None:
        self.queries, self.undoings = queries, undoings or []
        self.clock = VirtualClock()
        self.asked: list[tuple[str, float]] = []

    async def query(self, _: Order) -> QueryAnswer:
        self.asked.append(("query", self.clock.monotonic()))
        return self.queries.pop(0)

    async def reverse(self, _: Order) -> CloseAnswer:
        self.asked.append(("reverse", self.clock.monotonic()))
        return self.undoings.pop(0)

    def takes(self, _: str) -> bool:
        return True

    async def pay_with_code(self, *_: object) -> CloseAnswer:
        raise AssertionError("a closing never charges")


def close(network: Network, *, begun: bool) -> tuple[e.Event, float]:
    """Close the order, `begun` by this program or an earlier one; return what came of it, and in how long."""

    async def main() -> tuple[e.Event, float]:
        outside: Any = SimpleNamespace(clock=network.clock, channels={Channel.ALIPAY: network})
        memory = Memory(lambda: None, network.clock.monotonic)
        if begun:
            order_end_s(network.clock, memory, ORDER)
        start = network.clock.monotonic()
        event = await close_payment(outside, memory, ClosePayment(ORDER, to_the_end=False))
        return event, network.clock.monotonic() - start

    return run(main())


def test_paid_in_the_program_that_charged_is_paid_at_once() -> None:
    network = Network([PAID])
    assert close(network, begun=True) == (e.PaymentSettled(PAID.payment), 0.0)
    assert [what for what, _ in network.asked] == ["query"]


@pytest.mark.parametrize(
    ("later", "event"),
    [(PAID, e.PaymentSettled(PAID.payment)), (GIVEN_BACK, e.PaymentClosed(ORDER.number, refunded=True))],
)
def test_paid_after_a_restart_is_asked_again_when_no_earlier_undoing_can_arrive(
    later: QueryAnswer, event: e.Event
) -> None:
    network = Network([PAID, later])
    assert close(network, begun=False) == (event, UNDO_ARRIVES_S)
    assert [what for what, _ in network.asked] == ["query", "query"]


def test_found_paid_by_the_undoing_itself_is_not_asked_once_more() -> None:
    network = Network([Pending()], [PAID])
    assert close(network, begun=True) == (e.PaymentSettled(PAID.payment), 0.0)
    assert [what for what, _ in network.asked] == ["query", "reverse"]


def test_found_paid_by_an_undoing_behind_one_that_was_lost_is_asked_when_that_cannot_arrive() -> None:
    network = Network([Pending(), Pending(), GIVEN_BACK], [LOST, PAID])
    event, seconds = close(network, begun=True)
    assert event == e.PaymentClosed(ORDER.number, refunded=True)
    assert seconds == pytest.approx(UNDO_ARRIVES_S)
    assert [what for what, _ in network.asked] == ["query", "reverse", "query", "reverse", "query"]


def test_asking_how_long_an_undoing_may_take_marks_nothing() -> None:
    async def main() -> None:
        clock = VirtualClock()
        memory = Memory(lambda: None, clock.monotonic)
        assert undo_arrives_s(clock, memory, ORDER) == 0.0
        assert memory.undo_arrives == {}
        earlier_undo_may_arrive(clock, memory, ORDER)
        assert undo_arrives_s(clock, memory, ORDER) == UNDO_ARRIVES_S

    run(main())


def test_an_order_of_this_program_was_undone_only_if_it_says_so() -> None:
    async def main() -> None:
        clock = VirtualClock()
        memory = Memory(lambda: None, clock.monotonic)
        order_end_s(clock, memory, ORDER)
        earlier_undo_may_arrive(clock, memory, ORDER)
        assert undo_arrives_s(clock, memory, ORDER) == 0.0
        undo_may_be_sent(clock, memory, ORDER)
        assert undo_arrives_s(clock, memory, ORDER) == UNDO_ARRIVES_S

    run(main())
