"""The card channel: the terminal asks for the card, the kiosk asks the terminal.

The order's number gives the ServiceID, so that the question "what became of it?" can be asked after any
restart. The payment is sent at most once for an order; from then on only TransactionStatus speaks.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import structlog

from kiosk.clock import Clock
from kiosk.domain.card_payment import (
    Approved,
    CardAnswer,
    CardReversal,
    CardSale,
    InProgress,
    Lost,
    NotApproved,
    NotFound,
    TerminalStage,
    WhyNot,
    parse_reference,
)
from kiosk.domain.failure import FailureCode
from kiosk.domain.payment import Channel, Order, Payment, PaymentPrompt, Refund
from kiosk.payments.card.port import TerminalPort
from kiosk.payments.contract import (
    Availability,
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
from kiosk.payments.device_channel import DeviceChannel
from kiosk.payments.reconciliation.bills import Asked, BillAnswer
from kiosk.payments.reconciliation.terminal import terminal_statement
from kiosk.tasks import Tasks

ASK_S = 5.0
"""How long the terminal may take to answer anything but a payment, seconds."""

CHECK_S = 2.0
"""How long the terminal may take for its diagnosis, seconds: somebody may be choosing a way to pay."""

PAYER_S = 180.0
"""How long a payment may keep its connection, seconds; the terminal's own patience is shorter."""

GRACE_S = 15.0
"""How long a payment sent may still arrive, seconds: until then "not found" is not believed."""

_PROMPTS: Mapping[TerminalStage, PaymentPrompt] = {
    TerminalStage.CARD: PaymentPrompt.SHOW_CARD,
    TerminalStage.PIN: PaymentPrompt.ENTER_PIN,
    TerminalStage.HOST: PaymentPrompt.TERMINAL_WORKS,
}
_TERMINAL_DOWN = frozenset({WhyNot.HOST_UNREACHABLE, WhyNot.NOT_READY, WhyNot.BUSY})
_SERVICE_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CardMerchant:
    """Who takes the money: the acquirer's merchant number, compared with every approval."""

    merchant: str
    simulated: bool


def service_id(number: str) -> str:
    """Return the ServiceID of an order or refund: ten characters that follow from its number alone."""
    value = int.from_bytes(hashlib.sha256(number.encode()).digest())
    digits = []
    for _ in range(10):
        value, digit = divmod(value, len(_SERVICE_ALPHABET))
        digits.append(_SERVICE_ALPHABET[digit])
    return "".join(digits)


