"""A day's money as the networks billed it and as the journal knows it, and where the two differ.

Amounts are fen; times aware UTC. `number` is always our own: the order's for a payment, the refund's for a
refund, so that (channel, kind, number) finds the same movement on both sides.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.domain import reconciliation_notes as notes
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel
from kiosk.domain.text import Text


class Movement(StrEnum):
    """Which way the money went."""

    PAY = "pay"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Billed:
    """One line of a network's bill.

    Attributes:
        order_number: the order's own number, also for a refund; "" where the bill does not tell it.
        transaction_id: the network's number of the payment ("" where a refund's line does not tell it).
        amount: 0 where the channel will not pay for a movement that it knows of; `note` says why.
        note: what staff should know of this line.
    """

    channel: Channel
    movement: Movement
    number: str
    amount: Fen
    moment: datetime
    order_number: str
    transaction_id: str
    note: Text = notes.NOTHING


@dataclass(frozen=True, slots=True)
class Booked:
    """One movement in our journal; `final` is false for a refund that nobody has confirmed yet."""

    channel: Channel
    movement: Movement
    number: str
    amount: Fen
    moment: datetime
    visit_id: str
    final: bool = True


class Difference(StrEnum):
    """What can differ between bill and journal."""

    ONLY_BILL = "only_bill"
    ONLY_OWN = "only_own"
    AMOUNT = "amount"
    TWICE = "twice"


class Remedy(StrEnum):
    """What became of a difference."""

    REFUNDED = "refunded"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference; `booked` or `billed` is empty on the side that does not know the movement."""

    difference: Difference
    booked: Booked | None
    billed: tuple[Billed, ...]

    @property
    def either(self) -> Booked | Billed:
        """The side that knows of it, ours first."""
        return self.booked if self.booked is not None else self.billed[0]


@dataclass(frozen=True, slots=True)
class Settlement:
    """A difference and what was done about it; `note` is for the technician, `visit_id` "" for nobody's."""

    finding: Finding
    remedy: Remedy
    visit_id: str = ""
    note: Text = notes.NOTHING


@dataclass(frozen=True, slots=True)
class Sum:
    """A count of movements and their sum."""

    count: int
    amount: Fen


@dataclass(frozen=True, slots=True)
class Stated:
    """The sums that a channel itself states of a day, beside its single lines."""

    pay: Sum
    refund: Sum


@dataclass(frozen=True, slots=True)
class ChannelTotals:
    """One channel's day.

    Attributes:
        agreed: lines of the bill that the journal has with the same amount.
        fault: why the bill could not be had; "" where it was.
        stated: the channel's own sums; None where its bill has nothing but lines.
    """

    channel: Channel
    billed_pay: Sum
    billed_refund: Sum
    booked_pay: Sum
    booked_refund: Sum
    agreed: int
    fault: str = ""
    stated: Stated | None = None

    @property
    def unexplained(self) -> bool:
        """Whether the channel's own sums are not those of the lines: there is money that no line names."""
        return self.stated is not None and self.stated != Stated(self.billed_pay, self.billed_refund)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The report of one day."""

    day: date
    kiosk_id: str
    made_at: datetime
    totals: tuple[ChannelTotals, ...]
    settlements: tuple[Settlement, ...]

    @property
    def open(self) -> tuple[Settlement, ...]:
        """What staff still have to look at."""
        return tuple(one for one in self.settlements if one.remedy is Remedy.STAFF)

    @property
    def complete(self) -> bool:
        """Whether every bill could be had, and its sums are those of its lines."""
        return all(not (one.fault or one.unexplained) for one in self.totals)
