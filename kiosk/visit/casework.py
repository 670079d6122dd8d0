"""Open cases: what staff may do about each, and what that makes of the visit. Pure, like all of this room.

A case is a visit that has ended with something left open; its number is the visit's. Nothing here prints
or pays twice: money goes back under the one number a payment can have, a card whose money goes back is not
printed, and one that may be printed is looked at first. A film that a newer visit has written since is no
evidence: then only a decision of staff, on a ground that they name, lets money go back.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from kiosk.domain.face import CardFace
from kiosk.visit import background
from kiosk.visit.case_effects import InspectAgain, PrintAgain
from kiosk.visit.case_events import (
    CaseAskedAgain,
    CaseClosed,
    CaseFilmDecided,
    CaseFilmInspected,
    CaseFilmNotInspected,
    CaseFilmOverwritten,
    CaseFilmSeen,
    CaseInspectionOrdered,
    CaseRefundOrdered,
    CaseReprintOrdered,
    CloseReason,
)
from kiosk.visit.decision import Decision, refund_effect, report_print, stay
from kiosk.visit.events import Event
from kiosk.visit.model import (
    CardFate,
    CaseKind,
    Overwritten,
    PrintState,
    Step,
    Visit,
    refund_number,
)


class CaseAction(StrEnum):
    """What staff can do."""

    ASK = "ask"
    INSPECT = "inspect"
    SEEN = "seen"
    DECIDE = "decide"
    REPRINT = "reprint"
    REFUND = "refund"
    CLOSE = "close"


COVERS: Mapping[CloseReason, frozenset[CaseKind]] = {
    CloseReason.HANDED_BACK: frozenset({CaseKind.CARD_RETAINED, CaseKind.CARD_LOST_SIGHT}),
    CloseReason.CARD_KEPT: frozenset({CaseKind.CARD_RETAINED, CaseKind.CARD_LOST_SIGHT}),
    CloseReason.SETTLED_OUTSIDE: frozenset(
        {CaseKind.PAYMENT_UNDECIDED, CaseKind.REFUND_OPEN, CaseKind.PRINT_UNVERIFIED}
    ),
    CloseReason.NOTHING_OWED: frozenset({CaseKind.PAYMENT_UNDECIDED}),
    CloseReason.AUTHORITY_TOLD: frozenset({CaseKind.REPORT_OPEN, CaseKind.WITHDRAWAL_OPEN}),
}
"""Which open matters each reason settles."""

_ASKABLE = frozenset(
    {
        CaseKind.PAYMENT_UNDECIDED,
        CaseKind.REFUND_OPEN,
        CaseKind.REPORT_OPEN,
        CaseKind.WITHDRAWAL_OPEN,
    }
)
_NOT_ON_THE_FILM = frozenset({PrintState.DIFFERS, PrintState.NOT_PRINTED})


def allowed(visit: Visit) -> tuple[CaseAction, ...]:
    """Return what staff may do about a visit now; nothing while it runs or where nothing is open.

    The caller makes sure that nothing of the visit waits for an outcome.
    """
    if visit.step is not Step.ENDED or not visit.cases:
        return ()
    may = {
        CaseAction.ASK: _may_ask(visit),
        CaseAction.INSPECT: _can_be_looked_at(visit),
        CaseAction.SEEN: _can_be_looked_at(visit),
        CaseAction.DECIDE: _may_decide(visit),
        CaseAction.REPRINT: _may_reprint(visit),
        CaseAction.REFUND: _may_refund(visit),
        CaseAction.CLOSE: any(reasons(visit)),
    }
    return tuple(action for action, fine in may.items() if fine)


def reasons(visit: Visit) -> tuple[CloseReason, ...]:
    """Return the reasons for which something of the case can be closed by hand."""
    return tuple(reason for reason, kinds in COVERS.items() if kinds.intersection(visit.cases))


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    """Return what staff's work makes of a visit; None where it is not allowed, or nothing any more."""
    if visit.step is not Step.ENDED:
        return None
    match event:
        case CaseFilmInspected(matches) if CaseKind.PRINT_UNVERIFIED in visit.cases:
            return _seen(visit, matches=matches)
        case CaseFilmOverwritten(newer) if CaseKind.PRINT_UNVERIFIED in visit.cases:
            after = _overwritten(visit, newer)
            return None if after == visit else stay(after)
        case CaseFilmNotInspected(_, touched):
            return stay(visit.put(print_state=PrintState.UNKNOWN)) if touched else stay(_untouched(visit))
    return _ordered(visit, event, at)


