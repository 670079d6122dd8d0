"""A card that nobody took is kept safe, and staff are told whose it is, or that nobody knows."""

from datetime import datetime

from kiosk.visit.decision import Decision, go
from kiosk.visit.events import CardNotReturned, CardRetained, CardTaken, Event
from kiosk.visit.model import CardFate, CaseKind, Step, Visit
from kiosk.visit.steps.presenting import lost_sight


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case CardRetained(whose):
            kept = visit.holding(whose).put(card=CardFate.RETAINED).with_case(CaseKind.CARD_RETAINED)
            return go(kept, Step.ENDED)
        case CardTaken():
            return go(visit.put(card=CardFate.TAKEN), Step.ENDED)
        case CardNotReturned(fault, whose):
            return lost_sight(visit.holding(whose), fault)
    return None
