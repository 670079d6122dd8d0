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

    @property
    def takes_back(self) -> bool:
        """True where money can go back the way it came; a purse takes none (docs/card-and-purse.md)."""
        return self is not Channel.YCT


class PaymentPrompt(StrEnum):
    """What the applicant should do now to pay; the screen has the words for each."""

    SCAN_CODE = "scan_code"
    """Scan the code on the screen with the phone."""
    SHOW_CODE = "show_code"
    """Show the phone's payment code to the kiosk's scanner."""
    CONFIRM_ON_PHONE = "confirm_on_phone"
    """The phone's code was read and is being charged; the phone may ask for a password."""
    SHOW_CARD = "show_card"
    """Tap or insert the bank card at the terminal."""
    ENTER_PIN = "enter_pin"
    """Type the PIN on the terminal's own pad."""
    TERMINAL_WORKS = "terminal_works"
    """The terminal is asking the bank; leave the card where it is."""
    HOLD_PURSE = "hold_purse"
    """Hold the Yang Cheng Tong card to the reader."""
    PURSE_WORKS = "purse_works"
    """The purse is being debited; keep the card there."""
    SAME_PURSE = "same_purse"
    """The debit is in doubt: hold the *same* card to the reader again."""
    OTHER_PURSE = "other_purse"
    """This is another card than the one whose debit is in doubt: bring the first one."""
    ASK_STAFF = "ask_staff"
    """Neither reader nor card can tell what became of an earlier debit: staff must look."""
    RENEWING = "renewing"
    """The code's time is over; the old order is being closed, and a new code follows by itself."""
    CLOSING = "closing"
    """The order is being made final; nothing is to be done."""


@dataclass(frozen=True, slots=True)
class Order:
    """A payment order as written to the journal before the network hears of it.

    Attributes:
        number: 8 to 32 characters ``[0-9A-Za-z]``, valid for all networks, never used twice.
        opened_at: aware UTC; UnionPay's txnTime comes from it and every query repeats it.
        expires_at: aware UTC; the QR code is shown until then.
        payer_code: the payer's phone shows a code to the kiosk's scanner, instead of scanning ours.
    """

    number: str
    channel: Channel
    amount: Fen
    opened_at: datetime
    expires_at: datetime
    subject: str
    payer_code: bool = False

    @property
    def valid_s(self) -> float:
        """How long the order is shown and may be paid, seconds: true whatever the wall clock shows later."""
        return (self.expires_at - self.opened_at).total_seconds()

    @property
    def shows_code(self) -> bool:
        """True where only somebody who saw the kiosk's QR code can pay the order."""
        return self.channel.shows_code and not self.payer_code


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
