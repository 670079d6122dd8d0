"""The order is being created at the network."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, close_payment, go, stay
from kiosk.visit.effects import WatchPayment
from kiosk.visit.events import (
    Cancelled,
    Event,
    PaymentClosed,
    PaymentDeclined,
    PaymentOpened,
    PaymentSettled,
    PaymentUndecided,
    Restarted,
)
from kiosk.visit.model import Step, Visit
from kiosk.visit.steps.payment_results import closed, settled


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case PaymentOpened(number, code) if visit.order and number == visit.order.number:
            if visit.ending is not None:
                return close_payment(visit)
            return go(visit.put(payment_code=code), Step.PAYING, WatchPayment(visit.order))
        case PaymentSettled(payment):
            return settled(visit, payment, at)
        case PaymentDeclined(number, fault):
            return closed(visit, number, fault, at)
        case PaymentClosed(number):
            return closed(visit, number, Fault(FailureCode.PAYMENT_EXPIRED), at)
        case PaymentUndecided(number) if visit.order and number == visit.order.number:
            return close_payment(visit)
        case Cancelled():
            return stay(visit.put(ending=Fault(FailureCode.CANCELLED)))
        case Restarted():
            return close_payment(visit.put(ending=visit.ending or Fault(FailureCode.INTERRUPTED)))
    return None
