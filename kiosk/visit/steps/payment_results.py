"""What the results of a payment order mean, the same in every payment step."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Payment
from kiosk.visit.decision import Decision, fail, go, issue, leave
from kiosk.visit.limits import PAYMENT_ATTEMPTS
from kiosk.visit.model import Step, Visit


def settled(visit: Visit, payment: Payment, at: datetime) -> Decision | None:
    """Book a payment of the newest order: deliver, unless the applicant has already given up.

    An interrupted visit is delivered: the card is inside and its holder paid for it.
    """
    if visit.order is None or payment.order_number != visit.order.number:
        return None
    paid = visit.put(payments=(*visit.payments, payment), payment_code=None)
    if visit.ending is None or visit.ending.code is FailureCode.INTERRUPTED:
        return issue(paid.put(ending=None, payment_note=None, paid_order=payment.order_number))
    return leave(paid, at)


def closed(visit: Visit, number: str, note: Fault, at: datetime) -> Decision | None:
    """An order is final without payment: choose again, or leave if the applicant wants to."""
    if visit.order is None or number != visit.order.number:
        return None
    over = visit.put(closed_orders=visit.closed_orders | {number}, payment_code=None)
    if over.ending is not None:
        return leave(over, at)
    if len(over.orders) >= PAYMENT_ATTEMPTS:
        return fail(over, over.payment_note or note, at)
    return go(over.put(payment_note=over.payment_note or note), Step.CHOOSING_METHOD)
