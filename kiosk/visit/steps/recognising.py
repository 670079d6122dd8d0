"""The person in front of the machine is compared with the chip's portrait."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, go, stay
from kiosk.visit.effects import CompareHolder
from kiosk.visit.events import Cancelled, Event, HolderCompared, HolderNotCompared, StaffAsked
from kiosk.visit.limits import FACE_ATTEMPTS
from kiosk.visit.model import Step, Visit
from kiosk.visit.steps.holder_proof import call_staff, go_on


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case HolderCompared(True, score):
            return go_on(visit.put(face_score=score, face_matched=True))
        case HolderCompared(False, score, evidence):
            hints = evidence.hints if evidence else ()
            tried = visit.put(face_score=score, face_attempts=visit.face_attempts + 1, face_hints=hints)
            if tried.face_attempts < FACE_ATTEMPTS:
                return stay(tried, CompareHolder())
            return _give_up(tried, Fault(FailureCode.HOLDER_NOT_RECOGNISED), at)
        case HolderNotCompared(fault):
            return _give_up(visit, fault, at)
        case StaffAsked() if visit.staff_on_call:
            return call_staff(visit)
        case Cancelled():
            return fail(visit, Fault(FailureCode.CANCELLED), at)
    return None


def _give_up(visit: Visit, fault: Fault, at: datetime) -> Decision:
    """The camera is not asked any more; where there are colleagues, the applicant may ask for one."""
    if visit.staff_on_call:
        return go(visit.put(face_fault=fault), Step.NOT_RECOGNISED)
    return fail(visit, fault, at)
