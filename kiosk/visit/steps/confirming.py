"""Everything on one screen: items, fee, and which endorsements will be cancelled."""

from datetime import datetime

from kiosk.domain.beijing import beijing_date
from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, go, request_id
from kiosk.visit.effects import Apply
from kiosk.visit.events import Cancelled, Event, OrderConfirmed, TimedOut, WentBack
from kiosk.visit.model import Step, Visit
from kiosk.visit.steps.choosing_option import go_back


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case OrderConfirmed():
            return go(visit, Step.APPROVING, _application(visit, at))
        case WentBack():
            return go_back(visit)
        case Cancelled():
            return fail(visit, Fault(FailureCode.CANCELLED), at)
        case TimedOut():
            return fail(visit, Fault(FailureCode.TIMED_OUT), at)
    return None


def _application(visit: Visit, at: datetime) -> Apply:
    if visit.permit is None:
        raise AssertionError("an order is confirmed only for a permit that was read")
    items = tuple(item.requested() for item in visit.items)
    return Apply(request_id(visit, "apply"), visit.permit.number, items, beijing_date(at))
