"""One card payment from open to its end, with the payer doing their part: what the table is made of."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from kiosk.devices.simulated.terminal_book import Stage
from kiosk.devices.simulated.terminal_protocol import MERCHANT
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.payments.card.adapter import CardChannel, CardMerchant
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
from tests.devices.terminal.bench import TerminalBench
from tests.support.virtual_time import START

ORDER = Order(
    "KGZ0120260601160000000001",
    Channel.CARD,
    Fen(1500),
    START,
    START + timedelta(seconds=180),
    "往来港澳通行证签注",
)
CLOSING = (1, 2, 4, 8, 16, 32, None)
Payer = Callable[[TerminalBench], None]


def channel_of(bench: TerminalBench) -> CardChannel:
    return CardChannel(bench.driver, CardMerchant(MERCHANT, simulated=True), bench.clock)


def taps(bench: TerminalBench) -> None:
    """Tap a good card whenever the terminal asks for one."""
    entry = bench.terminal.core.book().under_way()
    if entry is not None and entry.stage is Stage.CARD:
        bench.terminal.core.tap("debit")


def nobody(bench: TerminalBench) -> None:
    """Do nothing."""


async def lived(
    bench: TerminalBench, channel: CardChannel, order: Order = ORDER, payer: Payer = taps
) -> OpenAnswer | QueryAnswer | CloseAnswer:
    """Open, poll and close an order as the runtime does; return its last answer."""
    opened = await channel.open(order)
    if isinstance(opened, Settled | Declined):
        return opened
    if isinstance(opened, Undecided):
        return opened if opened.unsent else await closed(bench, channel, order)
    while bench.clock.now() < order.expires_at:
        await bench.clock.sleep(1)
        payer(bench)
        await bench.clock.sleep(1)
        answer = await channel.query(order)
        if not isinstance(answer, Pending | Undecided):
            return answer
    return await closed(bench, channel, order)


async def closed(bench: TerminalBench, channel: CardChannel, order: Order = ORDER) -> CloseAnswer:
    """Close with patience."""
    answer: CloseAnswer = Undecided("not asked yet")
    for wait in CLOSING:
        answer = await channel.close(order)
        if not isinstance(answer, Undecided) or wait is None:
            return answer
        await bench.clock.sleep(wait)
    return answer


async def paid(bench: TerminalBench, channel: CardChannel) -> Payment:
    answer = await lived(bench, channel)
    assert isinstance(answer, Settled)
    return answer.payment


def refund_of(payment: Payment, bench: TerminalBench) -> Refund:
    return Refund(
        "RKGZ0120260601160000000001n1",
        payment.amount,
        "print failed",
        payment.transaction_id,
        bench.clock.now(),
    )


async def refunded(bench: TerminalBench, channel: CardChannel, refund: Refund) -> RefundAnswer:
    """Refund with patience, under the same number."""
    answer = await channel.refund(ORDER, refund)
    for wait in CLOSING[:-1]:
        if answer.state in {RefundState.DONE, RefundState.REFUSED}:
            break
        await bench.clock.sleep(wait or 0)
        answer = await channel.refund(ORDER, refund)
    return answer


def charged(bench: TerminalBench) -> int:
    """Return how many payments the terminal has approved."""
    book = bench.terminal.core.book()
    return sum(entry.approved for entry in book.transactions if entry.category == "Payment")


def given_back(bench: TerminalBench) -> int:
    """Return how many reversals the terminal has carried out."""
    book = bench.terminal.core.book()
    return sum(entry.approved for entry in book.transactions if entry.category == "Reversal")


def other_order(number: int, bench: TerminalBench) -> Order:
    now = bench.clock.now()
    return replace(
        ORDER,
        number=f"KGZ012026060116{number:011d}",
        opened_at=now,
        expires_at=now + timedelta(seconds=180),
    )


def name_of(answer: object) -> str:
    match answer:
        case Opened():
            return "opened"
        case Settled():
            return "paid"
        case Declined():
            return "declined"
        case Closed():
            return "closed"
        case Undecided(incident=True):
            return "incident"
        case Undecided(unsent=True):
            return "not opened"
        case Undecided():
            return "unknown"
        case RefundAnswer(state):
            return state.value
    raise AssertionError(f"an answer that no table has: {answer}")
