"""No card yet: a visit begins when one is drawn in."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, go
from kiosk.visit.effects import ReadPermit
from kiosk.visit.events import CardInserted, Event
from kiosk.visit.model import Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case CardInserted(visit_id, kiosk_id, ordinal, upside_down):
            begun = visit.put(visit_id=visit_id, kiosk_id=kiosk_id, ordinal=ordinal, began=at)
            if upside_down:
                return fail(begun, Fault(FailureCode.CARD_UPSIDE_DOWN), at)
            return go(begun, Step.READING, ReadPermit())
    return None
