"""A member of staff looks at the person and at the chip's picture, and decides."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail
from kiosk.visit.events import Cancelled, Event, HolderConfirmedByStaff, HolderRefusedByStaff, TimedOut
from kiosk.visit.model import Visit
from kiosk.visit.steps.holder_proof import go_on


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case HolderConfirmedByStaff(number) if number and number == visit.staff_number:
            return go_on(visit.put(confirmed_by=number, staff_number=""))
        case HolderRefusedByStaff(number) if number and number == visit.staff_number:
            return fail(visit.put(staff_number=""), Fault(FailureCode.HOLDER_REFUSED_BY_STAFF), at)
        case Cancelled():
            return fail(visit, visit.face_fault or Fault(FailureCode.CANCELLED), at)
        case TimedOut():
            return fail(visit, Fault(FailureCode.TIMED_OUT), at)
    return None
