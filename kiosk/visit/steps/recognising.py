"""The person in front of the machine is compared with the chip's portrait."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, go, stay
from kiosk.visit.effects import CompareHolder, LookUp
from kiosk.visit.events import Cancelled, Event, HolderCompared, HolderNotCompared
from kiosk.visit.limits import FACE_ATTEMPTS
from kiosk.visit.model import Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case HolderCompared(True, score):
            if visit.permit is None:
                raise AssertionError("a holder is compared only after the permit was read")
            return go(visit.put(face_score=score), Step.LOOKING_UP, LookUp(visit.permit))
        case HolderCompared(False, score, evidence):
            hints = evidence.hints if evidence else ()
            tried = visit.put(face_score=score, face_attempts=visit.face_attempts + 1, face_hints=hints)
            if tried.face_attempts < FACE_ATTEMPTS:
                return stay(tried, CompareHolder())
            return fail(tried, Fault(FailureCode.HOLDER_NOT_RECOGNISED), at)
        case HolderNotCompared(fault):
            return fail(visit, fault, at)
        case Cancelled():
            return fail(visit, Fault(FailureCode.CANCELLED), at)
    return None
