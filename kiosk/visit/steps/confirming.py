"""Everything on one screen: items, fee, and which endorsements will be cancelled."""

from datetime import datetime

from kiosk.domain.beijing import beijing_date
from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, apply, fail, go
from kiosk.visit.events import Cancelled, Event, OrderConfirmed, TimedOut, WentBack
from kiosk.visit.model import Step, Visit
from kiosk.visit.steps.choosing_option import go_back


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case OrderConfirmed():
            applying = visit.put(applied_on=beijing_date(at))
            return go(applying, Step.APPROVING, apply(applying))
        case WentBack():
            return go_back(visit)
        case Cancelled():
            return fail(visit, Fault(FailureCode.CANCELLED), at)
        case TimedOut():
            return fail(visit, Fault(FailureCode.TIMED_OUT), at)
    return None
