"""The visit's one door: what an event makes of a visit."""

from collections.abc import Callable, Mapping
from datetime import datetime

from kiosk.visit import background, casework
from kiosk.visit.decision import Decision
from kiosk.visit.events import Event, PaymentClosed, Restarted
from kiosk.visit.model import Step, Visit
from kiosk.visit.steps import (
    approving,
    calling_staff,
    checking_holder,
    choosing_destination,
    choosing_method,
    choosing_option,
    closing_payment,
    confirming,
    identifying,
    inspecting,
    issuing,
    looking_up,
    not_recognised,
    opening_payment,
    paying,
    presenting,
    printing,
    proving,
    reading,
    recognising,
    refunding,
    reporting,
    retaining,
    reviewing,
    slip,
    start,
    taking,
)
from kiosk.visit.table import OUT, TABLE

Handler = Callable[[Visit, Event, datetime], Decision | None]

_HANDLERS: Mapping[Step, Handler] = {
    Step.START: start.handle,
    Step.READING: reading.handle,
    Step.RECOGNISING: recognising.handle,
    Step.NOT_RECOGNISED: not_recognised.handle,
    Step.CALLING_STAFF: calling_staff.handle,
    Step.CHECKING_HOLDER: checking_holder.handle,
    Step.LOOKING_UP: looking_up.handle,
    Step.IDENTIFYING: identifying.handle,
    Step.CHOOSING_DESTINATION: choosing_destination.handle,
    Step.CHOOSING_OPTION: choosing_option.handle,
    Step.CONFIRMING: confirming.handle,
    Step.APPROVING: approving.handle,
    Step.PROVING: proving.handle,
    Step.CHOOSING_METHOD: choosing_method.handle,
    Step.OPENING_PAYMENT: opening_payment.handle,
    Step.PAYING: paying.handle,
    Step.CLOSING_PAYMENT: closing_payment.handle,
    Step.ISSUING: issuing.handle,
    Step.PRINTING: printing.handle,
    Step.INSPECTING: inspecting.handle,
    Step.REPORTING: reporting.handle,
    Step.REVIEWING: reviewing.handle,
    Step.REFUNDING: refunding.handle,
    Step.SLIP: slip.handle,
    Step.PRESENTING: presenting.handle,
    Step.TAKING: taking.handle,
    Step.RETAINING: retaining.handle,
    Step.ENDED: lambda _visit, _event, _at: None,
}


def decide(visit: Visit, event: Event, at: datetime) -> Decision | None:
    """Return what `event`, journaled at the aware moment `at`, makes of `visit`; None if nothing.

    Pure: the same three values give the same decision, which is what makes a visit the fold of its
    journal. An event that does not belong to the step (a tap that came too late) gives None.
    """
    if isinstance(event, PaymentClosed) and event.refunded:
        # The payer was faster than the close: said to the applicant wherever the visit has got to.
        visit = visit.put(reversed_orders=visit.reversed_orders | {event.order_number})
    ways = TABLE[visit.step].ways
    if type(event) in ways:
        decision = _HANDLERS[visit.step](visit, event, at)
        if decision is not None:
            _check(visit, event, decision, ways[type(event)])
            return decision
    if isinstance(event, Restarted):
        decision = background.restarted(visit, at)
    elif type(event) in casework.HANDLED:
        decision = casework.handle(visit, event, at)
    elif type(event) in background.HANDLED:
        decision = background.handle(visit, event, at)
    else:
        return None
    if decision is not None:
        _check(visit, event, decision, OUT | {visit.step, Step.CLOSING_PAYMENT})
    return decision


def _check(visit: Visit, event: Event, decision: Decision, allowed: frozenset[Step]) -> None:
    """Stop at a transition that the table does not list: a wrong way is a bug, never a surprise."""
    if decision.visit.step not in allowed:
        way = f"{visit.step} -{type(event).__name__}-> {decision.visit.step}"
        raise AssertionError(f"not in the transition table: {way}")
