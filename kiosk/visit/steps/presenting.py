"""The card moves to the exit."""

from datetime import datetime

from kiosk.domain.failure import Fault
from kiosk.visit.decision import Decision, go
from kiosk.visit.effects import AwaitTaken
from kiosk.visit.events import CardNotReturned, CardPresented, CardTaken, Event
from kiosk.visit.model import CardFate, CaseKind, Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case CardPresented():
            return go(visit.put(card=CardFate.PRESENTED), Step.TAKING, AwaitTaken())
        case CardTaken():
            return go(visit.put(card=CardFate.TAKEN), Step.ENDED)
        case CardNotReturned(fault, whose):
            return lost_sight(visit.holding(whose), fault)
    return None


def lost_sight(visit: Visit, fault: Fault) -> Decision:
    """The card's place is not known: an open case, the machine goes out of service until staff look."""
    unknown = visit.put(card=CardFate.UNKNOWN, ending=visit.ending or fault)
    return go(unknown.with_case(CaseKind.CARD_LOST_SIGHT), Step.ENDED)
