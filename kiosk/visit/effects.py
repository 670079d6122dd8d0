"""Everything a visit asks of the outside. The runtime journals each before it performs it.

`ask_first`: after a crash it is not repeated but asked about (payment query, film inspection, card
position). `ends_with_step`: it is stopped when the visit leaves the step that started it; the others
run on in the background until their outcome is known.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kiosk.domain.endorsement import RequestedItem
from kiosk.domain.face import CardFace
from kiosk.domain.payment import Order, Payment, Refund
from kiosk.domain.permit import Permit
from kiosk.domain.slip import Slip


@dataclass(frozen=True, slots=True)
class Effect:
    """Base of all effects."""

    ask_first: ClassVar[bool] = False
    ends_with_step: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class ReadPermit(Effect):
    """Scan the printed line, read and check the chip, check that the name can be printed."""

    ends_with_step: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class CompareHolder(Effect):
    """Compare the person in front of the machine with the chip's portrait."""

    ends_with_step: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class AwaitStaff(Effect):
    """Wait until somebody at the screen types the number and PIN of a member of staff, and judge them."""

    ends_with_step: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class LookUp(Effect):
    """Ask the authority for the permit's record and decide every option on it."""

    permit: Permit
    ends_with_step: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Apply(Effect):
    """Ask for approval. Idempotent by its request id."""

    request_id: str
    permit_no: str
    items: tuple[RequestedItem, ...]
    on: date


@dataclass(frozen=True, slots=True)
class Withdraw(Effect):
    """Give an approval back that will not be printed. Idempotent by its request id."""

    request_id: str
    approval_no: str


@dataclass(frozen=True, slots=True)
class ProveMachine(Effect):
    """Prove that printer, film, station and at least one way to pay can finish this visit."""

    free: bool
    ends_with_step: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class OpenPayment(Effect):
    """Create the order at the network. After a crash the order is closed, never opened again."""

    order: Order
    ends_with_step: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class WatchPayment(Effect):
    """Ask for the order's state until it is final or its QR code's time is over."""

    order: Order
    ends_with_step: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class ReadPayerCode(Effect):
    """Wait until a phone shows a payment code to the scanner; the code stays in memory."""

    order: Order
    ends_with_step: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class ChargePayerCode(Effect):
    """Charge the code that was read last. After a crash the order is closed, never charged again."""

    order: Order
    ends_with_step: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class ClosePayment(Effect):
    """Make sure that the order is paid or can never be paid any more.

    Attributes:
        to_the_end: nobody waits for it any more: go on until after the order's own time is over.
    """

    order: Order
    to_the_end: bool = False


@dataclass(frozen=True, slots=True)
class Issue(Effect):
    """Turn the approval into endorsements with control numbers. Idempotent by its request id."""

    request_id: str
    approval_no: str
    payment_reference: str | None


@dataclass(frozen=True, slots=True)
class PrintCard(Effect):
    """Erase the film and write `face`."""

    face: CardFace
    ask_first: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class InspectCard(Effect):
    """Read the film back and compare it with `face`."""

    face: CardFace


@dataclass(frozen=True, slots=True)
class ReportPrint(Effect):
    """Tell the authority whether the endorsements are on the card. Idempotent by its request id."""

    request_id: str
    control_numbers: tuple[str, ...]
    printed: bool


@dataclass(frozen=True, slots=True)
class PrintSlip(Effect):
    """Print the paper slip; best effort, the journal and the screen hold the same words."""

    slip: Slip


@dataclass(frozen=True, slots=True)
class RefundPayment(Effect):
    """Give money back; repeated with the same refund number until it is final."""

    order: Order
    payment: Payment
    refund: Refund


@dataclass(frozen=True, slots=True)
class PresentCard(Effect):
    """Move the card to the exit."""

    ask_first: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class AwaitTaken(Effect):
    """Wait until the presented card is taken, with growing alarm; retain it at the end."""


@dataclass(frozen=True, slots=True)
class RetainCard(Effect):
    """Draw the card into the retain bin."""

    ask_first: ClassVar[bool] = True


ALL: tuple[type[Effect], ...] = tuple(
    kind
    for kind in list(globals().values())
    if isinstance(kind, type) and issubclass(kind, Effect) and kind is not Effect
)
