"""The slip comes out, or does not: the screen and the journal hold the same words."""

from datetime import datetime

from kiosk.visit.decision import Decision, return_card
from kiosk.visit.events import Event, SlipNotPrinted, SlipPrinted
from kiosk.visit.model import Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case SlipPrinted():
            return return_card(visit.put(slip_printed=True))
        case SlipNotPrinted():
            return return_card(visit.put(slip_printed=False))
    return None
