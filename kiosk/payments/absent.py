"""What stands in for a way to pay that this machine has not, or not any more: it can decide nothing.

A section that was taken out of merchants.toml, or a certificate that has ended, leaves the orders and refunds
behind that were made through it. They stay what they are, undecided, until the way is there again or staff
have looked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from kiosk.domain.payment import Channel, Order, Refund
from kiosk.payments.contract import (
    Availability,
    CloseAnswer,
    NoticeRefused,
    OpenAnswer,
    OrderLookup,
    QueryAnswer,
    RefundAnswer,
    RefundState,
    Undecided,
)

NOT_HERE = "this machine has no such way to pay: see kiosk doctor"


@dataclass(frozen=True, slots=True)
class AbsentChannel:
    """A `PaymentChannel` that can do nothing, and says so."""

    channel: Channel
    simulated: bool = False

    async def available(self) -> Availability:
        return Availability(False, NOT_HERE)

    async def open(self, order: Order) -> OpenAnswer:
        del order
        return Undecided(NOT_HERE, unsent=True)

    async def query(self, order: Order) -> QueryAnswer:
        del order
        return Undecided(NOT_HERE)

    async def close(self, order: Order) -> CloseAnswer:
        del order
        return Undecided(NOT_HERE)

    async def refund(self, order: Order, refund: Refund) -> RefundAnswer:
        del order, refund
        return RefundAnswer(RefundState.UNDECIDED, NOT_HERE)

    async def query_refund(self, order: Order, refund: Refund) -> RefundAnswer:
        del order, refund
        return RefundAnswer(RefundState.UNDECIDED, NOT_HERE)

    def read_notice(
        self, headers: Mapping[str, str], body: bytes, order_of: OrderLookup, now: datetime
    ) -> NoReturn:
        """Refuse: nothing can be verified."""
        del headers, body, order_of, now
        raise NoticeRefused(NOT_HERE, 404, b"")

    async def aclose(self) -> None:
        """There is nothing to let go of."""
