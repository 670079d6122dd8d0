"""What may arrive at any step: late answers, and a card that leaves the machine by itself.

Late money is never dropped: it is booked and, unless it is what the visit waits for, returned.
"""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Payment
from kiosk.visit.decision import (
    Decision,
    apply,
    fail,
    leave,
    refund_effect,
    report_print,
    request_id,
    stay,
)
from kiosk.visit.effects import ClosePayment, Withdraw
from kiosk.visit.events import (
    ApplicationApproved,
    ApplicationRefused,
    ApplicationUndecided,
    ApprovalNotWithdrawn,
    ApprovalWithdrawn,
    CardRemoved,
    EndorsementsIssued,
    Event,
    PaymentClosed,
    PaymentSettled,
    PaymentUndecided,
    PrintNotReported,
    PrintReported,
    RefundDone,
    RefundNotDone,
)
from kiosk.visit.model import CardFate, CaseKind, PrintState, Step, Visit, refund_number
from kiosk.visit.steps.payment_results import give_up

HANDLED: frozenset[type[Event]] = frozenset(
    {
        ApplicationApproved,
        ApplicationRefused,
        ApplicationUndecided,
        ApprovalNotWithdrawn,
        ApprovalWithdrawn,
        CardRemoved,
        EndorsementsIssued,
        PaymentClosed,
        PaymentSettled,
        PaymentUndecided,
        PrintNotReported,
        PrintReported,
        RefundDone,
        RefundNotDone,
    }
)

_PAYMENT_OPEN = frozenset({Step.OPENING_PAYMENT, Step.PAYING, Step.CLOSING_PAYMENT})
_CARD_ALREADY_GOING = frozenset({Step.PRESENTING, Step.TAKING, Step.RETAINING, Step.ENDED, Step.START})


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case CardRemoved():
            return _removed(visit, at)
        case PaymentSettled(payment):
            return _late_payment(visit, payment, at)
        case PaymentClosed(number):
            closed = visit.put(closed_orders=visit.closed_orders | {number})
            return stay(_without(closed, CaseKind.PAYMENT_UNDECIDED))
        case RefundDone(number):
            return stay(_returned(visit.put(refunded=visit.refunded | {number})))
        case RefundNotDone():
            return stay(visit.with_case(CaseKind.REFUND_OPEN))
        case _:
            return _authority(visit, event)


def _authority(visit: Visit, event: Event) -> Decision | None:
    """Late answers of the authority: whatever it granted is given back once the visit cannot use it."""
    match event:
        case ApplicationApproved(approval_no) if visit.ending is not None:
            granted = visit.put(approval_no=approval_no)
            return stay(granted, Withdraw(request_id(visit, "withdraw"), approval_no))
        case ApplicationRefused() if visit.ending is not None:
            return stay(_without(visit, CaseKind.WITHDRAWAL_OPEN))
        case ApplicationUndecided() if visit.ending is not None:
            return stay(visit.with_case(CaseKind.WITHDRAWAL_OPEN))
        case EndorsementsIssued(endorsements) if visit.ending is not None and not visit.endorsements:
            issued = visit.put(endorsements=endorsements)
            return stay(issued, report_print(issued, printed=False))
        case ApprovalWithdrawn():
            return stay(_without(visit.put(withdrawn=True), CaseKind.WITHDRAWAL_OPEN))
        case ApprovalNotWithdrawn():
            return stay(visit.with_case(CaseKind.WITHDRAWAL_OPEN))
        case PrintReported():
            return stay(_without(visit.put(reported=True), CaseKind.REPORT_OPEN))
        case PrintNotReported():
            return stay(visit.with_case(CaseKind.REPORT_OPEN))
    return None


def _late_payment(visit: Visit, payment: Payment, at: datetime) -> Decision | None:
    """Book money that nobody waits for any more, and send it back."""
    if all(order.number != payment.order_number for order in visit.orders):
        return None
    if any(known.order_number == payment.order_number for known in visit.payments):
        return None
    booked = _without(visit.put(payments=(*visit.payments, payment)), CaseKind.PAYMENT_UNDECIDED)
    if payment.order_number in visit.by_hand:
        return stay(booked)
    effect = refund_effect(booked, payment, at)
    return stay(booked.put(refunds=(*booked.refunds, effect.refund)), effect)


