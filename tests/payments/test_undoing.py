"""A charge that turns out paid while an undoing of it may still arrive is not paid for good."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment
from kiosk.payments.contract import CloseAnswer, CodeAnswer, QueryAnswer, Settled, Undecided
from kiosk.payments.payer_code import until_known
from tests.support.virtual_time import VirtualClock, run

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
ORDER = Order("K1", Channel.ALIPAY, Fen(1500), NOW, NOW + timedelta(minutes=2), "fee", payer_code=True)
PAID = Settled(Payment(ORDER.number, Channel.ALIPAY, Fen(1500), "T1", NOW))
LOST, UNSENT = Undecided("no answer"), Undecided("no connection", unsent=True)


class Network:
    """Never answers a query, and answers undoings as laid down."""

    def __init__(self, *undoings: CloseAnswer) -> None:
        self.undoings = list(undoings)

    async def query(self, _: Order) -> QueryAnswer:
        return LOST

    async def reverse(self, _: Order) -> CloseAnswer:
        return self.undoings.pop(0)


def follow(*undoings: CloseAnswer) -> CodeAnswer:
    return run(until_known(Network(*undoings), VirtualClock(), ORDER, LOST))


@pytest.mark.parametrize("undoings", [(PAID,), (UNSENT, PAID)])
def test_paid_before_any_undoing_was_sent_is_paid(undoings: tuple[CloseAnswer, ...]) -> None:
    assert follow(*undoings) == PAID


@pytest.mark.parametrize("undoings", [(LOST, PAID), (UNSENT, LOST, PAID), (LOST, UNSENT, PAID)])
def test_paid_behind_an_undoing_that_may_still_arrive_is_left_open(undoings: tuple[CloseAnswer, ...]) -> None:
    answer = follow(*undoings)
    assert isinstance(answer, Undecided)
    assert not answer.unsent
