"""A card that nobody took is kept safe for its holder, and staff are told."""

from datetime import datetime

from kiosk.visit.decision import Decision, go
from kiosk.visit.events import CardNotReturned, CardRetained, CardTaken, Event
from kiosk.visit.model import CardFate, CaseKind, Step, Visit
from kiosk.visit.steps.presenting import lost_sight


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case CardRetained():
            kept = visit.put(card=CardFate.RETAINED).with_case(CaseKind.CARD_RETAINED)
            return go(kept, Step.ENDED)
        case CardTaken():
            return go(visit.put(card=CardFate.TAKEN), Step.ENDED)
        case CardNotReturned(fault):
            return lost_sight(visit, fault)
    return None