def _returned(visit: Visit) -> Visit:
    """Close what waited for the money; a film that was found not printed needs nothing any more either."""
    if visit.unreturned:
        return visit
    settled = _without(visit, CaseKind.REFUND_OPEN)
    seen = visit.print_state in {PrintState.DIFFERS, PrintState.NOT_PRINTED}
    return _without(settled, CaseKind.PRINT_UNVERIFIED) if seen else settled


def _removed(visit: Visit, at: datetime) -> Decision | None:
    """The card was pulled: before payment nothing is lost; afterwards the money goes back or staff look."""
    if visit.step in _CARD_ALREADY_GOING or visit.card is not CardFate.INSIDE:
        return None
    gone = visit.put(card=CardFate.REMOVED)
    if visit.printed:
        return stay(gone) if visit.step is not Step.INSPECTING else _unseen(gone, at)
    if visit.step in {Step.PRINTING, Step.INSPECTING}:
        return _unseen(gone.put(print_state=PrintState.UNKNOWN), at)
    fault = Fault(FailureCode.CARD_REMOVED)
    if visit.step in _PAYMENT_OPEN:
        ended = gone.given_up(fault)
        return stay(ended) if visit.step is Step.CLOSING_PAYMENT else give_up(ended, fault, at)
    if visit.step in {Step.REPORTING, Step.REFUNDING, Step.SLIP}:
        return stay(gone)
    return fail(gone, fault, at)


def _unseen(visit: Visit, at: datetime) -> Decision:
    """The film left before anyone read it back."""
    ended = visit.put(ending=visit.ending or Fault(FailureCode.CARD_REMOVED))
    return leave(ended.with_case(CaseKind.PRINT_UNVERIFIED), at)


def _without(visit: Visit, kind: CaseKind) -> Visit:
    return visit.put(cases=tuple(case for case in visit.cases if case is not kind))


def restarted(visit: Visit, at: datetime) -> Decision | None:
    """Go on after a restart, for every step that has no rule of its own in its file.

    Before payment the visit ends with the card back; afterwards it goes on where it stood, its open
    effects asked about by the runtime.
    """
    if visit.step in INTERRUPTED:
        return fail(visit, Fault(FailureCode.INTERRUPTED), at)
    if visit.step is Step.ENDED:
        return ask_again(visit)
    return stay(visit)


INTERRUPTED = frozenset(
    {
        Step.READING,
        Step.RECOGNISING,
        Step.NOT_RECOGNISED,
        Step.CALLING_STAFF,
        Step.CHECKING_HOLDER,
        Step.LOOKING_UP,
        Step.IDENTIFYING,
        Step.CHOOSING_DESTINATION,
        Step.CHOOSING_OPTION,
        Step.CONFIRMING,
        Step.APPROVING,
        Step.PROVING,
        Step.CHOOSING_METHOD,
    }
)


def _final(visit: Visit, number: str) -> bool:
    paid = any(payment.order_number == number for payment in visit.payments)
    return paid or number in visit.closed_orders


def ask_again(visit: Visit) -> Decision:
    """What an ended visit left open at the outside is asked once more at every start."""
    decision = stay(visit)
    if CaseKind.PAYMENT_UNDECIDED in visit.cases:
        open_orders = (order for order in visit.orders if not _final(visit, order.number))
        decision = decision.also(*(ClosePayment(order, to_the_end=True) for order in open_orders))
    if CaseKind.REFUND_OPEN in visit.cases:
        began = {refund.number: refund.requested_at for refund in visit.refunds}
        ordered = (paid for paid in visit.unreturned if refund_number(paid) in began)
        effects = (refund_effect(visit, paid, began[refund_number(paid)]) for paid in ordered)
        decision = decision.also(*effects)
    if CaseKind.REPORT_OPEN in visit.cases and visit.film_known:
        decision = decision.also(report_print(visit, printed=visit.printed))
    if CaseKind.WITHDRAWAL_OPEN in visit.cases:
        number = visit.approval_no
        heard = Withdraw(request_id(visit, "withdraw"), number) if number else apply(visit)
        decision = decision.also(heard)
    return decision
