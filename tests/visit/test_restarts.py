"""One restart upon the other asks what is open, and never more than once at a time."""

from datetime import UTC, datetime, timedelta

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order
from kiosk.visit.effects import ClosePayment
from kiosk.visit.events import Restarted
from kiosk.visit.fold import Folded, advance
from kiosk.visit.model import CaseKind, Step, Visit

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
