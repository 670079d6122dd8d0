"""What passes between a card terminal and a payment channel, as values (nexo Retailer semantics, 3.x).

Nothing here can hold a card number or a PIN: of the card the kiosk learns four digits and a brand.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain.money import Fen


@dataclass(frozen=True, slots=True)
class CardSale:
    """A payment to ask the terminal for; `number` is the order's."""

    number: str
    amount: Fen
    at: datetime


@dataclass(frozen=True, slots=True)
class TerminalReference:
    """The terminal's name of a transaction (POITransactionID): needed to reverse it."""

    transaction_id: str
    timestamp: str

    def __str__(self) -> str:
        """Return both parts as one text, the reference that stands on slips and in the journal."""
        return f"{self.transaction_id}/{self.timestamp}"


def parse_reference(text: str) -> TerminalReference | None:
    """Return the reference that `str` made into `text`, None for any other text."""
    transaction_id, slash, timestamp = text.rpartition("/")
    return TerminalReference(transaction_id, timestamp) if slash and transaction_id and timestamp else None


@dataclass(frozen=True, slots=True)
class CardReversal:
    """A reversal to ask the terminal for; `number` is the refund's own."""

    number: str
    amount: Fen
    original: TerminalReference
    at: datetime


class WhyNot(StrEnum):
    """Why nothing was charged (nexo ErrorCondition)."""

    REFUSED = "refused"
    CANCELLED = "cancelled"
    ABORTED = "aborted"
    BUSY = "busy"
    WRONG_PIN = "wrong_pin"
    CARD_NOT_ACCEPTED = "card_not_accepted"
    HOST_UNREACHABLE = "host_unreachable"
    NOT_READY = "not_ready"


@dataclass(frozen=True, slots=True)
class Approved:
    """The money moved: by a payment to the merchant, by a reversal back to the card.

    Attributes:
        number: our order's or refund's number as the terminal repeats it, to be compared.
        amount: what was authorised, to be compared; None where a reversal's answer names none.
        merchant: the acquirer's merchant number, to be compared; "" where the answer names none.
        card: brand and last four digits, such as ``UNIONPAY **** 0029``; "" where not told.
    """

    number: str
    amount: Fen | None
    merchant: str
    reference: TerminalReference
    at: datetime
    card: str = ""


@dataclass(frozen=True, slots=True)
class NotApproved:
    """It ended and no money moved."""

    why: WhyNot
    detail: str = ""


class TerminalStage(StrEnum):
    """What the terminal waits for while a payment is in progress."""

    CARD = "card"
    PIN = "pin"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class InProgress:
    """The terminal still works on it; `stage` where it tells what it waits for."""

    stage: TerminalStage | None = None


@dataclass(frozen=True, slots=True)
class NotFound:
    """The terminal has no message with this ServiceID."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody can say: no answer, or none that can be believed. Ask for the status, never repeat.

    `unsent` is true where the connection was never made, so that nothing can have happened.
    """

    reason: str
    unsent: bool = False


CardAnswer = Approved | NotApproved | InProgress | NotFound | Lost


@dataclass(frozen=True, slots=True)
class TerminalHealth:
    """What a diagnosis found: the terminal itself, its readers, and the acquirer behind it."""

    ok: bool
    pin_pad_ok: bool
    reader_ok: bool
    host_reachable: bool

    @property
    def ready(self) -> bool:
        return self.ok and self.pin_pad_ok and self.reader_ok and self.host_reachable


@dataclass(frozen=True, slots=True)
class TerminalTotals:
    """The terminal's own sums since the last reconciliation, in fen and pieces."""

    reconciliation_id: str
    paid: Fen
    paid_count: int
    reversed: Fen
    reversed_count: int
