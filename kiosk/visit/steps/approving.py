"""The authority decides at once; money is taken only after its approval."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, go
from kiosk.visit.effects import ProveMachine
from kiosk.visit.events import ApplicationApproved, ApplicationRefused, ApplicationUndecided, Event
from kiosk.visit.model import Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case ApplicationApproved(approval_no):
            approved = visit.put(approval_no=approval_no)
            return go(approved, Step.PROVING, ProveMachine(free=visit.total == 0))
        case ApplicationRefused(reason):
            fault = Fault(FailureCode.AUTHORITY_REFUSED, reason.code)
            return fail(visit.put(refusal=reason), fault, at)
        case ApplicationUndecided(fault):
            return fail(visit, fault, at)
    return None
