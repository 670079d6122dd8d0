"""Printer, film and station are proven ready before any money moves: no start without a finish."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, go, issue
from kiosk.visit.events import Cancelled, Event, MachineNotProven, MachineProven
from kiosk.visit.model import Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case MachineProven(channels, payer_code):
            proven = visit.put(channels=channels, payer_code_channels=payer_code)
            return issue(proven) if visit.total == 0 else go(proven, Step.CHOOSING_METHOD)
        case MachineNotProven(fault):
            return fail(visit, fault, at)
        case Cancelled():
            return fail(visit, Fault(FailureCode.CANCELLED), at)
    return None
