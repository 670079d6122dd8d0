"""Payment orders: opened, watched, made final, refunded (docs/payments.md, Rules)."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Order
from kiosk.payments.contract import (
    CloseAnswer,
    Closed,
    Declined,
    Opened,
    PayerCodeChannel,
    PaymentChannel,
    Pending,
    PromptingChannel,
    QueryAnswer,
    RefundAnswer,
    RefundState,
    Settled,
    Undecided,
)
from kiosk.runtime.availability import UNAVAILABLE
from kiosk.runtime.memory import Memory
from kiosk.runtime.order_time import order_end_s, order_left_s
from kiosk.runtime.outside import Outside, channel_of
from kiosk.runtime.patience import (
    BRING_BACK_S,
    CLOSE_AFTER_EXPIRY_S,
    POLL_BACKGROUND_S,
    POLL_QUICK_FOR_S,
    POLL_QUICK_S,
    POLL_SLOW_S,
    UNDECIDED_WAITS,
)
from kiosk.runtime.undoing import earlier_undo_may_arrive, undo_arrives_s, undo_may_be_sent
from kiosk.tasks import let_go
from kiosk.visit.effects import ClosePayment, OpenPayment, RefundPayment, WatchPayment
from kiosk.visit.events import (
    Event,
    PaymentClosed,
    PaymentDeclined,
    PaymentExpired,
    PaymentOpened,
    PaymentSettled,
    PaymentUndecided,
    RefundDone,
    RefundNotDone,
)


def _channel(outside: Outside, order: Order) -> PaymentChannel:
    return channel_of(outside, order.channel)


async def open_payment(outside: Outside, memory: Memory, effect: OpenPayment) -> Event:
    """Create the order at the network; its time begins here."""
    order = effect.order
    order_end_s(outside.clock, memory, order)
    answer = await _channel(outside, order).open(order)
    match answer:
        case Opened(code):
            return PaymentOpened(order.number, code, order.expires_at)
        case Settled(payment):
            return PaymentSettled(payment)
        case Declined(reason, code):
            return PaymentDeclined(order.number, Fault(code, reason))
        case Undecided(reason, unsent=True):
            return PaymentDeclined(order.number, Fault(UNAVAILABLE[order.channel], reason))
        case Undecided(reason):
            return PaymentUndecided(order.number, Fault(FailureCode.PAYMENT_UNKNOWN, reason))


async def watch_payment(outside: Outside, memory: Memory, effect: WatchPayment) -> Event:
    """Ask until the order is final or its time is over; at once when the applicant or a device has news."""
    memory.touched = False
    with _prompting(_channel(outside, effect.order), effect.order, memory):
        return await _watch(outside, memory, effect.order)


@contextmanager
def _prompting(channel: PaymentChannel, order: Order, memory: Memory) -> Iterator[None]:
    """Show what a device asks of the payer, and ask it for the outcome at every change."""
    if not isinstance(channel, PromptingChannel):
        yield
        return

    me = memory.prompter = object()

    def changed() -> None:
        if memory.prompter is me:
            memory.prompt = channel.prompt(order)
        memory.ask_now.set()
        memory.changed()

    end = channel.listen(changed)
    changed()
    try:
        yield
    finally:
        end()
        if memory.prompter is me:  # whoever closes the order has begun before its watching is over
            memory.prompt = None


async def _watch(outside: Outside, memory: Memory, order: Order) -> Event:
    clock = outside.clock
    began = clock.monotonic()
    waited = POLL_QUICK_S
    while left := order_left_s(clock, memory, order):
        await _asked_within(outside, memory, min(waited, left))
        answer = await _channel(outside, order).query(order)
        if memory.asking_payment:
            memory.asking_payment = False
            memory.changed()
        final = _final(order, answer)
        if final is not None:
            return final
        quick = clock.monotonic() - began < POLL_QUICK_FOR_S
        calm = POLL_QUICK_S if quick else POLL_SLOW_S
        waited = min(waited * 2, 16.0) if isinstance(answer, Undecided) else calm
    return PaymentExpired(order.number, memory.touched)


async def _asked_within(outside: Outside, memory: Memory, seconds: float) -> bool:
    """Wait for the next poll; True at once if the applicant says "I have paid", or a device has news."""
    if seconds <= 0:
        return False
    pause = asyncio.ensure_future(outside.clock.sleep(seconds))
    asked = asyncio.ensure_future(memory.ask_now.wait())
    try:
        await asyncio.wait({pause, asked}, return_when=asyncio.FIRST_COMPLETED)
        return not pause.done()
    finally:
        await let_go(pause, asked)
        memory.ask_now.clear()


def _final(order: Order, answer: QueryAnswer) -> Event | None:
    """Return the event of a final answer, None where the order is still open."""
    match answer:
        case Settled(payment):
            return PaymentSettled(payment)
        case Declined(reason, code):
            return PaymentDeclined(order.number, Fault(code, reason))
        case Closed(refunded):
            return PaymentClosed(order.number, refunded)
        case Pending() | Undecided():
            return None


async def close_payment(outside: Outside, memory: Memory, effect: ClosePayment) -> Event:
    """Close until the network says closed or paid; after patience is over it is a matter for staff.

    The same purse that is asked for meanwhile may still be brought back.
    """
    with _prompting(_channel(outside, effect.order), effect.order, memory):
        return await _close(outside, memory, effect)


async def _close(outside: Outside, memory: Memory, effect: ClosePayment) -> Event:
    order = effect.order
    earlier_undo_may_arrive(outside.clock, memory, order)
    answer = await _end(outside, memory, order)
    for wait in _waits(outside, memory, effect):
        if not isinstance(answer, Undecided):
            break
        end = outside.clock.monotonic() + wait
        # News of a device make it be asked at once; they do not use the wait up.
        waits = True
        while waits and isinstance(answer, Undecided):
            waits = await _asked_within(outside, memory, end - outside.clock.monotonic())
            answer = await _end(outside, memory, order)
    match answer:
        case Closed(refunded):
            return PaymentClosed(order.number, refunded)
        case Settled(payment):
            return PaymentSettled(payment)
        case Undecided(reason):
            return PaymentUndecided(order.number, Fault(FailureCode.PAYMENT_UNKNOWN, reason))


async def _end(outside: Outside, memory: Memory, order: Order) -> CloseAnswer:
    """Close an order; the charge of a phone's code is undone unless it is paid: nothing else ends it."""
    channel = _channel(outside, order)
    if not (order.payer_code and isinstance(channel, PayerCodeChannel)):
        return await channel.close(order)
    known = await _for_good(outside, memory, order, await channel.query(order))
    if isinstance(known, Settled | Closed):
        return known
    undone = await channel.reverse(order)
    if isinstance(undone, Undecided) and not undone.unsent:
        undo_may_be_sent(outside.clock, memory, order)
    if not isinstance(undone, Settled):
        return undone
    known = await _for_good(outside, memory, order, undone)
    return Undecided("paid, and then not any more") if isinstance(known, Pending | Declined) else known


