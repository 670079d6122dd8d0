"""Money goes back for what was not delivered."""

from datetime import datetime

from kiosk.visit.decision import Decision, after_refunds, stay
from kiosk.visit.events import Event, RefundDone, RefundNotDone
from kiosk.visit.model import CaseKind, Visit, refund_number


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case RefundDone(number):
            return _on(visit.put(refunded=visit.refunded | {number}), {number}, at)
        case RefundNotDone(number):
            return _on(visit.with_case(CaseKind.REFUND_OPEN), {number}, at)
    return None


def _on(visit: Visit, answered: set[str], at: datetime) -> Decision:
    """Wait until every refund has an answer; a second payment in one visit is rare but possible."""
    waiting = {refund_number(payment) for payment in visit.unreturned} - answered
    if waiting and not visit.cases:
        return stay(visit)
    return after_refunds(visit, at)
