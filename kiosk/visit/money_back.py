"""What of a visit's money goes back, how and under which number."""

from kiosk.domain.money_back import MoneyBack, ReturnState
from kiosk.domain.payment import Channel
from kiosk.visit.model import CaseKind, Visit

__all__ = ["MoneyBack", "ReturnState", "money_back"]


def money_back(visit: Visit) -> tuple[MoneyBack, ...]:
    """Return every refund of a visit in the order they were asked for; first what networks gave back unasked.

    For the latter there is no refund number: the order's own number finds it.
    """
    paid_by = {order.number: order.channel for order in visit.orders}
    ways = {payment.transaction_id: paid_by[payment.order_number] for payment in visit.payments}
    unasked = tuple(
        MoneyBack(order.channel, order.amount, order.number, ReturnState.DONE)
        for order in visit.orders
        if order.number in visit.reversed_orders
    )
    return unasked + tuple(
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
