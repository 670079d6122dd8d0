"""Paid or free: the authority turns the approval into endorsements with control numbers."""

from datetime import datetime

from kiosk.domain.beijing import beijing_date
from kiosk.domain.eligibility import card_face
from kiosk.domain.face import CardFace
from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, go
from kiosk.visit.effects import PrintCard
from kiosk.visit.events import EndorsementsIssued, Event, IssueFailed
from kiosk.visit.model import PrintState, Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case EndorsementsIssued(endorsements):
            return start_print(visit.put(endorsements=endorsements), at)
        case IssueFailed(fault):
            return fail(visit, Fault(FailureCode.ISSUE_FAILED, fault.detail), at)
    return None


def start_print(visit: Visit, at: datetime) -> Decision:
    """Erase and print; each attempt is counted before it is made."""
    started = visit.put(print_state=PrintState.STARTED, print_attempts=visit.print_attempts + 1)
    return go(started, Step.PRINTING, PrintCard(ordered_face(started, at)))


def ordered_face(visit: Visit, at: datetime) -> CardFace:
    """Return what the whole film is to show: the new endorsements and those that stay."""
    if visit.permit is None or visit.record is None:
        raise AssertionError("nothing is printed before the permit and its record are known")
    return card_face(visit.permit, visit.record, visit.endorsements, beijing_date(at))
