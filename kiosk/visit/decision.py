"""What a step answers to an event, and the ways out of a visit that several steps share."""

from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Payment, Refund
from kiosk.visit import slips
from kiosk.visit.effects import (
    Apply,
    ClosePayment,
    Effect,
    Issue,
    PresentCard,
    PrintSlip,
    RefundPayment,
    ReportPrint,
    Withdraw,
)
from kiosk.visit.model import CardFate, Step, Visit, refund_number


@dataclass(frozen=True, slots=True)
class Decision:
    """The visit after an event, and what the outside is asked to do."""

    visit: Visit
    effects: tuple[Effect, ...] = ()

    def also(self, *effects: Effect) -> "Decision":
        """Return the decision with more effects."""
        return replace(self, effects=(*self.effects, *effects))


def stay(visit: Visit, *effects: Effect) -> Decision:
    """Remain in the step."""
    return Decision(visit, effects)


def go(visit: Visit, step: Step, *effects: Effect) -> Decision:
    """Enter a step with the effects that belong to it."""
    return Decision(visit.put(step=step, history=(*visit.history, step)), effects)


def request_id(visit: Visit, purpose: str) -> str:
    """Return the authority request id for a purpose: the same after every fold of the same journal."""
    return f"{visit.visit_id}-{purpose}"


def fail(visit: Visit, fault: Fault, at: datetime) -> Decision:
    """End the visit early: approval given back, money returned, slip where one is owed, card back."""
    return leave(visit.put(ending=visit.ending or fault), at)


def leave(visit: Visit, at: datetime) -> Decision:
    """Go to whatever still has to be done before the card goes back, in its fixed order."""
    if visit.unreturned:
        return refund_all(visit, at).also(*give_back(visit))
    return after_refunds(visit, at).also(*give_back(visit))


def apply(visit: Visit) -> Apply:
    """Return the application of the items; asked again it is the same, and so is its answer."""
    if visit.permit is None or visit.applied_on is None:
        raise AssertionError("an order is confirmed only for a permit that was read")
    items = tuple(item.requested() for item in visit.items)
    return Apply(request_id(visit, "apply"), visit.permit.number, items, visit.applied_on)


def give_back(visit: Visit) -> tuple[Effect, ...]:
    """Return the effect that gives back an approval nothing was issued on; it runs in the background."""
    if visit.approval_no is None or visit.withdrawn or visit.endorsements or visit.printed:
        return ()
    return (Withdraw(request_id(visit, "withdraw"), visit.approval_no),)


def refund_all(visit: Visit, at: datetime) -> Decision:
    """Return every payment for which nothing was delivered."""
    effects = tuple(refund_effect(visit, payment, at) for payment in visit.unreturned)
    refunds = tuple(effect.refund for effect in effects)
    known = {refund.number for refund in visit.refunds}
    new = tuple(refund for refund in refunds if refund.number not in known)
    return go(visit.put(refunds=(*visit.refunds, *new)), Step.REFUNDING, *effects)


def refund_effect(visit: Visit, payment: Payment, at: datetime) -> RefundPayment:
    """Return the refund of one payment, with the only refund number it can ever have."""
    order = next(order for order in visit.orders if order.number == payment.order_number)
    code = visit.ending.code if visit.ending else FailureCode.PRINT_FAILED
    refund = Refund(refund_number(payment), payment.amount, code, payment.transaction_id, at)
    return RefundPayment(order, payment, refund)


def after_refunds(visit: Visit, at: datetime) -> Decision:
    """Print a slip where money moved or something stays open, else give the card back at once."""
    if visit.payments or visit.cases:
        return go(visit, Step.SLIP, PrintSlip(slips.slip_of(visit, at)))
    return return_card(visit)


def return_card(visit: Visit) -> Decision:
    """Present the card if it is inside; without a card there is nothing left to do."""
    if visit.card in {CardFate.INSIDE, CardFate.UNKNOWN}:
        return go(visit, Step.PRESENTING, PresentCard())
    return go(visit, Step.ENDED)


def close_payment(visit: Visit) -> Decision:
    """Make the newest order final; no other number is taken before that."""
    order = visit.order
    if order is None:
        raise AssertionError("there is an order in every payment step")
    return go(visit, Step.CLOSING_PAYMENT, ClosePayment(order))


def issue(visit: Visit) -> Decision:
    """Ask for the endorsements, once approved and paid or free."""
    if visit.approval_no is None:
        raise AssertionError("nothing is issued without an approval")
    reference = visit.payment.transaction_id if visit.payment else None
    return go(visit, Step.ISSUING, Issue(request_id(visit, "issue"), visit.approval_no, reference))


def report_print(visit: Visit, *, printed: bool) -> ReportPrint:
    """Return the report of the print's outcome to the authority."""
    numbers = tuple(endorsement.control_no for endorsement in visit.endorsements)
    purpose = "report" if printed else "report-unprinted"
    return ReportPrint(request_id(visit, purpose), numbers, printed)
