"""The card terminal: it keeps its own book through every crash, and its cable may fail at any message.

The unchanged `CardChannel` stands on it: a payment is sent once and asked for ever after.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from kiosk.domain.card_payment import (
    Approved,
    CardAnswer,
    CardReversal,
    CardSale,
    InProgress,
    Lost,
    NotApproved,
    NotFound,
    TerminalHealth,
    TerminalReference,
    TerminalStage,
    TerminalTotals,
    WhyNot,
)
from kiosk.domain.payment import Channel, Order, Refund
from kiosk.payments.card.adapter import CardMerchant
from kiosk.payments.contract import RefundState
from kiosk.simulation.outside.bank import Bank
from kiosk.simulation.outside.line import FAULTS
from kiosk.simulation.power import Life

T = TypeVar("T")

MERCHANT = CardMerchant("SIM000000000001", simulated=True)
_CARD_WAIT_S, _PIN_WAIT_S, _HOST_S, _SLOW_HOST_S = 60.0, 30.0, 2.0, 40.0
_ANSWER_S, _LATEST_S = 0.05, 12.0

_LOGGED_OUT = NotApproved(WhyNot.NOT_READY, "logged out")


@dataclass(slots=True, eq=False)
class Sale:
    """One payment in the terminal's book; `answer` stands once it is over."""

    order: Order
    stage: TerminalStage = TerminalStage.CARD
    answer: CardAnswer | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True, eq=False)
