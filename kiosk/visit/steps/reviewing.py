"""The applicant sees what is now on the card, and says whether a paper slip is wanted."""

from datetime import datetime

from kiosk.visit import slips
from kiosk.visit.decision import Decision, go, return_card
from kiosk.visit.effects import PrintSlip
from kiosk.visit.events import Event, Restarted, ResultSeen, TimedOut
from kiosk.visit.model import Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case ResultSeen(False) if not visit.cases:
            return return_card(visit)
        case ResultSeen() | TimedOut() | Restarted():
            wanted = visit.put(slip_wanted=True)
            return go(wanted, Step.SLIP, PrintSlip(slips.slip_of(wanted, at)))
    return None
