"""The card waits at the exit."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, go
from kiosk.visit.effects import RetainCard
from kiosk.visit.events import CardLeft, CardNotReturned, CardTaken, Event
from kiosk.visit.model import CardFate, Step, Visit
from kiosk.visit.steps.presenting import lost_sight


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case CardTaken():
            return go(visit.put(card=CardFate.TAKEN), Step.ENDED)
        case CardLeft():
            left = visit.put(ending=visit.ending or Fault(FailureCode.CARD_LEFT))
            return go(left, Step.RETAINING, RetainCard())
        case CardNotReturned(fault, whose):
            return lost_sight(visit.holding(whose), fault)
    return None
