"""The networks' true books; terminal and purse reader book here too (`terminal.py`, `purse.py`).

How an order ends is each network's own way. WeChat Pay closes it when it is asked to. Alipay knows no trade
before the payer has scanned the code, and so has nothing to close until then; UnionPay has no closing at all.
Of these two the program hears only that the order's time is over, and has to live with a payment that comes
all the same.

A refund that a network accepts is not made yet: that takes seconds or an hour, and some end without it
(WeChat's ABNORMAL and CLOSED), which has to come to staff.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.domain.reconciliation import Billed, Movement
from kiosk.payments.contract import (
    CloseAnswer,
    Closed,
    Declined,
    OpenAnswer,
    Opened,
    Pending,
    QueryAnswer,
    RefundAnswer,
    RefundState,
    Settled,
    Undecided,
)
from kiosk.payments.reconciliation.bills import Bill, window
from kiosk.simulation.fate import Fate
from kiosk.simulation.outside.courier import Courier, News
from kiosk.simulation.outside.line import FAULTS, Line
from kiosk.simulation.virtual_time import VirtualClock

ENDS_BY_TIME = frozenset({Channel.ALIPAY, Channel.UNIONPAY})
"""Networks of whose orders the program may hear no more than that their time is over."""

_CODE_LIFE_S = 190.0
"""The time of an order, and the ten seconds more that a payer gets who is just confirming."""

_SURELY_OVER_S = _CODE_LIFE_S + 5.0
_LAG_S = 10.0
_YOUNG_S = 30.0

_REFUND_TAKES_S = (3.0, 12.0)
_SLOW_REFUND_TAKES_S = (40.0, 600.0, 3600.0)
"""How long at most it takes until an accepted refund is made, or ends without being made."""


class OrderState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    CLOSED = "closed"


@dataclass(slots=True)
class Account:
    """One order in the network's books.

    Attributes:
        shown: its code was on a screen, or its payer was asked; before that nobody can pay it.
        scanned: a phone has read its code.
        belied: the network said that its time is over, or let it be over, and it was paid all the same.
        refunds: what was given back, by refund number; `asked` holds every number that was tried.
        processing: what was accepted and is not given back yet, by refund number.
        ended: refunds that were accepted, and ended without anything being given back.
        denied: refund numbers that the program asked about and that nobody has ever asked to be made.
        doubled: what was taken beyond the order's amount, fen.
    """

    order: Order
    opened: float
    state: OrderState = OrderState.OPEN
    shown: bool = False
    scanned: bool = False
    belied: bool = False
    paid_at: datetime | None = None
    paid_since: float = 0.0
    refunds: dict[str, Fen] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    processing: dict[str, Fen] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
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
        billed: what the networks' bills will have, in order.
        heard_of: since when the networks know an order's number, seconds of the loop.
        refunds_until: when the last accepted refund is made or ends, seconds of the loop.
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
    billed: list[Billed] = field(default_factory=list)
    heard_of: dict[str, float] = field(default_factory=dict)
    refunds_until: float = 0.0
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
        self.accounts[code.removeprefix("qr:")].shown = True

    def scan(self, number: str) -> None:
        """A phone reads an order's code; whether it ever pays is another matter."""
        account = self.accounts[number]
        if account.scanned or account.state is not OrderState.OPEN or self._expired(account):
            return
        account.scanned = True
        self.story(f"order {number} is scanned")
        if self.fate.chance("the network tells of the scan", 0.3):
            self.courier.tell(News.SCANNED, account.order)

    def standing(self, order: Order) -> object:
        """Return how an order stands, to be compared with how it stands later."""
        account = self.accounts.get(order.number)
        return order.number in self.tombstones if account is None else account.state

    def open(self, order: Order) -> OpenAnswer:
        """Create an order; the same number again gives the same code."""
        if order.number in self.tombstones:
            return Declined("closed")
        if self._over(order):
            return Declined("its time is over")
        if order.number not in self.accounts:
            self.accounts[order.number] = Account(order, self.clock.monotonic(), shown=not order.shows_code)
            self.story(f"order {order.number} is open")
        return Opened(f"qr:{order.number}" if order.shows_code else "")

    def charge(self, order: Order) -> QueryAnswer:
        """Charge the code of a payer's phone: at once, or once its owner has typed a password."""
        if order.number in self.tombstones:
            return Declined("closed")
        account = self.accounts.setdefault(order.number, Account(order, self.clock.monotonic(), shown=True))
        no_money = self.fate.fault("the payer's phone has no money", FAULTS * 6)
        if no_money and account.state is not OrderState.PAID:  # asked twice, it is paid all the same
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
            self._unbill(order.number)
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

    def pay(self, number: str, *, late: bool = False) -> bool:
        """The payer's part: phone, card or purse. Return whether money moved.

        `late`: the network takes it although the order's time is over; never one that it has closed.
        """
        account = self.accounts[number]
        if account.state is not OrderState.OPEN or (self._expired(account) and not late):
            return False
        account.state, account.scanned = OrderState.PAID, True
        account.belied = account.belied or late
        account.paid_at, account.paid_since = self.clock.unset(), self.clock.monotonic()
        self.charges.append(number)
        self._bill(Movement.PAY, number, account, account.order.amount)
        self.story(f"order {number} is paid{', though its time is over' if late else ''}")
        self.courier.tell(News.PAID, account.order)
        self.moved(number)
        return True

    def payable(self, account: Account) -> bool:
        """Return whether an order can still be paid, as its network promises."""
        by_time = account.order.shows_code and account.order.channel in ENDS_BY_TIME
        over = by_time and self._over(account.order)
        return account.state is OrderState.OPEN and account.shown and not over

    def _expired(self, account: Account) -> bool:
        return self.clock.monotonic() - account.opened > _CODE_LIFE_S

    def _over(self, order: Order) -> bool:
        """Return whether the time of an order whose code is shown has surely ended."""
        since = self.heard_of.setdefault(order.number, self.clock.monotonic())
        return order.shows_code and self.clock.monotonic() - since > _SURELY_OVER_S

    def query(self, order: Order) -> QueryAnswer:
        account = self.accounts.get(order.number)
        if account is None:
            closed = order.number in self.tombstones or self._over(order)
            return Closed() if closed else Pending()
        match account.state:
            case OrderState.PAID:
                lag = self.fate.fault("the network's query lags behind the payment", FAULTS * 5)
                lags = lag and self.clock.monotonic() - account.paid_since < _LAG_S
                return self._not_paid_yet(account) if lags else Settled(account.payment())
            case OrderState.CLOSED:
                return Closed()
            case OrderState.OPEN:
                return self._open_still(account)

    def _not_paid_yet(self, account: Account) -> QueryAnswer:
        """Answer as before the payment; UnionPay knows no such payment, and the order's time may be over."""
        if account.order.channel is Channel.UNIONPAY and self._over(account.order):
            account.belied = True
            self.story(f"order {account.order.number} is told to be over, and is paid")
            return Closed()
        return Pending()

    def _open_still(self, account: Account) -> QueryAnswer:
        """Answer about an order that nobody has paid; Alipay closes a scanned one when its time is over."""
        order = account.order
        if order.channel not in ENDS_BY_TIME or not self._over(order):
            return Pending()
        if order.channel is Channel.ALIPAY and account.scanned:
            self._end(account)
        return Closed()

    def close(self, order: Order) -> CloseAnswer:
        """End an order in its network's own way; see this module's docstring."""
        account = self.accounts.get(order.number)
        if account is None:
            return self._close_unknown(order)
        match self.query(order):
            case Settled() | Closed() | Undecided() as known:
                return known
        match order.channel:
            case Channel.UNIONPAY:
                return Undecided("payable until its time is over")
            case Channel.ALIPAY if not account.scanned:
                return Undecided("nothing to cancel yet")
            case Channel.ALIPAY:
                return self.reverse(order)
        return self._close_at_wechat(account)

    def _close_unknown(self, order: Order) -> CloseAnswer:
        if order.channel not in ENDS_BY_TIME:
            self.tombstones.add(order.number)
            return Closed()
        return Closed() if self._over(order) else Undecided("no such order yet")

    def _close_at_wechat(self, account: Account) -> CloseAnswer:
        if account.state is OrderState.PAID:
            return Undecided("closed, but the query does not say so")
        young = self.clock.monotonic() - account.opened < _YOUNG_S
        if self.fate.fault("the network refuses to close so young an order", FAULTS * 5) and young:
            return Undecided("close refused")
        self._end(account)
        return Closed()

    # --- the bill --------------------------------------------------------------------------------

    def bill(self, channel: Channel, day: date) -> Bill:
        """Return a network's bill of one of its days."""
        begin, end = window(channel, day)
        lines = (line for line in self.billed if line.channel is channel and begin <= line.moment < end)
        return Bill(channel, day, tuple(lines))

    def _bill(self, movement: Movement, number: str, account: Account, amount: Fen) -> None:
        order = account.order
        transaction = account.payment().transaction_id
        at = self.clock.unset()
        self.billed.append(Billed(order.channel, movement, number, amount, at, order.number, transaction))

    def _unbill(self, number: str) -> None:
        """What is undone on the same day is on no bill."""
        self.billed = [line for line in self.billed if line.number != number]

    # --- back ------------------------------------------------------------------------------------

    def refund(self, refund: Refund, order: Order) -> RefundAnswer:
        """Give money back once per refund number, never more than was paid."""
        account = self.accounts.get(order.number)
        if account is None or account.state is not OrderState.PAID:
            return RefundAnswer(RefundState.REFUSED, "no such payment")
        account.asked.add(refund.number)
        if not order.channel.takes_back:
            return RefundAnswer(RefundState.REFUSED, "a purse takes no money back")
        known = self._standing_of(account, refund.number)
        if known is not None:
            return known
        self.moved(order.number)
        if refund.amount > account.kept - sum(account.processing.values()):
            return RefundAnswer(RefundState.REFUSED, "more than was paid")
        if self.fate.fault("the network refuses the refund", FAULTS * 5):
            return RefundAnswer(RefundState.REFUSED, "no funds")
        slow = self.fate.fault("the network takes time for the refund", FAULTS * 10)
        if order.channel.shows_code and (slow or self.fate.chance("the refund is only accepted", 0.5)):
            self._accept(account, refund, _SLOW_REFUND_TAKES_S if slow else _REFUND_TAKES_S)
            return RefundAnswer(RefundState.PROCESSING)
        self._give_back(account, refund)
        return RefundAnswer(RefundState.DONE)

    def query_refund(self, refund: Refund, order: Order) -> RefundAnswer:
        account = self.accounts.get(order.number)
        known = None if account is None else self._standing_of(account, refund.number)
        if account is not None and refund.number not in account.asked:
            account.denied.add(refund.number)
        return known or RefundAnswer(RefundState.REFUSED, "no such refund")

    def _accept(self, account: Account, refund: Refund, most_s: tuple[float, ...]) -> None:
        """Take a refund on; after a while it is made, or ends without."""
        account.processing[refund.number] = refund.amount
        most = self.fate.pick("the refund takes up to", most_s)
        after = self.fate.seconds("the refund takes", most / 4, most)
        fails = self.fate.fault("an accepted refund ends without being made", FAULTS * 8)
        self.refunds_until = max(self.refunds_until, self.clock.monotonic() + after)
        self.story(f"refund {refund.number} is accepted")
        asyncio.get_running_loop().call_later(after, self._end_refund, account, refund, fails)

    def _end_refund(self, account: Account, refund: Refund, fails: bool) -> None:
        del account.processing[refund.number]
        if fails:
            account.ended.add(refund.number)
            self.story(f"refund {refund.number} ends without being made")
        else:
            self._give_back(account, refund)

    def _give_back(self, account: Account, refund: Refund) -> None:
        account.refunds[refund.number] = refund.amount
        self._bill(Movement.REFUND, refund.number, account, refund.amount)
        self.story(f"refund {refund.number} is made")
        self.courier.tell(News.REFUNDED, account.order)
        self.moved(account.order.number)

    @staticmethod
    def _standing_of(account: Account, number: str) -> RefundAnswer | None:
        """Return how a refund stands, None where none of this number was ever taken on."""
        if number in account.refunds:
            return RefundAnswer(RefundState.DONE)
        if number in account.processing:
            return RefundAnswer(RefundState.PROCESSING)
        if number in account.ended:
            return RefundAnswer(RefundState.REFUSED, "accepted, and never made")
        return None
