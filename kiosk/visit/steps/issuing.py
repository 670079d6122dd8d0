"""Paid or free: the authority turns the approval into endorsements with control numbers."""

from datetime import datetime

from kiosk.domain.beijing import beijing_date
from kiosk.domain.eligibility import card_face
from kiosk.domain.endorsement import Endorsement
from kiosk.domain.face import CardFace
from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, go, report_print
from kiosk.visit.effects import PrintCard
from kiosk.visit.events import EndorsementsIssued, Event, IssueFailed
from kiosk.visit.model import PrintState, Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case EndorsementsIssued(endorsements):
            issued = visit.put(endorsements=endorsements)
            if not _as_ordered(visit, endorsements):
                wrong = Fault(FailureCode.ISSUE_FAILED, "something else was issued than ordered")
                return fail(issued, wrong, at).also(report_print(issued, printed=False))
            return start_print(issued, at)
        case IssueFailed(fault):
            return fail(visit, Fault(FailureCode.ISSUE_FAILED, fault.detail), at)
    return None


def _as_ordered(visit: Visit, endorsements: tuple[Endorsement, ...]) -> bool:
    """Return whether exactly the items that the applicant confirmed and paid for were issued."""
    ordered = [(i.option.destination, i.option.kind, i.option.entries) for i in visit.items]
    return sorted(ordered) == sorted((e.destination, e.kind, e.entries) for e in endorsements)


def start_print(visit: Visit, at: datetime) -> Decision:
    """Erase and print; each attempt is counted before it is made."""
    started = visit.put(print_state=PrintState.STARTED, print_attempts=visit.print_attempts + 1)
    face = ordered_face(started, at)
    return go(started.put(face=face), Step.PRINTING, PrintCard(face))


def ordered_face(visit: Visit, at: datetime) -> CardFace:
    """Return what the whole film is to show: the new endorsements and those that stay."""
    if visit.permit is None or visit.record is None:
        raise AssertionError("nothing is printed before the permit and its record are known")
    return card_face(visit.permit, visit.record, visit.endorsements, beijing_date(at))
