"""The QR code is on the screen; the network's answer to a query is the truth."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, close_payment
from kiosk.visit.events import (
    Cancelled,
    Event,
    PaymentClosed,
    PaymentDeclined,
    PaymentExpired,
    PaymentSettled,
    PaymentUndecided,
    Restarted,
    WentBack,
)
from kiosk.visit.model import Visit
from kiosk.visit.steps.payment_results import closed, settled


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case PaymentSettled(payment):
            return settled(visit, payment, at)
        case PaymentDeclined(number, fault):
            return closed(visit, number, fault, at)
        case PaymentClosed(number):
            return closed(visit, number, Fault(FailureCode.PAYMENT_EXPIRED), at)
        case PaymentExpired(number) | PaymentUndecided(number) if (
            visit.order and number == visit.order.number
        ):
            return close_payment(visit.put(payment_note=Fault(FailureCode.PAYMENT_EXPIRED)))
        case WentBack() if visit.order and visit.order.channel.closes_early:
            return close_payment(visit)
        case Cancelled():
            return close_payment(visit.put(ending=Fault(FailureCode.CANCELLED)))
        case Restarted():
            return close_payment(visit.put(ending=Fault(FailureCode.INTERRUPTED)))
    return None
