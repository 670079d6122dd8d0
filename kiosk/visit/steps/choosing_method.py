"""How to pay, among the ways that work right now."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, stay
from kiosk.visit.events import Cancelled, Event, MethodChosen, TimedOut, WaysChanged
from kiosk.visit.model import Visit
from kiosk.visit.steps.payment_results import open_order


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case MethodChosen(channel, payer_code) if channel in (
            visit.payer_code_channels if payer_code else visit.channels
        ):
            return open_order(visit.put(renewals=0), channel, at, payer_code=payer_code)
        case WaysChanged(channels, payer_code_channels):
            return stay(visit.put(channels=channels, payer_code_channels=payer_code_channels))
        case Cancelled():
            return fail(visit, Fault(FailureCode.CANCELLED), at)
        case TimedOut():
            return fail(visit, Fault(FailureCode.TIMED_OUT), at)
    return None
