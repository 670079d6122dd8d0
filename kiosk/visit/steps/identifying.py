"""The applicant checks the data shown: is this you?"""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, go
from kiosk.visit.events import Cancelled, Event, IdentityConfirmed, IdentityDenied, TimedOut
from kiosk.visit.model import Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case IdentityConfirmed():
            return go(visit, Step.CHOOSING_DESTINATION)
        case IdentityDenied():
            return fail(visit, Fault(FailureCode.IDENTITY_DENIED), at)
        case Cancelled():
            return fail(visit, Fault(FailureCode.CANCELLED), at)
        case TimedOut():
            return fail(visit, Fault(FailureCode.TIMED_OUT), at)
    return None
