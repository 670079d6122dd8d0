"""How to pay, among the ways that work right now."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel, Order
from kiosk.visit.decision import Decision, fail, go
from kiosk.visit.effects import OpenPayment
from kiosk.visit.events import Cancelled, Event, MethodChosen, TimedOut
from kiosk.visit.limits import QR_SHOWN
from kiosk.visit.model import Step, Visit

SUBJECT = "出入境证件签注费"


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case MethodChosen(channel) if channel in visit.channels:
            order = new_order(visit, channel, at)
            opened = visit.put(orders=(*visit.orders, order), payment_note=None, payment_code=None)
            return go(opened, Step.OPENING_PAYMENT, OpenPayment(order))
        case Cancelled():
            return fail(visit, Fault(FailureCode.CANCELLED), at)
        case TimedOut():
            return fail(visit, Fault(FailureCode.TIMED_OUT), at)
    return None


def new_order(visit: Visit, channel: Channel, at: datetime) -> Order:
    """Return an order with a number that all networks take and that was never used before.

    ``K`` + kiosk (4) + start of the visit in UTC (14) + count of visits mod 10,000 (4) + attempt (2).
    """
    began = visit.began or at
    attempt = len(visit.orders) + 1
    number = f"K{visit.kiosk_id:0>4}{began:%Y%m%d%H%M%S}{visit.ordinal % 10_000:04d}{attempt:02d}"
    whole_second = at.replace(microsecond=0)
    return Order(number, channel, visit.total, whole_second, whole_second + QR_SHOWN, SUBJECT)