async def _for_good(outside: Outside, memory: Memory, order: Order, known: QueryAnswer) -> QueryAnswer:
    """Return what is known of a charge; one that is paid is asked about anew when no undoing can arrive."""
    left_s = undo_arrives_s(outside.clock, memory, order)
    if not (left_s and isinstance(known, Settled)):
        return known
    await outside.clock.sleep(left_s)
    return await _channel(outside, order).query(order)


def _waits(outside: Outside, memory: Memory, effect: ClosePayment) -> Iterator[float]:
    """Yield the waits between questions: a few while somebody stands there, else past the order's time.

    Where only the payer's own card can tell, there is time to bring it back.
    """
    yield from UNDECIDED_WAITS
    if isinstance(_channel(outside, effect.order), PromptingChannel):
        yield BRING_BACK_S
    end = order_end_s(outside.clock, memory, effect.order) + CLOSE_AFTER_EXPIRY_S
    while effect.to_the_end and outside.clock.monotonic() < end:
        yield POLL_BACKGROUND_S
    if effect.to_the_end:
        yield POLL_BACKGROUND_S


async def refund_payment(outside: Outside, effect: RefundPayment) -> Event:
    """Refund under the same number until it is final; what stays open is finished by staff."""
    number, amount = effect.refund.number, effect.refund.amount
    channel = _channel(outside, effect.order)
    answer = await channel.refund(effect.order, effect.refund)
    for wait in UNDECIDED_WAITS:
        if answer.state in {RefundState.DONE, RefundState.REFUSED}:
            break
        await outside.clock.sleep(wait)
        answer = await _ask_refund(channel, effect, answer)
    if answer.state is RefundState.DONE:
        return RefundDone(number, amount)
    pending = FailureCode.REFUND_PENDING if channel.channel.takes_back else FailureCode.REFUND_BY_STAFF
    return RefundNotDone(number, Fault(pending, answer.reason))


async def _ask_refund(channel: PaymentChannel, effect: RefundPayment, last: RefundAnswer) -> RefundAnswer:
    """Ask for an accepted refund; send one again whose first sending nobody acknowledged."""
    if last.state is RefundState.PROCESSING:
        return await channel.query_refund(effect.order, effect.refund)
    return await channel.refund(effect.order, effect.refund)
