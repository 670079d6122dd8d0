"""The camera did not find the holder: a member of staff may look, or the card goes back."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail
from kiosk.visit.events import Cancelled, Event, StaffAsked, TimedOut
from kiosk.visit.model import Visit
from kiosk.visit.steps.holder_proof import call_staff


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case StaffAsked():
            return call_staff(visit)
        case Cancelled() | TimedOut():
            return fail(visit, visit.face_fault or Fault(FailureCode.HOLDER_NOT_RECOGNISED), at)
    return None
