"""One restart upon the other asks what is open, and never more than once at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order
from kiosk.visit import events as e
from kiosk.visit.effects import ClosePayment
from kiosk.visit.events import Restarted
from kiosk.visit.fold import Folded, advance
from kiosk.visit.model import CaseKind, Step, Visit
from tests.visit.world import payment, story

AT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def test_what_a_restart_asks_again_takes_the_place_of_what_was_asked_before() -> None:
    order = Order("KGZ0120260601000001", Channel.YCT, Fen(1500), AT, AT + timedelta(minutes=3), "")
    undecided = Visit("v", step=Step.ENDED, orders=(order,), cases=(CaseKind.PAYMENT_UNDECIDED,))
    folded = Folded(undecided)
    for restart in range(1, 6):
        step = advance(folded, Restarted(), AT)
        assert step is not None
        folded = step.folded
        assert [n.number for n in folded.pending] == [restart]
        assert [n.effect for n in step.started] == [ClosePayment(order, to_the_end=True)]
        assert step.stopped == ((restart - 1,) if restart > 1 else ())


@pytest.mark.parametrize(
    ("stops", "code"),
    [(e.Cancelled(), FailureCode.CANCELLED), (e.CardRemoved(), FailureCode.CARD_REMOVED)],
    ids=["cancelled", "card pulled"],
)
def test_who_gives_up_after_a_restart_has_given_up(stops: e.Event, code: FailureCode) -> None:
    told = story().until(Step.PAYING)
    told.tell(Restarted())
    assert told.tell(stops)
    assert told.visit.ending == Fault(code)
    told.tell(e.PaymentSettled(payment(told.visit)))
    assert told.visit.step is Step.REFUNDING
    assert told.finish().visit.endorsements == ()
    assert len(told.visit.refunded) == 1
