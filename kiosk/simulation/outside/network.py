"""The networks as the program reaches them, over a line that loses, delays and doubles messages."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeVar

from kiosk.domain.payment import Channel, Order, Refund
from kiosk.payments.contract import (
    Availability,
    CloseAnswer,
    CodeAnswer,
    Notice,
    NoticeRefused,
    OpenAnswer,
    OrderLookup,
    Pending,
    QueryAnswer,
    RefundAnswer,
    RefundState,
    Settled,
    Undecided,
)
from kiosk.payments.payer_code import until_known
from kiosk.payments.reconciliation.bills import BillAnswer
from kiosk.simulation.outside.bank import Bank
from kiosk.simulation.outside.courier import News
from kiosk.simulation.outside.line import FAULTS
from kiosk.simulation.power import Life

T = TypeVar("T")


class SimulatedChannel:
    """One way to pay, for one life of the program: the line to the bank."""

    simulated = True

    def __init__(self, channel: Channel, bank: Bank, life: Life) -> None:
        self.channel = channel
        self._bank = bank
        self._life = life

    async def available(self) -> Availability:
        return Availability(not self._bank.away)

    async def open(self, order: Order) -> OpenAnswer:
        return await self._ask("open", lambda: self._bank.open(order))

    async def query(self, order: Order) -> QueryAnswer:
        bank = self._bank
        return await self._ask("query", lambda: bank.query(order), lambda: bank.standing(order), reads=True)

    async def close(self, order: Order) -> CloseAnswer:
        return await self._ask("close", lambda: self._bank.close(order))

    async def refund(self, order: Order, refund: Refund) -> RefundAnswer:
        return self._refunds(await self._ask("refund", lambda: self._bank.refund(refund, order)))

    async def query_refund(self, order: Order, refund: Refund) -> RefundAnswer:
        ask = self._ask("query_refund", lambda: self._bank.query_refund(refund, order), reads=True)
        return self._refunds(await ask)

    async def bill(self, day: date) -> BillAnswer:
        return await self._ask("bill", lambda: self._bank.bill(self.channel, day), reads=True)

    def read_notice(
        self, headers: Mapping[str, str], body: bytes, order_of: OrderLookup, now: datetime
    ) -> Notice:
        """Read what the `Courier` brings; it was true when it was sent, whatever came after."""
        news, _, number = body.decode().partition(" ")
        order = order_of(number)
        if order is None or order.channel is not self.channel:
            raise NoticeRefused("no such order", 404, b"")
        return Notice(number, self._told(News(news), number), 200, {}, b"")

    async def aclose(self) -> None:
        """Nothing is held open."""

    def _told(self, news: News, number: str) -> Settled | Pending | Undecided:
        match news:
            case News.SCANNED:
                return Pending()
            case News.PAID:
                return Settled(self._bank.accounts[number].payment())
            case News.REFUNDED:
                return Undecided("a refund's notification")

    @staticmethod
    def _refunds(answer: RefundAnswer | Undecided) -> RefundAnswer:
        return RefundAnswer(RefundState.UNDECIDED, answer.reason) if isinstance(answer, Undecided) else answer

    async def _ask(
        self,
        name: str,
        act: Callable[[], T],
        about: Callable[[], object] | None = None,
        *,
        reads: bool = False,
    ) -> T | Undecided:
        """Carry a request there and the answer back, with everything that can happen on the way."""
        bank, life = self._bank, self._life
        life.point(f"before gateway.{name}")
        if bank.fate.fault("gateway is out of reach", FAULTS / 2):
            bank.lose_sight()
        if bank.away:
            await bank.clock.sleep(3.0)
            return Undecided("no connection", unsent=True)
        answer = await bank.line.ask(life, name, act, about, reads=reads)
        if isinstance(answer, Settled):
            bank.told_paid.add(answer.payment.order_number)
        life.point(f"after gateway.{name}")
        return Undecided("no answer") if answer is None else answer


class SimulatedNetwork(SimulatedChannel):
    """A network that also charges the code on a payer's phone."""

    def takes(self, code: str) -> bool:
        return code.startswith(self.channel)

    async def pay_with_code(
        self,
        order: Order,
        code: str,
    ) -> CodeAnswer:
        first = await self._ask("charge", lambda: self._bank.charge(order))
        return await until_known(self, self._bank.clock, order, first)

    async def reverse(self, order: Order) -> CloseAnswer:
        return await self._ask("reverse", lambda: self._bank.reverse(order))