class CardChannel(DeviceChannel):
    """UnionPay cards by chip or tap, PIN on the terminal's own pad."""

    channel = Channel.CARD

    def __init__(self, terminal: TerminalPort, merchant: CardMerchant, clock: Clock) -> None:
        super().__init__(simulated=merchant.simulated)
        self._terminal = terminal
        self._merchant = merchant
        self._clock = clock
        self._paying = Tasks()
        self._sent: dict[str, asyncio.Task[CardAnswer]] = {}
        self._reported: str | None = None
        self._stages: dict[str, TerminalStage] = {}
        self._known_since: dict[str, float] = {}

    def prompt(self, order: Order) -> PaymentPrompt:
        """Return what the terminal waits for; until it has the payment, nothing is asked of the payer."""
        stage = self._stages.get(order.number)
        return PaymentPrompt.TERMINAL_WORKS if stage is None else _PROMPTS[stage]

    async def available(self) -> Availability:
        health = await self._terminal.diagnose(deadline_s=CHECK_S)
        if isinstance(health, Lost):
            return Availability(False, health.reason)
        if health.ready:
            return Availability(True)
        return Availability(
            False, "acquirer unreachable" if not health.host_reachable else "terminal not in order"
        )

    async def open(self, order: Order) -> OpenAnswer:
        """Start the payment on the terminal; `Opened("")`: there is no code, the terminal speaks.

        A payment that was sent before is never sent again: the terminal says what became of it.
        """
        if order.number in self._sent:
            return _opened(await self.query(order))
        known = await self._terminal.transaction(service_id(order.number), deadline_s=ASK_S)
        if isinstance(known, NotFound):
            return await self._start(order)
        if isinstance(known, Lost):
            return Undecided(known.reason, unsent=known.unsent)  # nothing was asked of the payer yet
        return _opened(self._judged(order, known))

    async def query(self, order: Order) -> QueryAnswer:
        task = self._sent.get(order.number)
        if task is not None and not task.done():
            return await self._while_sent(order)
        sent = Lost("the payment was not sent by this program") if task is None else task.result()
        if isinstance(sent, Lost) and sent.unsent:
            return Declined(sent.reason)
        return self._judged(order, await self._ask(order) if isinstance(sent, Lost | NotFound) else sent)

    async def close(self, order: Order) -> CloseAnswer:
        """Abort, then ask what became of it: the payer may have been faster."""
        answer = await self.query(order)
        if isinstance(answer, Pending | Undecided):
            await self._terminal.abort(service_id(order.number), deadline_s=ASK_S)
            answer = await self._after_abort(order)
        match answer:
            case Declined():
                return Closed()
            case Pending():
                return Undecided("the terminal is still at it")
            case _:
                return answer

    async def refund(
        self,
        order: Order,  # noqa: ARG002 - the refund names the payment itself
        refund: Refund,
    ) -> RefundAnswer:
        """Reverse the payment once under the refund's own ServiceID; ask before and after."""
        original = parse_reference(refund.transaction_id)
        if original is None:
            return RefundAnswer(RefundState.REFUSED, "not a reference of the terminal")
        known = await self._terminal.transaction(service_id(refund.number), deadline_s=ASK_S)
        if isinstance(known, NotFound):
            reversal = CardReversal(refund.number, refund.amount, original, refund.requested_at)
            known = await self._terminal.reverse(service_id(refund.number), reversal, deadline_s=ASK_S)
        return _refunded(refund, known)

    async def query_refund(
        self,
        order: Order,  # noqa: ARG002 - as in `refund`
        refund: Refund,
    ) -> RefundAnswer:
        return _refunded(
            refund, await self._terminal.transaction(service_id(refund.number), deadline_s=ASK_S)
        )

    async def statement(self, day: date, asked: Sequence[Asked]) -> BillAnswer:
        """Tell what the terminal says of a day's movements, and its sums."""
        return await terminal_statement(self._terminal, day, asked, self._clock.now(), service_id)

    async def aclose(self) -> None:
        """Let go of the terminal; a payment under way there goes on, and is asked for at the next start."""
        self._sent = {}
        await self._paying.end()

    async def _start(self, order: Order) -> OpenAnswer:
        lost = await self._terminal.login(deadline_s=ASK_S)
        if lost is not None:
            return Undecided(lost.reason, unsent=True)  # nothing was asked of the payer yet
        self._sent = {number: task for number, task in self._sent.items() if not task.done()}
        sale = CardSale(order.number, order.amount, order.opened_at)
        paying = self._terminal.pay(service_id(order.number), sale, deadline_s=PAYER_S)
        task = self._paying.start(paying, "card payment")
        task.add_done_callback(lambda _: self._tell())
        self._sent[order.number] = task
        self._stages.clear()
        self._known_since = {order.number: self._clock.monotonic()}
        return Opened("")

    def _show(self, order: Order, stage: TerminalStage) -> None:
        if self._stages.get(order.number) is not stage:
            self._stages[order.number] = stage
            self._tell()

    async def _ask(self, order: Order) -> CardAnswer:
        return await self._terminal.transaction(service_id(order.number), deadline_s=ASK_S)

    async def _while_sent(self, order: Order) -> QueryAnswer:
        """The answer is still to come, or was lost: the status tells, and what the payer is to do now."""
        known = await self._ask(order)
        if not isinstance(known, NotFound):
            stage = known.stage if isinstance(known, InProgress) else None
            self._show(order, stage or self._stages.get(order.number, TerminalStage.CARD))
        return Pending() if isinstance(known, Lost | NotFound) else self._judged(order, known)

    async def _after_abort(self, order: Order) -> QueryAnswer:
        """Give the payment's own answer a moment, then ask anew."""
        task = self._sent.get(order.number)
        if task is not None:
            await asyncio.wait({task}, timeout=ASK_S)
        return (
            await self.query(order)
            if task is None or task.done()
            else self._judged(order, await self._ask(order))
        )

    def _judged(self, order: Order, answer: CardAnswer) -> QueryAnswer:
        match answer:
            case Approved():
                return self._settled(order, answer)
            case NotApproved(why) if why in _TERMINAL_DOWN:
                return Declined(why, FailureCode.TERMINAL_UNAVAILABLE)
            case NotApproved(why):
                return Declined(why)
            case InProgress():
                return Pending()
            case NotFound():
                return self._unheard(order)
            case Lost(reason):
                return Undecided(reason)

    def _unheard(self, order: Order) -> QueryAnswer:
        """The terminal never heard of it: true for good once nothing can be under way any more.

        That is counted from when this program began to know the order, at the latest from its sending: what
        an earlier program sent is older. A wall clock that is set makes nothing true.
        """
        now = self._clock.monotonic()
        since = self._known_since.setdefault(order.number, now)
        return Declined("the terminal knows no such payment") if now - since > GRACE_S else Pending()

    def _settled(self, order: Order, answer: Approved) -> Settled | Undecided:
        """Take an approval as paid only where number, amount and merchant are the order's."""
        said = (answer.number, answer.amount, answer.merchant)
        expected = (order.number, order.amount, self._merchant.merchant)
        for what, mine, theirs in zip(("number", "amount", "merchant"), expected, said, strict=True):
            if mine != theirs:
                if self._reported != order.number:  # each poll finds it again
                    self._reported = order.number
                    _log.error("card payment contradicts its order", order=order.number, differs=what)
                return Undecided(f"approved with another {what}", incident=True)
        return Settled(Payment(order.number, Channel.CARD, order.amount, str(answer.reference), answer.at))


def _opened(answer: QueryAnswer) -> OpenAnswer:
    match answer:
        case Pending():
            return Opened("")
        case Closed():
            return Declined("closed")
        case _:
            return answer


def _refunded(refund: Refund, answer: CardAnswer) -> RefundAnswer:
    match answer:
        case Approved(amount=None) | Approved(number=refund.number, amount=refund.amount):
            return RefundAnswer(RefundState.DONE)
        case Approved():
            return RefundAnswer(RefundState.UNDECIDED, "reversed with another number or amount")
        case NotApproved(why, detail):
            # A terminal that is not ready has refused nothing: it was restarted, or its PIN pad is away.
            state = RefundState.UNDECIDED if why in _TERMINAL_DOWN else RefundState.REFUSED
            return RefundAnswer(state, f"{why} {detail}".strip())
        case InProgress():
            return RefundAnswer(RefundState.PROCESSING)
        case NotFound():
            return RefundAnswer(RefundState.UNDECIDED, "the terminal knows no such reversal")
        case Lost(reason):
            return RefundAnswer(RefundState.UNDECIDED, reason)
