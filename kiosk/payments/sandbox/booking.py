"""What happens to orders whatever the network: opening, paying, declining, refunding."""

import secrets
import string
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.payment import Channel
from kiosk.payments import beijing
from kiosk.payments.sandbox.ledger import (
    Ledger,
    OrderKind,
    OrderState,
    StoredOrder,
    StoredPayerCode,
    StoredRefund,
    Wallet,
    stamp,
)

REVERSAL = "reversal"  # begins the numbers of refunds that a reversal or a cancel makes by itself
_PAYER_CODE_LIFE = timedelta(minutes=1)
_LETTERS = string.ascii_letters + string.digits


def new_code(channel: Channel) -> str:
    """Return the text of a QR code in the network's own form."""
    match channel:
        case Channel.WECHAT:
            return "weixin://wxpay/bizpayurl?pr=" + _random(_LETTERS, 9)
        case Channel.ALIPAY:
            return "https://qr.alipay.com/bax" + _random(string.ascii_lowercase + string.digits, 20)
        case _:
            return "https://qr.95516.com/00010000/" + _random(string.digits, 32)


def _random(letters: str, length: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))


def new_transaction_id(ledger: Ledger, channel: Channel, now: datetime) -> str:
    """Return the next transaction id in the network's own form: digits that start with or hold the day."""
    serial, day = ledger.next_number(channel), beijing.digits(now)
    match channel:
        case Channel.WECHAT:
            return f"4200002026{day[:8]}{serial:010d}"
        case Channel.ALIPAY:
            return f"{day[:8]}220014{serial:014d}"
        case _:
            return f"{day}{serial:07d}"


def pay(ledger: Ledger, order: StoredOrder, now: datetime, *, late: bool = False) -> StoredOrder | None:
    """Take the payer's money and queue the notification; None where the order cannot be paid.

    `late` pays even what has expired or was closed, as a network may that was slow to tell.
    """
    if order.state is OrderState.PAID or not (late or order.payable(now)):
        return None
    transaction_id = new_transaction_id(ledger, order.channel, now)
    paid = replace(
        order, state=OrderState.PAID, scanned=True, transaction_id=transaction_id, paid_at=stamp(now)
    )
    ledger.save_order(paid)
    ledger.add_notice(paid, "payment", now)
    return paid


class Charge(StrEnum):
    """What became of a payer's code."""

    PAID = "paid"
    ASKING = "asking"
    REFUSED = "refused"
    INVALID = "invalid"


def new_payer_code(ledger: Ledger, channel: Channel, wallet: Wallet, now: datetime) -> str:
    """Return the code that a phone shows, in the network's own form, good for a minute and for once."""
    prefix, length = {Channel.WECHAT: ("13", 18), Channel.ALIPAY: ("28", 18)}.get(channel, ("62", 19))
    code = prefix + _random(string.digits, length - len(prefix))
    ledger.add_payer_code(StoredPayerCode(code, channel, wallet, stamp(now)))
    return code


def charge(ledger: Ledger, order: StoredOrder, code: str, now: datetime) -> tuple[StoredOrder | None, Charge]:
    """Take the money of a new order from the phone that shows `code`; None where no order comes of it."""
    known = ledger.take_payer_code(order.channel, code)
    if known is None or now - datetime.fromisoformat(known.made_at) > _PAYER_CODE_LIFE:
        return None, Charge.INVALID
    made = replace(order, kind=OrderKind.PAYER_CODE, scanned=True)
    if known.wallet is Wallet.REFUSES:
        failed = replace(made, state=OrderState.FAILED)
        ledger.save_order(failed)
        return failed, Charge.REFUSED
    ledger.save_order(made)
    if known.wallet is Wallet.ASKS:
        return made, Charge.ASKING
    return pay(ledger, made, now), Charge.PAID


def pay_again(ledger: Ledger, order: StoredOrder, now: datetime) -> bool:
    """Take the money of a paid order once more, as two phones may that scanned one code.

    Queries go on telling of the first payment; the bill tells of both.
    """
    if order.state is not OrderState.PAID:
        return False
    ledger.add_repeat(order, new_transaction_id(ledger, order.channel, now), now)
    return True


def decline(ledger: Ledger, order: StoredOrder, now: datetime) -> StoredOrder | None:
    """Let the payer refuse. UnionPay's transaction and one by the payer's code have then failed.

    Elsewhere the order stays payable.
    """
    if not order.payable(now):
        return None
    failed = order.channel is Channel.UNIONPAY or order.kind is OrderKind.PAYER_CODE
    declined = replace(order, scanned=True, state=OrderState.FAILED if failed else OrderState.OPEN)
    ledger.save_order(declined)
    return declined


def scan(ledger: Ledger, order: StoredOrder) -> StoredOrder:
    """Note that a phone has scanned the code (Alipay makes the trade only then)."""
    scanned = replace(order, scanned=True)
    ledger.save_order(scanned)
    return scanned


def give_back(ledger: Ledger, order: StoredOrder, now: datetime) -> bool:
    """Undo an order whatever became of it; return whether money was given back."""
    if order.state is not OrderState.PAID:
        ledger.save_order(replace(order, state=OrderState.CLOSED))
        return False
    rest = order.amount - refunded(ledger, order)
    return refund(ledger, order, f"{REVERSAL}{order.number}", rest, now) is not None


def refunded(ledger: Ledger, order: StoredOrder) -> int:
    """Return the sum of an order's refunds, in fen."""
    return sum(refund.amount for refund in ledger.refunds(order.channel, order.number))


def refund(
    ledger: Ledger, order: StoredOrder, number: str, amount: int, now: datetime, *, txn_time: str = ""
) -> StoredRefund | None:
    """Book a new refund; None where the order was not paid or has less than that left."""
    if order.state is not OrderState.PAID or not 0 < amount <= order.amount - refunded(ledger, order):
        return None
    refund_id = new_transaction_id(ledger, order.channel, now)
    made = StoredRefund(
        order.channel, order.number, number, amount, "processing", refund_id, txn_time, stamp(now)
    )
    ledger.save_refund(made)
    return made
