"""The authority's record is fetched and every option decided on it."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, go
from kiosk.visit.events import Cancelled, Event, LookUpFailed, RecordFound
from kiosk.visit.model import Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case RecordFound(record, offers, refusal):
            known = visit.put(record=record, offers=offers, refusal=refusal)
            if refusal is not None:
                return fail(known, Fault(FailureCode.NOT_ALLOWED, refusal.code), at)
            return go(known, Step.IDENTIFYING)
        case LookUpFailed(fault):
            return fail(visit, fault, at)
        case Cancelled():
            return fail(visit, Fault(FailureCode.CANCELLED), at)
    return None
