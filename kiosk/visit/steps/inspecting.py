"""The film is read back: only what is seen on it counts as printed."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, go, leave, report_print
from kiosk.visit.events import CardInspected, Event, InspectionFailed
from kiosk.visit.model import CaseKind, PrintState, Step, Visit
from kiosk.visit.steps.printing import ended_by, seen_inside, try_again


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case CardInspected(True):
            verified = visit.put(print_state=PrintState.VERIFIED)
            return go(verified, Step.REPORTING, report_print(verified, printed=True))
        case CardInspected(False, detail):
            differs = visit.put(print_state=PrintState.DIFFERS)
            return try_again(differs, Fault(FailureCode.PRINT_DIFFERS, detail), at)
        case InspectionFailed(fault):
            return _unseen(seen_inside(visit, fault), fault, at)
    return None


def _unseen(visit: Visit, fault: Fault, at: datetime) -> Decision:
    """Nobody can see the film: what the printer said stands, and staff look at the card."""
    open_matter = visit.with_case(CaseKind.PRINT_UNVERIFIED)
    if visit.print_state is PrintState.PRINTED:
        return go(open_matter, Step.REPORTING, report_print(open_matter, printed=True))
    return leave(open_matter.put(ending=ended_by(fault, FailureCode.PRINT_UNKNOWN)), at)
