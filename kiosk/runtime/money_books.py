"""What the journal knows of money: every order, payment and refund of every visit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.payment import Channel, Order, Refund
from kiosk.domain.reconciliation import Booked, Movement
from kiosk.journal.store import Journal
from kiosk.payments.reconciliation.bills import Asked
from kiosk.visit.fold import Folded
from kiosk.visit.model import Visit, refund_number


@dataclass(frozen=True, slots=True)
class MoneyBooks:
    """The journal's visits as orders (with their visit's id) and refunds by number, and as movements."""

    folds: Mapping[str, Folded]
    orders: Mapping[str, tuple[str, Order]]
    refunds: Mapping[str, Refund]
    booked: tuple[Booked, ...]

    def asked(self, channel: Channel, window: tuple[datetime, datetime]) -> tuple[Asked, ...]:
        """Return the orders and refunds that a channel was asked for in a time, paid or not."""
        start, end = window
        orders = [
            Asked(order)
            for _, order in self.orders.values()
            if order.channel is channel and start <= order.opened_at < end
        ]
        refunds = [
            Asked(order, refund)
            for folded in self.folds.values()
            for order, refund in refunds_of(folded.visit)
            if order.channel is channel and start <= refund.requested_at < end
        ]
        return (*orders, *refunds)


def read_books(journal: Journal) -> MoneyBooks:
    """Return what the journal knows now."""
    folds = {
        visit_id: journal.fold(visit_id) for visit_id in journal.visits() if _readable(journal, visit_id)
    }
    visits = [folded.visit for folded in folds.values()]
    return MoneyBooks(
        folds=folds,
        orders={order.number: (visit.visit_id, order) for visit in visits for order in visit.orders},
        refunds={refund.number: refund for visit in visits for refund in visit.refunds},
        booked=tuple(movement for visit in visits for movement in _movements(visit)),
    )


def refunds_of(visit: Visit) -> tuple[tuple[Order, Refund], ...]:
    """Return a visit's refunds, each with the order whose payment it gives back."""
    orders = {order.number: order for order in visit.orders}
    of_refund = {refund_number(payment): orders[payment.order_number] for payment in visit.payments}
    return tuple((of_refund[one.number], one) for one in visit.refunds if one.number in of_refund)


def _readable(journal: Journal, visit_id: str) -> bool:
    """Return whether a visit was not forgotten yet: its bills are long past then."""
    return all(record.fields is not None for record in journal.records(visit_id))


def _movements(visit: Visit) -> list[Booked]:
    paid = [
        Booked(p.channel, Movement.PAY, p.order_number, p.amount, p.paid_at, visit.visit_id)
        for p in visit.payments
    ]
    back = [
        Booked(
            order.channel,
            Movement.REFUND,
            refund.number,
            refund.amount,
            refund.requested_at,
            visit.visit_id,
            refund.number in visit.refunded,
        )
        for order, refund in refunds_of(visit)
    ]
    return [*paid, *back]
