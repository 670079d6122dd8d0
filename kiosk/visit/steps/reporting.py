"""The authority is told what stands on the card."""

from datetime import datetime

from kiosk.visit.decision import Decision, go, leave
from kiosk.visit.events import Event, PrintNotReported, PrintReported
from kiosk.visit.model import CaseKind, Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case PrintReported():
            return _on(visit.put(reported=True), at)
        case PrintNotReported():
            return _on(visit.with_case(CaseKind.REPORT_OPEN), at)
    return None


def _on(visit: Visit, at: datetime) -> Decision:
    return go(visit, Step.REVIEWING) if visit.printed else leave(visit, at)
