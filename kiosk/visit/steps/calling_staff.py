"""A member of staff was asked for: they come to the screen and say who they are."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, go, stay
from kiosk.visit.effects import AwaitStaff, CompareHolder
from kiosk.visit.events import Cancelled, Event, StaffIdentified, StaffNotIdentified, TimedOut, WentBack
from kiosk.visit.model import Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case StaffIdentified(number):
            known = visit.put(staff_number=number, staff_denial=None, staff_locked_until=None)
            return go(known, Step.CHECKING_HOLDER)
        case StaffNotIdentified(why, _, until):
            return stay(visit.put(staff_denial=why, staff_locked_until=until), AwaitStaff())
        case WentBack() if visit.face_fault is None:
            return go(visit, Step.RECOGNISING, CompareHolder())
        case Cancelled():
            return fail(visit, visit.face_fault or Fault(FailureCode.CANCELLED), at)
        case TimedOut():
            return fail(visit, Fault(FailureCode.STAFF_DID_NOT_COME), at)
    return None