def _ordered(visit: Visit, event: Event, at: datetime) -> Decision | None:
    may = allowed(visit)
    match event:
        case CaseAskedAgain() if CaseAction.ASK in may:
            return background.ask_again(visit)
        case CaseRefundOrdered() if CaseAction.REFUND in may:
            return _refund(visit, at)
        case CaseInspectionOrdered() if CaseAction.INSPECT in may:
            return stay(visit, InspectAgain(*_face_and_line(visit), known_before(visit)))
        case CaseFilmSeen(matches, counts=counts) if CaseAction.SEEN in may:
            return _seen(visit, matches=matches) if matches or counts else stay(visit)
        case CaseFilmDecided(printed, ground) if CaseAction.DECIDE in may:
            return _decided(visit, ground.value, printed=printed)
        case CaseReprintOrdered() if CaseAction.REPRINT in may:
            started = visit.put(print_state=PrintState.STARTED, print_attempts=visit.print_attempts + 1)
            return stay(started, PrintAgain(*_face_and_line(visit), known_before(visit)))
        case CaseClosed(reason) if reason in reasons(visit):
            return _close(visit, reason)
    return None


def _may_ask(visit: Visit) -> bool:
    """There is something to ask about; what nobody knows is not reported to the authority."""
    unknown = set() if visit.film_known else {CaseKind.REPORT_OPEN}
    return bool(_ASKABLE.intersection(visit.cases) - unknown)


def _can_be_looked_at(visit: Visit) -> bool:
    """Not once its money is going back: a film that then shows it would be paid for by nobody."""
    unverified = CaseKind.PRINT_UNVERIFIED in visit.cases
    return unverified and visit.face is not None and visit.permit is not None and not _goes_back(visit)


def _goes_back(visit: Visit) -> bool:
    """Return whether the refund of what was to be delivered was ordered, whatever became of it."""
    paid = visit.payment
    return paid is not None and refund_number(paid) in {refund.number for refund in visit.refunds}


def _may_reprint(visit: Visit) -> bool:
    """Only what an inspection found not printed, what is paid or free, and where no money goes back.

    Never over what a newer visit wrote.
    """
    if not _can_be_looked_at(visit) or visit.print_state not in _NOT_ON_THE_FILM or visit.void:
        return False
    if visit.overwritten is not None:
        return False
    if visit.total == 0:
        return True
    paid = visit.payment
    return paid is not None and paid.order_number not in visit.by_hand


def _may_decide(visit: Visit) -> bool:
    """Only what the film cannot tell any more, and what is not known already."""
    undecided = visit.overwritten is not None and visit.print_state not in _NOT_ON_THE_FILM
    return undecided and CaseKind.PRINT_UNVERIFIED in visit.cases


def _may_refund(visit: Visit) -> bool:
    channels = {order.number: order.channel for order in visit.orders}
    return any(channels[paid.order_number].takes_back for paid in visit.unreturned)


def _refund(visit: Visit, at: datetime) -> Decision:
    """Refund everything that was not delivered, and void what was issued for it.

    A refund that was ordered before keeps its number and its moment.
    """
    known = {refund.number: refund for refund in visit.refunds}
    began = {number: refund.requested_at for number, refund in known.items()}
    effects = tuple(
        refund_effect(visit, paid, began.get(refund_number(paid), at)) for paid in visit.unreturned
    )
    new = tuple(effect.refund for effect in effects if effect.refund.number not in known)
    decision = stay(visit.put(refunds=(*visit.refunds, *new)), *effects)
    undelivered = visit.print_state in _NOT_ON_THE_FILM and bool(visit.endorsements)
    if undelivered and not visit.void:
        void = decision.visit.put(void=True)
        return Decision(void, effects).also(report_print(void, printed=False))
    return decision


def _seen(visit: Visit, *, matches: bool) -> Decision:
    """The film was seen: printed after all, or known not to be, which staff then refund or print again.

    That it shows what was ordered is proof whoever came since; that it does not, only where nobody did.
    """
    if matches:
        return _printed(visit, PrintState.VERIFIED)
    if visit.overwritten is not None:
        return stay(_untouched(visit))
    return stay(visit.put(print_state=PrintState.DIFFERS))


