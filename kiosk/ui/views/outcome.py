"""How a visit ends, in three answers: what happened, where the money is, where the card is."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.devices.contracts import DeviceName
from kiosk.domain.beijing import beijing_date
from kiosk.domain.failure import FailureCode
from kiosk.domain.money import Fen
from kiosk.runtime.snapshot import Snapshot
from kiosk.ui.views.endorsements import EndorsementRow, endorsement_rows
from kiosk.ui.views.wording import Wording
from kiosk.visit.model import CaseKind, PrintState, Step, Visit, refund_number

_BEING_LOOKED_INTO = frozenset({CaseKind.PRINT_UNVERIFIED})


class Money(StrEnum):
    """Where the applicant's money is."""

    NOTHING_TAKEN = "nothing_taken"
    PAID = "paid"
    GOING_BACK = "going_back"
    REFUNDED = "refunded"
    REFUND_BY_STAFF = "refund_by_staff"
    UNDECIDED = "undecided"
    BEING_LOOKED_INTO = "being_looked_into"


@dataclass(frozen=True, slots=True)
class RefundRow:
    """One payment that goes back: `state` is a code of `ReturnState`, `number` the refund's own."""

    channel: str
    amount: str
    number: str
    state: str


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """The end of a visit; empty outside one.

    Attributes:
        ended_early: something stopped the visit; `what` says it in plain words.
        mild: the applicant stopped it, or has only to turn the card over: no alarm about it.
        code: the failure's stable id, for staff.
        money: code of `Money`; `amount` is what it is about.
        card: code of `CardFate`, or ``drawn_back`` while the machine takes it in again.
        number: the visit's number; `is_case` where staff have something open under it.
        slip: ``printed``, ``failed`` or empty.
        slip_offered: the machine can print one now.
        refunds: what goes back, by which way and under which number.
        made: what is now on the card.
    """

    ended_early: bool = False
    mild: bool = False
    code: str = ""
    what: str = ""
    money: str = Money.NOTHING_TAKEN.value
    amount: str = ""
    card: str = ""
    number: str = ""
    is_case: bool = False
    slip: str = ""
    slip_offered: bool = True
    verified: bool = False
    presented: bool = False
    refunds: tuple[RefundRow, ...] = ()
    made: tuple[EndorsementRow, ...] = ()


_MILD = frozenset({FailureCode.CANCELLED, FailureCode.CARD_UPSIDE_DOWN, FailureCode.IDENTITY_DENIED})
_SLIP = {None: "", True: "printed", False: "failed"}


def outcome_view(snapshot: Snapshot, wording: Wording) -> OutcomeView:
    visit = snapshot.visit
    if visit is None:
        return OutcomeView()
    ending = visit.ending
    money, amount = _money(visit)
    made = visit.endorsements if visit.printed else ()
    return OutcomeView(
        ended_early=ending is not None,
        mild=ending is not None and ending.code in _MILD and not visit.cases,
        code=ending.code.value if ending else "",
        what=wording.reason(visit.refusal) or wording.failure(ending),
        money=money.value,
        amount=wording.amount(amount),
        card="drawn_back" if visit.step is Step.RETAINING else visit.card.value,
        number=visit.visit_id,
        is_case=visit.case_number is not None,
        slip=_SLIP[visit.slip_printed],
        slip_offered=all(line.ready for line in snapshot.devices if line.name == DeviceName.SLIP),
        verified=visit.print_state is PrintState.VERIFIED,
        presented=visit.step is Step.TAKING,
        refunds=tuple(
            RefundRow(back.channel.value, wording.amount(back.amount), back.number, back.state.value)
            for back in snapshot.money_back
        ),
        made=endorsement_rows(made, beijing_date(snapshot.now), wording),
    )


def _money(visit: Visit) -> tuple[Money, Fen]:
    refunded = Fen(sum(p.amount for p in visit.payments if refund_number(p) in visit.refunded))
    reversed_ = Fen(sum(o.amount for o in visit.orders if o.number in visit.reversed_orders))
    unreturned = Fen(sum(p.amount for p in visit.unreturned))
    paid = Fen(sum(p.amount for p in visit.payments))
    if CaseKind.PAYMENT_UNDECIDED in visit.cases:
        return Money.UNDECIDED, visit.total
    if unreturned and visit.ending is not None:
        by_staff = CaseKind.REFUND_OPEN in visit.cases
        return (Money.REFUND_BY_STAFF if by_staff else Money.GOING_BACK), unreturned
    if refunded:
        return Money.REFUNDED, refunded
    if _BEING_LOOKED_INTO.intersection(visit.cases):
        return Money.BEING_LOOKED_INTO, paid
    if reversed_ and not paid:
        return Money.REFUNDED, reversed_
    return (Money.PAID, paid) if paid else (Money.NOTHING_TAKEN, Fen(0))
