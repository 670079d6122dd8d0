"""The film is erased and rewritten."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, go, report_print
from kiosk.visit.effects import InspectCard
from kiosk.visit.events import CardNotPrinted, CardPrinted, Event, PrintUndecided
from kiosk.visit.limits import PRINT_ATTEMPTS
from kiosk.visit.model import PrintState, Step, Visit
from kiosk.visit.steps.issuing import ordered_face, start_print


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case CardPrinted():
            return _inspect(visit.put(print_state=PrintState.PRINTED), at)
        case PrintUndecided():
            return _inspect(visit.put(print_state=PrintState.UNKNOWN), at)
        case CardNotPrinted(fault):
            return try_again(visit.put(print_state=PrintState.NOT_PRINTED), fault, at)
    return None


def _inspect(visit: Visit, at: datetime) -> Decision:
    return go(visit, Step.INSPECTING, InspectCard(ordered_face(visit, at)))


def try_again(visit: Visit, fault: Fault, at: datetime) -> Decision:
    """Print once more where it is known that nothing usable stands on the film, else give it up."""
    if visit.print_attempts < PRINT_ATTEMPTS:
        return start_print(visit, at)
    given_up = visit.put(ending=Fault(FailureCode.PRINT_FAILED, fault.detail or fault.code))
    return go(given_up, Step.REPORTING, report_print(given_up, printed=False))
