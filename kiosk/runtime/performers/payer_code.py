"""The code on a payer's phone: read by the scanner, held in memory only, charged once."""

from kiosk.devices.contracts import Done, Failed, Refused, Unknown
from kiosk.domain.failure import FailureCode, Fault
from kiosk.payments.contract import Closed, Declined, PayerCodeChannel, Settled, Undecided
from kiosk.runtime.availability import UNAVAILABLE
from kiosk.runtime.memory import Memory
from kiosk.runtime.order_time import order_left_s
from kiosk.runtime.outside import Outside, channel_of
from kiosk.runtime.undoing import undo_may_be_sent
from kiosk.visit.effects import ChargePayerCode, ReadPayerCode
from kiosk.visit.events import (
    Event,
    PayerCodeNotRead,
    PayerCodeRead,
    PaymentClosed,
    PaymentDeclined,
    PaymentSettled,
    PaymentUndecided,
)


async def read_payer_code(outside: Outside, memory: Memory, effect: ReadPayerCode) -> Event:
    """Wait for a phone until the order's time is over; the code stays in memory."""
    order = effect.order
    memory.payer_code = None
    left_s = order_left_s(outside.clock, memory, order)
    scanner = outside.devices.payment_scanner
    if scanner is None or not left_s:
        return PayerCodeNotRead(order.number, Fault(FailureCode.PAYMENT_EXPIRED))
    read = await scanner.read_payment_code(deadline_s=left_s)
    match read:
        case Done(found):
            memory.payer_code = found.code
            return PayerCodeRead(order.number, found.channel)
        case Failed() if not order_left_s(outside.clock, memory, order):
            return PayerCodeNotRead(order.number, Fault(FailureCode.PAYMENT_EXPIRED))
        case Refused(fault) | Failed(fault) | Unknown(fault):
            return PayerCodeNotRead(order.number, fault)


async def charge_payer_code(outside: Outside, memory: Memory, effect: ChargePayerCode) -> Event:
    """Charge the code once; what stays unknown is undone, here or when the order is closed."""
    order, code = effect.order, memory.payer_code
    memory.payer_code = None
    channel = channel_of(outside, order.channel)
    if code is None or not isinstance(channel, PayerCodeChannel):
        return PaymentUndecided(
            order.number, Fault(FailureCode.PAYMENT_UNKNOWN, "there is no code to charge")
        )
    if not channel.takes(code):
        other = Fault(FailureCode.PAYER_CODE_OTHER_NETWORK, "the channel does not take the code's form")
        return PaymentDeclined(order.number, other)
    answer = await channel.pay_with_code(order, code)
    match answer:
        case Settled(payment):
            return PaymentSettled(payment)
        case Declined(reason, why):
            return PaymentDeclined(order.number, Fault(why, reason))
        case Closed(refunded):
            return PaymentClosed(order.number, refunded)
        case Undecided(reason, unsent=True):
            return PaymentDeclined(order.number, Fault(UNAVAILABLE[order.channel], reason))
        case Undecided(reason):
            undo_may_be_sent(outside.clock, memory, order)
            return PaymentUndecided(order.number, Fault(FailureCode.PAYMENT_UNKNOWN, reason))
