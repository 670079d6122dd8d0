"""A network with books of its own: codes shown, codes charged, and what it was asked in which order."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.payments.contract import (
    Availability,
    CloseAnswer,
    Closed,
    CodeAnswer,
    Notice,
    OpenAnswer,
    Opened,
    OrderLookup,
    Pending,
    QueryAnswer,
    RefundAnswer,
    RefundState,
    Settled,
    Undecided,
)


@dataclass
class Wallet:
    """The books.

    Attributes:
        asked: every call with its order's number, in order.
        taken: what each paid order brought, fen.
        code_answers: what the next charges of a code answer; with none left they are paid.
        hangs: a charge never answers and takes nothing.
    """

    asked: list[tuple[str, str]] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    codes: list[str] = field(default_factory=list, repr=False)
    code_answers: list[CodeAnswer] = field(default_factory=list)
    hangs: bool = False

    def channel(self, channel: Channel) -> "WalletChannel":
        return WalletChannel(channel, self)

    def pay(self, order: Order) -> None:
        assert order.number not in self.closed
        self.taken[order.number] = order.amount

    def did(self, what: str) -> list[str]:
        return [number for done, number in self.asked if done == what]


@dataclass
class WalletChannel:
    """One channel of it; `simulated` as every other."""

    channel: Channel
    wallet: Wallet
    simulated: bool = True

    async def available(self) -> Availability:
        return Availability(True)

    async def open(self, order: Order) -> OpenAnswer:
        self.wallet.asked.append(("open", order.number))
        return Opened(f"https://qr.example/{order.number}")

    async def query(self, order: Order) -> QueryAnswer:
        self.wallet.asked.append(("query", order.number))
        return self._paid(order) or (Closed() if order.number in self.wallet.closed else Pending())

    async def close(self, order: Order) -> CloseAnswer:
        self.wallet.asked.append(("close", order.number))
        if order.number not in self.wallet.taken:
            self.wallet.closed.add(order.number)
        return self._paid(order) or Closed()

    async def refund(self, order: Order, refund: Refund) -> RefundAnswer:
        self.wallet.asked.append(("refund", order.number))
        self.wallet.taken[order.number] -= refund.amount
        return RefundAnswer(RefundState.DONE)

    async def query_refund(self, order: Order, refund: Refund) -> RefundAnswer:
        return RefundAnswer(RefundState.DONE)

    def takes(self, code: str) -> bool:
        return code.isdigit()

    async def pay_with_code(self, order: Order, code: str) -> CodeAnswer:
        self.wallet.asked.append(("charge", order.number))
        self.wallet.codes.append(code)
        if self.wallet.hangs:
            await asyncio.Event().wait()
        answer = self.wallet.code_answers.pop(0) if self.wallet.code_answers else None
        if answer is not None and not isinstance(answer, Settled):
            return answer
        self.wallet.pay(order)
        return self._paid(order) or Undecided("unreachable")

    async def reverse(self, order: Order) -> CloseAnswer:
        self.wallet.asked.append(("reverse", order.number))
        back = self.wallet.taken.pop(order.number, 0)
        self.wallet.closed.add(order.number)
        return Closed(refunded=back > 0)

    def read_notice(
        self, headers: Mapping[str, str], body: bytes, order_of: OrderLookup, now: datetime
    ) -> Notice:
        raise AssertionError("polling is the truth")

    async def aclose(self) -> None:
        """Nothing is held."""

    def _paid(self, order: Order) -> Settled | None:
        amount = self.wallet.taken.get(order.number)
        if not amount:
            return None
        return Settled(
            Payment(order.number, order.channel, order.amount, f"T{order.number}", order.opened_at)
        )
