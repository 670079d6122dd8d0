"""What goes back to whom, by which way and under which number: for the screen and the slip."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel
from kiosk.visit.model import CaseKind, Visit


class ReturnState(StrEnum):
    """Where the money is."""

    UNDER_WAY = "under_way"
    """The network is being asked."""
    DONE = "done"
    """The network has confirmed the refund."""
    OPEN = "open"
    """Not confirmed after asking patiently: staff finish it under the case number."""
    VOUCHER = "voucher"
    """This way takes no money back (Yang Cheng Tong): staff pay it out under the case number."""


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """One payment that goes back, `amount` in fen."""

    channel: Channel
    amount: Fen
    number: str
    state: ReturnState


def money_back(visit: Visit) -> tuple[MoneyBack, ...]:
    """Return every refund of a visit, in the order they were asked for."""
    paid_by = {order.number: order.channel for order in visit.orders}
    ways = {payment.transaction_id: paid_by[payment.order_number] for payment in visit.payments}
    return tuple(
        MoneyBack(
            ways[refund.transaction_id],
            refund.amount,
            refund.number,
            _state(visit, refund.number, ways[refund.transaction_id]),
        )
        for refund in visit.refunds
    )


def _state(visit: Visit, number: str, channel: Channel) -> ReturnState:
    if number in visit.refunded:
        return ReturnState.DONE
    if not channel.takes_back:
        return ReturnState.VOUCHER
    return ReturnState.OPEN if CaseKind.REFUND_OPEN in visit.cases else ReturnState.UNDER_WAY