class Terminal:
    """The terminal itself, with the payer in front of it; it outlives the program.

    Attributes:
        gone_until: until when its cable is out, seconds of the loop.
        logged_in: the session is open; a restart ends it.
    """

    bank: Bank
    sales: dict[str, Sale] = field(default_factory=dict)
    reversals: dict[str, CardAnswer] = field(default_factory=dict)
    gone_until: float = 0.0
    logged_in: bool = False

    @property
    def gone(self) -> bool:
        return self.gone_until > self.bank.clock.monotonic()

    # --- what the payer does ---------------------------------------------------------------------

    def show_card(self, number: str) -> None:
        """Tap a card or put it in; a PIN may be asked for."""
        sale = self._under_way()
        if sale is None or sale.order.number != number or sale.stage is not TerminalStage.CARD:
            return
        fate = self.bank.fate
        if not fate.chance("the terminal asks for the PIN", 0.5):
            self._ask_host(sale)
            return
        self._enter(sale, TerminalStage.PIN, _PIN_WAIT_S)
        if not fate.fault("the payer never types the PIN", FAULTS * 8):
            after = fate.seconds("types the PIN after", 2.0, 20.0)
            asyncio.get_running_loop().call_later(after, self._typed, sale)

    def _typed(self, sale: Sale) -> None:
        if sale.answer is None and sale.stage is TerminalStage.PIN:
            wrong = self.bank.fate.fault("the payer types a wrong PIN three times", FAULTS * 6)
            self._end(sale, WhyNot.WRONG_PIN) if wrong else self._ask_host(sale)

    # --- what time does --------------------------------------------------------------------------

    def _enter(self, sale: Sale, stage: TerminalStage, seconds: float) -> None:
        sale.stage = stage
        if sale.timer is not None:
            sale.timer.cancel()
        act = self._decide if stage is TerminalStage.HOST else self._nobody
        sale.timer = asyncio.get_running_loop().call_later(seconds, act, sale)

    def _nobody(self, sale: Sale) -> None:
        self._end(sale, WhyNot.CANCELLED)

    def _ask_host(self, sale: Sale) -> None:
        slow = self.bank.fate.fault("the acquirer is slow", FAULTS * 6)
        self._enter(sale, TerminalStage.HOST, _SLOW_HOST_S if slow else _HOST_S)

    def _decide(self, sale: Sale) -> None:
        fate = self.bank.fate
        if fate.fault("the terminal restarts while it asks the acquirer", FAULTS * 6):
            self.restart()
        elif fate.fault("the acquirer refuses the card", FAULTS * 6):
            self._end(sale, WhyNot.REFUSED)
        elif fate.fault("the terminal cannot reach the acquirer", FAULTS * 6):
            self._end(sale, WhyNot.HOST_UNREACHABLE)
        elif sale.answer is None and self.bank.pay(sale.order.number):
            now = self.bank.clock.now()
            reference = TerminalReference(f"T{sale.order.number}", now.isoformat())
            sale.answer = Approved(
                sale.order.number, sale.order.amount, MERCHANT.merchant, reference, now, "UNIONPAY **** 0018"
            )
            sale.over.set()
        else:
            self._end(sale, WhyNot.ABORTED)

    def _end(self, sale: Sale, why: WhyNot) -> None:
        if sale.answer is None:
            sale.answer = NotApproved(why)
            self.bank.end(sale.order.number)
            sale.over.set()
        if sale.timer is not None:
            sale.timer.cancel()

    def restart(self) -> None:
        """Lose power and start again: what was not approved before never will be."""
        self.logged_in = False
        sale = self._under_way()
        if sale is not None:
            self._end(sale, WhyNot.ABORTED)

    # --- what the program asks -------------------------------------------------------------------

    def begin(self, service_id: str, sale: CardSale) -> Sale | NotApproved:
        """Begin a payment; one that was sent before is a mistake of the program."""
        if service_id in self.sales:
            raise AssertionError(f"the payment {sale.number} was sent twice")
        if not self.logged_in:
            return _LOGGED_OUT
        if self._under_way() is not None:
            return NotApproved(WhyNot.BUSY)
        order = Order(sale.number, Channel.CARD, sale.amount, sale.at, sale.at, "")
        self.bank.open(order)
        begun = self.sales[service_id] = Sale(order)
        self._enter(begun, TerminalStage.CARD, _CARD_WAIT_S)
        return begun

    def status(self, service_id: str) -> CardAnswer:
        if service_id in self.reversals:
            return self.reversals[service_id]
        sale = self.sales.get(service_id)
        if sale is None:
            return NotFound()
        return InProgress(sale.stage) if sale.answer is None else sale.answer

    def abort(self, service_id: str) -> None:
        """Give a payment up; too late for one that is with the acquirer."""
        sale = self.sales.get(service_id)
        if sale is not None and sale.stage is not TerminalStage.HOST:
            self._end(sale, WhyNot.ABORTED)

    def reverse(self, service_id: str, reversal: CardReversal) -> CardAnswer:
        if service_id in self.reversals:
            raise AssertionError(f"the reversal {reversal.number} was sent twice")
        if not self.logged_in:
            return _LOGGED_OUT
        sale = next(
            (
                one
                for one in self.sales.values()
                if isinstance(one.answer, Approved) and one.answer.reference == reversal.original
            ),
            None,
        )
        if sale is None:
            return NotApproved(WhyNot.REFUSED, "no such payment")
        refund = Refund(reversal.number, reversal.amount, "", str(reversal.original), reversal.at)
        made = self.bank.refund(refund, sale.order).state in {RefundState.DONE, RefundState.PROCESSING}
        answer: CardAnswer = NotApproved(WhyNot.REFUSED)
        if made:
            answer = Approved(reversal.number, reversal.amount, "", reversal.original, self.bank.clock.now())
        self.reversals[service_id] = answer
        return answer

    def _under_way(self) -> Sale | None:
        return next((sale for sale in self.sales.values() if sale.answer is None), None)


