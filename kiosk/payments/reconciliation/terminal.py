"""A card terminal's day: every movement asked for by its ServiceID, and the terminal's own sums beside them.

nexo Retailer has no list of transactions. TransactionStatus answers for one ServiceID, which follows from
the order's or refund's number alone; GetTotals states the sums of a TotalsGroupID, which is the Beijing day
of the sale. The lines tell what differs, the sums whether there is money that no line names.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from kiosk.domain.beijing import BEIJING
from kiosk.domain.card_payment import (
    Approved,
    CardAnswer,
    InProgress,
    Lost,
    NotApproved,
    NotFound,
    TerminalTotals,
)
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel
from kiosk.domain.reconciliation import Billed, Movement, Stated, Sum
from kiosk.payments.card.port import TerminalPort
from kiosk.payments.contract import Undecided
from kiosk.payments.reconciliation.bills import Asked, Bill, BillAnswer

REMEMBERED = timedelta(hours=48)
"""How long a ServiceID is unique (nexo Retailer, MessageHeader); later "not found" says nothing."""

_ASK_S = 5.0


async def terminal_statement(
    terminal: TerminalPort,
    day: date,
    asked: Sequence[Asked],
    now: datetime,
    service_id: Callable[[str], str],
) -> BillAnswer:
    """Return what the terminal says of each movement, and its sums; Undecided where it does not say.

    A terminal without GetTotals leaves the sums out; the lines are worth having all the same.
    """
    lines = []
    for one in asked:
        number, moment = _name(one)
        answer = await terminal.transaction(service_id(number), deadline_s=_ASK_S)
        unknown = _unknown(answer, moment, now)
        if unknown:
            return Undecided(f"{number}: {unknown}")
        if isinstance(answer, Approved):
            lines.append(_line(one, answer))
    totals = await terminal.totals_of(day, deadline_s=_ASK_S)
    return Bill(Channel.CARD, day, tuple(lines), None if isinstance(totals, Lost) else _stated(totals))


def _name(one: Asked) -> tuple[str, datetime]:
    if one.refund is not None:
        return one.refund.number, one.refund.requested_at
    return one.order.number, one.order.opened_at


def _unknown(answer: CardAnswer, moment: datetime, now: datetime) -> str:
    """Return why an answer does not tell what became of a movement, "" where it does."""
    match answer:
        case Lost(reason):
            return reason
        case InProgress():
            return "still under way at the terminal"
        case NotFound() if now - moment > REMEMBERED:
            return "the terminal need not remember it any more: see the acquirer's statement"
        case NotApproved() | NotFound() | Approved():
            return ""


def _line(one: Asked, answer: Approved) -> Billed:
    """Return the line of an approval, under the number that the terminal itself gives."""
    asked = one.order.amount if one.refund is None else one.refund.amount
    own, _ = _name(one)
    return Billed(
        channel=Channel.CARD,
        movement=Movement.PAY if one.refund is None else Movement.REFUND,
        number=answer.number or own,
        amount=Fen(asked if answer.amount is None else answer.amount),
        moment=answer.at.astimezone(BEIJING),
        order_number=one.order.number,
        transaction_id=str(answer.reference) if one.refund is None else one.refund.transaction_id,
    )


def _stated(totals: TerminalTotals) -> Stated:
    return Stated(Sum(totals.paid_count, totals.paid), Sum(totals.reversed_count, totals.reversed))
