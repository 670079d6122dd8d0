"""The order is made final: closed for ever, or paid after all. No other number is taken before that."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, leave, stay
from kiosk.visit.events import (
    Cancelled,
    Event,
    PaymentClosed,
    PaymentDeclined,
    PaymentSettled,
    PaymentUndecided,
    Restarted,
)
from kiosk.visit.model import CaseKind, Visit
from kiosk.visit.steps.payment_results import closed, settled


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case PaymentSettled(payment):
            return settled(visit, payment, at)
        case PaymentClosed(number):
            return closed(visit, number, Fault(FailureCode.CANCELLED), at)
        case PaymentDeclined(number, fault):
            return closed(visit, number, fault, at)
        case PaymentUndecided(number, fault) if visit.order and number == visit.order.number:
            open_matter = visit.with_case(CaseKind.PAYMENT_UNDECIDED)
            return leave(open_matter.put(ending=Fault(FailureCode.PAYMENT_UNKNOWN, fault.detail)), at)
        case Cancelled():
            return stay(visit.put(ending=visit.ending or Fault(FailureCode.CANCELLED)))
        case Restarted():
            return stay(visit.put(ending=visit.ending or Fault(FailureCode.INTERRUPTED)))
    return None
