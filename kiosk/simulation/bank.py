"""The networks: their true books, and a line that loses, delays and doubles messages.

Terminal and purse reader book here too: `terminal.py`, `purse.py`.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.payments.contract import (
    Availability,
    CloseAnswer,
    Closed,
    CodeAnswer,
    Declined,
    Notice,
    NoticeRefused,
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
from kiosk.payments.payer_code import until_known
from kiosk.simulation.courier import Courier, News
from kiosk.simulation.fate import Fate
from kiosk.simulation.line import FAULTS, Line
from kiosk.simulation.power import Life
from kiosk.simulation.virtual_time import VirtualClock

T = TypeVar("T")

_CODE_LIFE_S = 190.0


class OrderState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    CLOSED = "closed"


@dataclass(slots=True)
class Account:
    """One order in the network's books.

    Attributes:
        shown: its code was on a screen, or its payer was asked; before that nobody can pay it.
        refunds: what was given back, by refund number; `asked` holds every number that was tried.
        doubled: what was taken beyond the order's amount, fen.
    """

    order: Order
    opened: float
    state: OrderState = OrderState.OPEN
    shown: bool = False
    paid_at: datetime | None = None
    paid_since: float = 0.0
    refunds: dict[str, Fen] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    processing: set[str] = field(default_factory=set)
    doubled: int = 0

    @property
    def kept(self) -> int:
        """What the payer is without right now, fen."""
        paid = self.order.amount + self.doubled if self.state is OrderState.PAID else 0
        return paid - sum(self.refunds.values())

    def payment(self) -> Payment:
        if self.paid_at is None:
            raise AssertionError("only a paid order has a payment")
        number = self.order.number
        return Payment(number, self.order.channel, self.order.amount, f"T{number}", self.paid_at)


@dataclass(slots=True)
class Bank:
    """All networks' books. Orders that were closed before they arrived are remembered as closed.

    Attributes:
        charges: every charge ever made, by order number.
        told_paid: orders of which the program has heard, because it asked, that they are paid.
        away_until: until when the networks cannot be reached, seconds of the loop; `one_way` while they
            can reach the machine all the same.
        moved: called whenever money moved.
        line: on which the program asks.
        courier: on whom the networks call by themselves.
    """

    clock: VirtualClock
    fate: Fate
    story: Callable[[str], None]
    moved: Callable[[str], None]
    accounts: dict[str, Account] = field(default_factory=dict)
    tombstones: set[str] = field(default_factory=set)
    charges: list[str] = field(default_factory=list)
    told_paid: set[str] = field(default_factory=set)
    away_until: float = 0.0
    one_way: bool = False
    line: Line = field(init=False)
    courier: Courier = field(init=False)

    def __post_init__(self) -> None:
        self.line = Line("gateway", self.clock, self.fate, self.story)
        self.courier = Courier(self.fate, self.story, lambda: self.away and not self.one_way)

    @property
    def away(self) -> bool:
        return self.away_until > self.clock.monotonic()

    def lose_sight(self) -> None:
        """Let the networks be out of reach for a while; some outages outlast an order."""
        away = self.fate.seconds("gateway away", 5.0, 90.0)
        if self.fate.fault("gateway stays out of reach", FAULTS * 5):
            away += self.fate.seconds("gateway stays away", 150.0, 600.0)
        self.away_until = self.clock.monotonic() + away
        self.one_way = self.fate.chance("only this machine's requests are lost", 0.5)

    def show(self, code: str) -> None:
        """The code is on the screen now, for whoever holds a phone."""
        account = self.accounts[code.removeprefix("qr:")]
        if not account.shown and self.fate.chance("the network tells of the scan", 0.3):
            self.courier.tell(News.SCANNED, account.order)
        account.shown = True

    def standing(self, order: Order) -> object:
        """Return how an order stands, to be compared with how it stands later."""
        account = self.accounts.get(order.number)
        return order.number in self.tombstones if account is None else account.state

    def open(self, order: Order) -> OpenAnswer:
        """Create an order; the same number again gives the same code."""
        if order.number in self.tombstones:
            return Declined("closed")
        if order.number not in self.accounts:
            self.accounts[order.number] = Account(order, self.clock.monotonic(), shown=not order.shows_code)
            self.story(f"order {order.number} is open")
        return Opened(f"qr:{order.number}" if order.shows_code else "")

    def charge(self, order: Order) -> QueryAnswer:
        """Charge the code of a payer's phone: at once, or once its owner has typed a password."""
        if order.number in self.tombstones:
            return Declined("closed")
        account = self.accounts.setdefault(order.number, Account(order, self.clock.monotonic(), shown=True))
        if self.fate.fault("the payer's phone has no money", FAULTS * 2):
            self._end(account)
        elif account.state is OrderState.OPEN and self.fate.chance("the phone asks for a password", 0.3):
            after = self.fate.seconds("types it after", 3.0, 80.0)
            asyncio.get_running_loop().call_later(after, self.pay, order.number)
        else:
            self.pay(order.number)
        return Declined("no money") if account.state is OrderState.CLOSED else self.query(order)

    def reverse(self, order: Order) -> CloseAnswer:
        """Undo a charge: what was taken goes back by itself, and nothing can be taken any more."""
        account = self.accounts.get(order.number)
        if account is None:
            self.tombstones.add(order.number)
            return Closed()
        back = account.state is OrderState.PAID
        self._end(account)
        if back:
            self.moved(order.number)
        return Closed(refunded=back)

    def end(self, number: str) -> None:
        """Close an order from outside: a terminal gave it up."""
        self._end(self.accounts[number])

    def debit(self, order: Order) -> None:
        """Book what a purse has paid; a second debit for one order is a second charge."""
        known = self.accounts.get(order.number)
        if known is not None and known.state is OrderState.PAID:
            known.doubled += order.amount
            self.charges.append(order.number)
            self.moved(order.number)
            return
        self.accounts[order.number] = Account(order, self.clock.monotonic(), shown=True)
        self.pay(order.number)

    def _end(self, account: Account) -> None:
        if account.state is not OrderState.CLOSED:
            account.state = OrderState.CLOSED
            self.story(f"order {account.order.number} is closed")

    def pay(self, number: str) -> bool:
        """The payer's part: phone, card or purse. Return whether money moved."""
        account = self.accounts[number]
        expired = self.clock.monotonic() - account.opened > _CODE_LIFE_S
        if account.state is not OrderState.OPEN or expired:
            return False
        account.state = OrderState.PAID
        account.paid_at, account.paid_since = self.clock.now(), self.clock.monotonic()
        self.charges.append(account.order.number)
        self.story(f"order {account.order.number} is paid")
        self.courier.tell(News.PAID, account.order)
        self.moved(account.order.number)
        return True

    def query(self, order: Order) -> QueryAnswer:
        account = self.accounts.get(order.number)
        if account is None:
            return Closed() if order.number in self.tombstones else Pending()
        match account.state:
            case OrderState.PAID:
                lag = self.fate.fault("the network's query lags behind the payment", FAULTS * 5)
                since = self.clock.monotonic() - account.paid_since
                return Pending() if lag and since < 10.0 else Settled(account.payment())
            case OrderState.CLOSED:
                return Closed()
            case OrderState.OPEN:
                return Pending()

    def close(self, order: Order) -> CloseAnswer:
        account = self.accounts.get(order.number)
        if account is None:
            self.tombstones.add(order.number)
            return Closed()
        if account.state is OrderState.PAID:
            return Settled(account.payment())
        self._end(account)
        return Closed()

    def refund(self, refund: Refund, order: Order) -> RefundAnswer:
        """Give money back once per refund number, never more than was paid."""
        account = self.accounts.get(order.number)
        if account is None or account.state is not OrderState.PAID:
            return RefundAnswer(RefundState.REFUSED, "no such payment")
        account.asked.add(refund.number)
        if not order.channel.takes_back:
            return RefundAnswer(RefundState.REFUSED, "a purse takes no money back")
        if refund.number in account.refunds:
            return self._state(account, refund)
        self.moved(order.number)
        if refund.amount > account.kept:
            return RefundAnswer(RefundState.REFUSED, "more than was paid")
        if self.fate.fault("the network refuses the refund", FAULTS):
            return RefundAnswer(RefundState.REFUSED, "no funds")
        account.refunds[refund.number] = refund.amount
        if self.fate.fault("the network takes time for the refund", FAULTS * 10):
            account.processing.add(refund.number)
        self.story(f"refund {refund.number} is made")
        self.courier.tell(News.REFUNDED, order)
        self.moved(order.number)
        return self._state(account, refund)

    def query_refund(self, refund: Refund, order: Order) -> RefundAnswer:
        account = self.accounts.get(order.number)
        if account is None or refund.number not in account.refunds:
            return RefundAnswer(RefundState.REFUSED, "no such refund")
        if self.fate.chance("the refund goes through", 0.5):
            account.processing.discard(refund.number)
        return self._state(account, refund)

    @staticmethod
    def _state(account: Account, refund: Refund) -> RefundAnswer:
        slow = refund.number in account.processing
        return RefundAnswer(RefundState.PROCESSING if slow else RefundState.DONE)


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
        return await self._ask("query", lambda: bank.query(order), lambda: bank.standing(order))

    async def close(self, order: Order) -> CloseAnswer:
        return await self._ask("close", lambda: self._bank.close(order))

    async def refund(self, order: Order, refund: Refund) -> RefundAnswer:
        return self._refunds(await self._ask("refund", lambda: self._bank.refund(refund, order)))

    async def query_refund(self, order: Order, refund: Refund) -> RefundAnswer:
        ask = self._ask("query_refund", lambda: self._bank.query_refund(refund, order))
        return self._refunds(await ask)

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
        self, name: str, act: Callable[[], T], about: Callable[[], object] | None = None
    ) -> T | Undecided:
        """Carry a request there and the answer back, with everything that can happen on the way."""
        bank, life = self._bank, self._life
        life.point(f"before gateway.{name}")
        if bank.fate.fault("gateway is out of reach", FAULTS / 2):
            bank.lose_sight()
        if bank.away:
            await bank.clock.sleep(3.0)
            return Undecided("no connection", unsent=True)
        answer = await bank.line.ask(life, name, act, about)
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
