"""The authority decides at once; money is taken only after its approval."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, apply, fail, go, leave, stay
from kiosk.visit.effects import ProveMachine
from kiosk.visit.events import ApplicationApproved, ApplicationRefused, ApplicationUndecided, Cancelled, Event
from kiosk.visit.model import Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case ApplicationApproved(approval_no):
            approved = visit.put(approval_no=approval_no)
            if visit.ending is not None:
                return leave(approved, at)
            return go(approved, Step.PROVING, ProveMachine(free=visit.total == 0))
        case ApplicationRefused(reason):
            fault = Fault(FailureCode.AUTHORITY_REFUSED, reason.code)
            return fail(visit.put(refusal=reason), fault, at)
        case ApplicationUndecided(fault, sent):
            ended = fail(visit, fault, at)
            # What may have been granted unheard is asked for in the background, to be given back.
            return ended.also(apply(visit)) if sent else ended
        case Cancelled():
            # The answer is on its way: what it grants has to be given back.
            return stay(visit.put(ending=Fault(FailureCode.CANCELLED)))
    return None
