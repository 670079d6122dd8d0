"""Orders, payments and refunds as values; the networks' protocols live in `kiosk.payments`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain.money import Fen


class Channel(StrEnum):
    """The ways to pay."""

    ALIPAY = "alipay"
    WECHAT = "wechat"
    UNIONPAY = "unionpay"
    CARD = "card"
    YCT = "yct"

    @property
    def shows_code(self) -> bool:
        """True where only somebody who saw the kiosk's QR code can pay the order."""
        return self in {Channel.ALIPAY, Channel.WECHAT, Channel.UNIONPAY}

    @property
    def closes_early(self) -> bool:
        """True where an order can be closed before its time is over; UnionPay's QR orders know no close."""
        return self is not Channel.UNIONPAY


@dataclass(frozen=True, slots=True)
class Order:
    """A payment order as written to the journal before the network hears of it.

    Attributes:
        number: 8 to 32 characters ``[0-9A-Za-z]``, valid for all networks, never used twice.
        opened_at: aware UTC; UnionPay's txnTime comes from it and every query repeats it.
        expires_at: aware UTC; the QR code is shown until then.
    """

    number: str
    channel: Channel
    amount: Fen
    opened_at: datetime
    expires_at: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A verified payment. `transaction_id` is the network's (UnionPay: queryId)."""

    order_number: str
    channel: Channel
    amount: Fen
    transaction_id: str
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund with the number of our own that makes repeating it safe.

    Attributes:
        number: 8 to 32 characters ``[0-9A-Za-z]`` (UnionPay's orderId is the strictest), one per refund.
        transaction_id: the payment's, as in `Payment`.
        requested_at: aware UTC; UnionPay's txnTime comes from it and every query repeats it.
    """

    number: str
    amount: Fen
    reason: str
    transaction_id: str
    requested_at: datetime
