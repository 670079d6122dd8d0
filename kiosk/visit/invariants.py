"""Money, card and print agree: what must hold for every visit, checked in the running program too."""

from kiosk.domain.payment import Channel
from kiosk.visit.fold import Folded
from kiosk.visit.model import CardFate, CaseKind, PrintState, Step, Visit, refund_number

_MONEY_CASES = {
    CaseKind.PAYMENT_UNDECIDED,
    CaseKind.PRINT_UNVERIFIED,
    CaseKind.REFUND_OPEN,
}
_BEFORE_PROOF = {
    Step.START,
    Step.READING,
    Step.RECOGNISING,
    Step.NOT_RECOGNISED,
    Step.CALLING_STAFF,
    Step.CHECKING_HOLDER,
}
_AFTER_PAYMENT = {Step.ISSUING, Step.PRINTING, Step.INSPECTING, Step.REVIEWING}


def violations(folded: Folded) -> tuple[str, ...]:
    """Return every broken invariant in plain words; empty for a sound visit."""
    visit = folded.visit
    found = [*_always(visit)]
    if folded.over:
        found += _at_the_end(visit)
    return tuple(found)


def _always(visit: Visit) -> list[str]:
    found = []
    touched = visit.print_state is not PrintState.UNTOUCHED
    if (touched or visit.step in _AFTER_PAYMENT) and visit.total > 0 and visit.payment is None:
        found.append("the card is being made although nothing was paid")
    if visit.ending is None and visit.step not in _BEFORE_PROOF and not visit.holder_proven:
        found.append("the visit goes on although nobody was found to be the permit's holder")
    if len({payment.order_number for payment in visit.payments}) != len(visit.payments):
        found.append("one payment is booked twice")
    if len({refund.number for refund in visit.refunds}) != len(visit.refunds):
        found.append("one refund was asked for under two intents")
    numbers = [order.number for order in visit.orders]
    if len(set(numbers)) != len(numbers):
        found.append("an order number was used twice")
    if any(order.number not in visit.closed_orders | _paid(visit) for order in visit.orders[:-1]):
        found.append("a new order was opened while an older one was not final")
    if any(not way.takes_back for way in _given_back(visit)):
        found.append("money was called returned by a way that takes none back")
    if visit.charging and (visit.order is None or not visit.order.payer_code):
        found.append("a code is being charged for an order that shows one")
    found += _evidence(visit)
    if visit.printed and delivered_and_refunded(visit):
        found.append("the payment of a printed endorsement was refunded")
    return found


def _evidence(visit: Visit) -> list[str]:
    """Return what is wrong with the conclusions from a film that was written again since."""
    since = visit.overwritten
    if since is None:
        return []
    absent = {PrintState.DIFFERS, PrintState.NOT_PRINTED}
    if visit.print_state in absent and since.known not in absent and not since.ground:
        return ["a film that was written again since is taken for evidence that nothing was printed"]
    if visit.print_state is PrintState.STARTED:
        return ["a film that a newer visit wrote is being printed over"]
    return []


def _given_back(visit: Visit) -> frozenset[Channel]:
    return frozenset(
        payment.channel for payment in visit.payments if refund_number(payment) in visit.refunded
    )


def _paid(visit: Visit) -> frozenset[str]:
    return frozenset(payment.order_number for payment in visit.payments)


def delivered_and_refunded(visit: Visit) -> bool:
    """Return whether the payment that the visit delivered for was given back."""
    return visit.payment is not None and refund_number(visit.payment) in visit.refunded


def _at_the_end(visit: Visit) -> list[str]:
    found = []
    explained = _MONEY_CASES.intersection(visit.cases)
    if visit.unreturned and not explained:
        found.append("a payment was neither delivered nor refunded, and there is no case")
    unsure = visit.print_state in {PrintState.STARTED, PrintState.UNKNOWN}
    if unsure and CaseKind.PRINT_UNVERIFIED not in {*visit.cases, *visit.closed_cases}:
        found.append("nobody knows whether the card was printed, and there is no case")
    found += _told_the_authority(visit)
    if visit.card in {CardFate.INSIDE, CardFate.PRESENTED}:
        found.append("the visit ended with the card still in the machine")
    if visit.card is CardFate.UNKNOWN and CaseKind.CARD_LOST_SIGHT not in visit.cases:
        found.append("the card's place is not known, and there is no case")
    return found


def _told_the_authority(visit: Visit) -> list[str]:
    """Return what the authority granted and heard nothing of, with nobody to tell it."""
    matters = {*visit.cases, *visit.closed_cases}
    explained = CaseKind.REPORT_OPEN in matters or CaseKind.PRINT_UNVERIFIED in visit.cases
    if visit.endorsements and not visit.reported and not explained:
        return ["the authority was not told what became of what it issued, and there is no case"]
    unused = visit.approval_no is not None and not visit.endorsements and not visit.withdrawn
    if unused and CaseKind.WITHDRAWAL_OPEN not in matters:
        return ["an approval was neither used nor given back, and there is no case"]
    return []
