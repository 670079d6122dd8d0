"""The order is made final: closed for ever, or paid after all. No other number is taken before that."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, leave, stay
from kiosk.visit.effects import ClosePayment
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
        case PaymentUndecided(number, fault) if _never_shown(visit, number):
            return closed(visit, number, fault, at)
        case PaymentUndecided(number, fault) if visit.order and number == visit.order.number:
            return _leave_it_closing(visit, fault, at)
        case Cancelled():
            return stay(visit.given_up(Fault(FailureCode.CANCELLED)))
        case Restarted():
            return stay(visit.put(ending=visit.ending or Fault(FailureCode.INTERRUPTED)))
    return None


def _leave_it_closing(visit: Visit, fault: Fault, at: datetime) -> Decision | None:
    """Give the card back with a case number; the order ends, or its money returns, in the background."""
    if visit.order is None:
        return None
    open_matter = visit.with_case(CaseKind.PAYMENT_UNDECIDED)
    ended = open_matter.put(ending=visit.ending or Fault(FailureCode.PAYMENT_UNKNOWN, fault.detail))
    return leave(ended, at).also(ClosePayment(visit.order, to_the_end=True))


def _never_shown(visit: Visit, number: str) -> bool:
    """Return whether the order's code never came to the screen: then nobody can ever pay it."""
    order = visit.order
    return order is not None and order.number == number and order.shows_code and visit.payment_code is None
