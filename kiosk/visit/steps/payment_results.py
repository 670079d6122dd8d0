"""What the results of a payment order mean, the same in every payment step."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel, Order, Payment
from kiosk.visit.decision import Decision, close_payment, fail, go, issue, leave
from kiosk.visit.effects import OpenPayment, ReadPayerCode
from kiosk.visit.limits import PAYMENT_ATTEMPTS, QR_SHOWN
from kiosk.visit.model import Step, Visit

SUBJECT = "出入境证件签注费"


def settled(visit: Visit, payment: Payment, at: datetime) -> Decision | None:
    """Book a payment of the newest order: deliver, unless the applicant has already given up.

    An interrupted visit is delivered: the card is inside and its holder paid for it.
    """
    if visit.order is None or payment.order_number != visit.order.number:
        return None
    paid = visit.put(payments=(*visit.payments, payment), payment_code=None, charging=False, renewing=False)
    if visit.ending is None or visit.ending.code is FailureCode.INTERRUPTED:
        return issue(paid.put(ending=None, payment_note=None, paid_order=payment.order_number))
    return leave(paid, at)


def closed(visit: Visit, number: str, note: Fault, at: datetime) -> Decision | None:
    """An order is final without payment: a new code follows, or choose again, or leave."""
    if visit.order is None or number != visit.order.number:
        return None
    over = visit.put(closed_orders=visit.closed_orders | {number}, payment_code=None, charging=False)
    if over.ending is not None:
        return leave(over.put(renewing=False), at)
    if len(over.orders) >= PAYMENT_ATTEMPTS:
        return fail(over.put(renewing=False), over.payment_note or note, at)
    if over.renewing:
        return open_order(over.put(renewals=over.renewals + 1), visit.order.channel, at)
    return go(over.put(payment_note=over.payment_note or note), Step.CHOOSING_METHOD)


def give_up(visit: Visit, note: Fault, at: datetime) -> Decision | None:
    """Stop an order: at the network, or at once where no phone's code was charged yet."""
    order = visit.order
    if order is not None and order.payer_code and not visit.charging:
        return closed(visit, order.number, note, at)
    return close_payment(visit)


def open_order(visit: Visit, channel: Channel, at: datetime, *, payer_code: bool = False) -> Decision:
    """Write a new order down and open it, or wait for the code of the payer's phone."""
    order = new_order(visit, channel, at, payer_code=payer_code)
    fresh = visit.put(payment_note=None, payment_code=None, charging=False, wrong_codes=0, renewing=False)
    opened = fresh.put(orders=(*visit.orders, order))
    if payer_code:
        return go(opened, Step.PAYING, ReadPayerCode(order))
    return go(opened, Step.OPENING_PAYMENT, OpenPayment(order))


def new_order(visit: Visit, channel: Channel, at: datetime, *, payer_code: bool = False) -> Order:
    """Return an order with a number that all networks take and that was never used before.

    ``K`` + kiosk (4) + start of the visit in UTC (14) + count of visits mod 10,000 (4) + attempt (2).
    """
    began = visit.began or at
    attempt = len(visit.orders) + 1
    number = f"K{visit.kiosk_id:0>4}{began:%Y%m%d%H%M%S}{visit.ordinal % 10_000:04d}{attempt:02d}"
    whole_second = at.replace(microsecond=0)
    return Order(number, channel, visit.total, whole_second, whole_second + QR_SHOWN, SUBJECT, payer_code)