class TerminalLine:
    """The cable to the terminal, for one life of the program; implements `TerminalPort`."""

    def __init__(self, terminal: Terminal, life: Life) -> None:
        self._terminal = terminal
        self._life = life
        self._logged_in = False
        self._fate = terminal.bank.fate
        self._clock = terminal.bank.clock

    async def login(self, *, deadline_s: float) -> Lost | None:
        def act() -> None:
            self._terminal.logged_in = True

        lost = await self._ask("login", act, deadline_s)
        self._logged_in = lost is None
        return lost

    async def diagnose(self, *, deadline_s: float) -> TerminalHealth | Lost:
        if self._terminal.gone:
            return Lost("no connection", unsent=True)
        return TerminalHealth(ok=True, pin_pad_ok=True, reader_ok=True, host_reachable=True)

    async def pay(self, service_id: str, sale: CardSale, *, deadline_s: float) -> CardAnswer:
        begun = await self._ask("pay", lambda: self._terminal.begin(service_id, sale), deadline_s)
        if not isinstance(begun, Sale):
            return begun
        if self._fate.fault("terminal loses its line while the payer pays", FAULTS * 8):
            await self._clock.sleep(self._fate.seconds("line lost after", 1.0, 20.0))
            return Lost("the connection broke")
        await begun.over.wait()
        self._life.point("after terminal.paid")
        if self._fate.fault("terminal loses the answer to the payment", FAULTS * 8):
            return Lost("no answer")
        return begun.answer or Lost("no answer")

    async def transaction(self, service_id: str, *, deadline_s: float) -> CardAnswer:
        return await self._ask("status", lambda: self._terminal.status(service_id), deadline_s)

    async def abort(self, service_id: str, *, deadline_s: float) -> Lost | None:
        return await self._ask("abort", lambda: self._terminal.abort(service_id), deadline_s)

    async def reverse(self, service_id: str, reversal: CardReversal, *, deadline_s: float) -> CardAnswer:
        """Reverse a payment; as the terminal's driver does, log in where that was not done, or is lost."""
        lost = None if self._logged_in else await self.login(deadline_s=deadline_s)
        if lost is not None:
            return Lost(f"not reversed, no login: {lost.reason}", unsent=True)
        answer = await self._ask("reverse", lambda: self._terminal.reverse(service_id, reversal), deadline_s)
        self._logged_in = answer != _LOGGED_OUT
        return answer

    async def totals(self, *, deadline_s: float) -> TerminalTotals | Lost:
        raise AssertionError("nothing is reconciled in a simulated world")

    async def totals_of(self, day: date, *, deadline_s: float) -> TerminalTotals | Lost:
        raise AssertionError("nothing is reconciled in a simulated world")

    async def _ask(self, name: str, act: Callable[[], T], deadline_s: float) -> T | Lost:
        """Bring a message there and its answer back, with everything that can happen to it."""
        fate, life, terminal = self._fate, self._life, self._terminal
        life.point(f"before terminal.{name}")
        if fate.fault("terminal is unplugged", FAULTS / 2):
            terminal.gone_until = self._clock.monotonic() + fate.seconds("unplugged for", 3.0, 60.0)
        if fate.fault("terminal restarts", FAULTS / 2):
            terminal.restart()
        if terminal.gone:
            await self._clock.sleep(_ANSWER_S)
            return Lost("no connection", unsent=True)
        if fate.fault(f"terminal {name} is lost on the way", FAULTS):
            await self._clock.sleep(min(deadline_s, 20.0))
            return Lost("no answer")
        late_s = min(deadline_s / 2, _LATEST_S)
        if fate.fault(f"terminal {name} arrives late", FAULTS):
            await self._clock.sleep(fate.seconds("arrives after", 0.5, late_s))
        await self._clock.sleep(_ANSWER_S)
        answer = act()
        if fate.fault(f"terminal {name} is answered late", FAULTS):
            await self._clock.sleep(fate.seconds("answered after", 0.5, late_s))
        if fate.fault(f"terminal {name} loses its answer", FAULTS):
            await self._clock.sleep(min(deadline_s, 20.0))
            return Lost("no answer")
        life.point(f"after terminal.{name}")
        return answer
