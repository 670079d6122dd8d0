"""The film is erased and rewritten."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.whose import Whose
from kiosk.visit.decision import Decision, go, report_print
from kiosk.visit.effects import InspectCard
from kiosk.visit.events import CardNotPrinted, CardPrinted, Event, PrintUndecided
from kiosk.visit.limits import PRINT_ATTEMPTS
from kiosk.visit.model import PrintState, Step, Visit
from kiosk.visit.steps.issuing import ordered_face, start_print


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case CardPrinted():
            return _inspect(visit.put(print_state=PrintState.PRINTED, whose=Whose.OWN), at)
        case PrintUndecided(fault):
            return _inspect(seen_inside(visit, fault).put(print_state=PrintState.UNKNOWN), at)
        case CardNotPrinted(fault):
            return try_again(seen_inside(visit, fault).put(print_state=PrintState.NOT_PRINTED), fault, at)
    return None


def _inspect(visit: Visit, at: datetime) -> Decision:
    return go(visit, Step.INSPECTING, InspectCard(ordered_face(visit, at)))


def seen_inside(visit: Visit, fault: Fault) -> Visit:
    """Return the visit with what a failure tells of the card inside."""
    return visit.put(whose=Whose.OTHER) if fault.code is FailureCode.CARD_SWAPPED else visit


def ended_by(fault: Fault, code: FailureCode) -> Fault:
    """Return how the visit ends: that another card is inside is what its holder has to know first."""
    if fault.code is FailureCode.CARD_SWAPPED:
        return fault
    return Fault(code, fault.detail or fault.code)


def try_again(visit: Visit, fault: Fault, at: datetime) -> Decision:
    """Print once more where it is known that nothing usable stands on the film, else give it up."""
    if visit.print_attempts < PRINT_ATTEMPTS:
        return start_print(visit, at)
    given_up = visit.put(ending=ended_by(fault, FailureCode.PRINT_FAILED))
    return go(given_up, Step.REPORTING, report_print(given_up, printed=False))