def _printed(visit: Visit, state: PrintState) -> Decision:
    """Settle the matter: the card did carry what was paid for."""
    known = _without_unverified(visit.put(print_state=state))
    if known.reported or not known.endorsements:
        return stay(known)
    return stay(known, report_print(known, printed=True))


def _overwritten(visit: Visit, newer: str) -> Visit:
    """A newer visit wrote the film: what was known before that still holds, more cannot be known of it."""
    settled = _untouched(visit)
    if settled.overwritten is not None:
        return settled
    return settled.put(overwritten=Overwritten(newer, settled.print_state))


def _decided(visit: Visit, ground: str, *, printed: bool) -> Decision:
    """Staff take it on themselves; what was not printed they then refund, where something was paid."""
    if visit.overwritten is None:
        raise AssertionError("only what was overwritten is decided")
    decided = visit.put(overwritten=replace(visit.overwritten, ground=ground))
    if printed:
        return _printed(decided, PrintState.PRINTED)
    absent = decided.put(print_state=PrintState.NOT_PRINTED)
    if absent.unreturned:
        return stay(absent)
    settled = _without_unverified(absent)
    if settled.void or not settled.endorsements:
        return stay(settled)
    void = settled.put(void=True)
    return stay(void, report_print(void, printed=False))


def _without_unverified(visit: Visit) -> Visit:
    return visit.put(cases=tuple(kind for kind in visit.cases if kind is not CaseKind.PRINT_UNVERIFIED))


def _untouched(visit: Visit) -> Visit:
    """Nothing was written: what an inspection knew before still holds."""
    return visit.put(print_state=PrintState.DIFFERS) if visit.print_state is PrintState.STARTED else visit


def _face_and_line(visit: Visit) -> tuple[CardFace, str]:
    if visit.face is None or visit.permit is None:
        raise AssertionError("what can be looked at has a face and a permit")
    return visit.face, visit.permit.line


def known_before(visit: Visit) -> tuple[str, ...]:
    """Return the control numbers that were on record when the visit began."""
    return tuple(one.control_no for one in visit.record.endorsements) if visit.record else ()


def _close(visit: Visit, reason: CloseReason) -> Decision:
    """Settle by hand; what the authority issued is not settled with the money, it has to be told."""
    closed = _closed(visit, reason)
    unverified = {CaseKind.PRINT_UNVERIFIED} & (set(visit.cases) - set(closed.cases))
    if not unverified or not closed.endorsements or closed.void:
        return stay(closed)
    if not closed.film_known:  # what it was told on the printer's word, nobody has seen
        return stay(closed.with_case(CaseKind.REPORT_OPEN))
    void = closed.put(void=True)
    return stay(void, report_print(void, printed=False))


def _closed(visit: Visit, reason: CloseReason) -> Visit:
    settled = COVERS[reason].intersection(visit.cases)
    closed = visit.put(
        cases=tuple(kind for kind in visit.cases if kind not in settled),
        closed_cases=(*visit.closed_cases, *(kind for kind in visit.cases if kind in settled)),
    )
    match reason:
        case CloseReason.HANDED_BACK:
            return closed.put(card=CardFate.TAKEN)
        case CloseReason.CARD_KEPT:
            return closed.put(card=CardFate.RETAINED)
        case CloseReason.SETTLED_OUTSIDE:
            return closed.put(by_hand=visit.by_hand | {order.number for order in visit.orders})
        case CloseReason.NOTHING_OWED:
            return closed.put(closed_orders=visit.closed_orders | _undecided(visit))
    return closed


def _undecided(visit: Visit) -> frozenset[str]:
    paid = {payment.order_number for payment in visit.payments}
    return frozenset(order.number for order in visit.orders if order.number not in paid)


HANDLED: frozenset[type[Event]] = frozenset(
    {
        CaseAskedAgain,
        CaseClosed,
        CaseFilmDecided,
        CaseFilmInspected,
        CaseFilmNotInspected,
        CaseFilmOverwritten,
        CaseFilmSeen,
        CaseInspectionOrdered,
        CaseRefundOrdered,
        CaseReprintOrdered,
    }
)
