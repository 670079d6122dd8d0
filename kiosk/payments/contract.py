"""What every payment channel does, whatever network is behind it.

Amounts are fen. Times are aware UTC; an adapter converts to Beijing time at its edge. An adapter keeps
no state of orders: everything it needs stands in the `Order`, which the journal holds *before* the
first call, so that any call can be asked again after a restart. Calls never raise for what a network
or a gateway can do; an answer that cannot be verified is `Undecided`, never declined.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from kiosk.domain.failure import FailureCode
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment, PaymentPrompt, Refund


@dataclass(frozen=True, slots=True)
class Opened:
    """The order exists; `code` is the text of the QR code to show."""

    code: str


@dataclass(frozen=True, slots=True)
class Settled:
    """Paid, verified, amount and merchant compared with the order."""

    payment: Payment


@dataclass(frozen=True, slots=True)
class Pending:
    """Not paid yet, still payable."""


@dataclass(frozen=True, slots=True)
class Declined:
    """The network refused; nothing was charged. `reason` is for the technician, `code` for the applicant."""

    reason: str
    code: FailureCode = FailureCode.PAYMENT_DECLINED


@dataclass(frozen=True, slots=True)
class Closed:
    """The order can never be paid any more.

    `refunded` is true where the network itself has given a payment back while closing (Alipay's cancel).
    """

    refunded: bool = False


@dataclass(frozen=True, slots=True)
class Undecided:
    """UNKNOWN: time-out, lost connection, 5xx, 429, unverifiable answer. Query, never repeat blindly.

    `incident` marks an answer that contradicts the order (other amount, other merchant).
    `unsent` is true where the connection was never made, so that nothing can have happened.
    `code_lost` is true where the order exists at the network but its QR text cannot be asked for again
    (UnionPay after a lost answer): close the order, then open one with a new number.
    """

    reason: str
    incident: bool = False
    unsent: bool = False
    code_lost: bool = False


class RefundState(StrEnum):
    DONE = "done"
    PROCESSING = "processing"
    REFUSED = "refused"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """Where a refund stands; PROCESSING and UNDECIDED are not final."""

    state: RefundState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether the channel can take money now; `reason` is for the technician."""

    available: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A verified notification: what it says, and the HTTP answer the network expects.

    `Undecided` stands for "something happened to this order, ask by query" (a refund's notification).
    """

    order_number: str
    state: Settled | Pending | Undecided
    answer_status: int
    answer_headers: Mapping[str, str]
    answer_body: bytes


class NoticeRefused(Exception):
    """A notification that failed verification; carries the HTTP answer to give."""

    def __init__(self, reason: str, status: int, body: bytes) -> None:
        super().__init__(reason)
        self.status = status
        self.body = body


OpenAnswer = Opened | Settled | Declined | Undecided
CodeAnswer = Settled | Declined | Closed | Undecided
QueryAnswer = Settled | Pending | Declined | Closed | Undecided
CloseAnswer = Closed | Settled | Undecided


class PaymentChannel(Protocol):
    """One way to pay. All calls may be repeated with the same order."""

    @property
    def channel(self) -> Channel: ...

    @property
    def simulated(self) -> bool:
        """True where the configured gateway is the sandbox (shown on the screen); set by configuration."""

    async def available(self) -> Availability:
        """Ask cheaply whether the gateway answers (also measures clock skew, docs/payments.md)."""

    async def open(self, order: Order) -> OpenAnswer: ...

    async def query(self, order: Order) -> QueryAnswer: ...

    async def close(self, order: Order) -> CloseAnswer:
        """End the order so that it can never be paid; Settled if the payer was faster."""

    async def refund(self, order: Order, refund: Refund) -> RefundAnswer:
        """Ask for the refund. Repeating it with the same `Refund` until final is safe on every network."""

    async def query_refund(self, order: Order, refund: Refund) -> RefundAnswer: ...

    def read_notice(
        self, headers: Mapping[str, str], body: bytes, order_of: "OrderLookup", now: datetime
    ) -> Notice:
        """Verify and read a notification; raise NoticeRefused."""

    async def aclose(self) -> None: ...


@runtime_checkable
class PayerCodeChannel(Protocol):
    """A channel that also charges a code which the payer's phone shows to the kiosk's scanner."""

    def takes(self, code: str) -> bool:
        """Return whether a scanned text has the form of this network's payment codes."""

    async def pay_with_code(self, order: Order, code: str) -> CodeAnswer:
        """Charge the code; while nobody knows, ask for about a minute, then undo it (`reverse`).

        Closed: undone, nothing is owed. Undecided with `unsent`: nothing happened; any other is for
        `reverse` again later, or for staff.
        """

    async def reverse(self, order: Order) -> CloseAnswer:
        """Undo a charge whose fate is unknown; Settled if it turns out to be paid before it is undone.

        `Closed.refunded`: whatever was taken goes back by itself.
        """


@runtime_checkable
class PromptingChannel(Protocol):
    """A channel whose device tells what the payer should do next: a terminal, a purse reader."""

    def prompt(self, order: Order) -> PaymentPrompt:
        """Return what is to be asked of the payer now; cheap, asks nobody."""

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` after every change of a prompt, and when an order is decided.

        Returns the function that ends it.
        """


class OrderLookup(Protocol):
    """Finds an own order by its number, None when there is no such order."""

    def __call__(self, number: str) -> Order | None: ...


def matches(order: Order, amount: Fen) -> bool:
    """Return whether a paid amount is the order's; a difference is an incident, not a payment."""
    return order.amount == amount
