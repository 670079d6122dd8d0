"""Everything that can happen to a visit. Values only; the journal stores them, `decide()` folds them.

Three families: what the applicant does, what the machine or the outside reports as the outcome of an
effect, and what the runtime observes by itself (time, restart). Outcome events never carry secrets.
"""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.chip import CheckResult
from kiosk.domain.endorsement import Destination, Endorsement, Offer, Reason
from kiosk.domain.face_evidence import FaceEvidence
from kiosk.domain.failure import Fault
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Payment
from kiosk.domain.permit import Permit, PermitRecord
from kiosk.domain.staff import StaffDenial
from kiosk.domain.whose import Whose


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""


# --- what the applicant does ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardInserted(Event):
    """A card was drawn in: the visit begins.

    Attributes:
        visit_id: unique for ever, given by the runtime.
        kiosk_id: four characters ``[0-9A-Z]``, part of every order number.
        ordinal: count of visits on this machine, part of every order number.
    """

    visit_id: str
    kiosk_id: str
    ordinal: int
    upside_down: bool = False


@dataclass(frozen=True, slots=True)
class IdentityConfirmed(Event):
    """The applicant says: yes, this is me."""


@dataclass(frozen=True, slots=True)
class IdentityDenied(Event):
    """The applicant says: this is not me."""


@dataclass(frozen=True, slots=True)
class StaffAsked(Event):
    """The applicant wants a colleague to look instead of the camera, now or after it did not work."""


@dataclass(frozen=True, slots=True)
class HolderConfirmedByStaff(Event):
    """The member of staff at the screen says: the person here is the one in the chip's picture."""

    staff_number: str


@dataclass(frozen=True, slots=True)
class HolderRefusedByStaff(Event):
    """The member of staff at the screen says: this is somebody else, or it cannot be told."""

    staff_number: str


@dataclass(frozen=True, slots=True)
class DestinationsChosen(Event):
    destinations: tuple[Destination, ...]


@dataclass(frozen=True, slots=True)
class OptionChosen(Event):
    """One offer was picked for its destination."""

    option_id: str


@dataclass(frozen=True, slots=True)
class CollectionChosen(Event):
    """Print what was approved online (签注打印)."""

    application_nos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WentBack(Event):
    """One screen back, while choosing."""


@dataclass(frozen=True, slots=True)
class OrderConfirmed(Event):
    """The applicant agreed to fee and cancellations."""


@dataclass(frozen=True, slots=True)
class MethodChosen(Event):
    """A way to pay was picked. `payer_code`: the phone shows its code to the kiosk's scanner."""

    channel: Channel
    payer_code: bool = False


@dataclass(frozen=True, slots=True)
class Cancelled(Event):
    """The applicant wants to stop; possible at any time before payment."""


@dataclass(frozen=True, slots=True)
class ResultSeen(Event):
    """The applicant looked at the result; `slip` tells whether a paper slip is wanted."""

    slip: bool


# --- outcomes of effects --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PermitRead(Event):
    """The chip was read.

    Attributes:
        printable: false where the name cannot be printed with our fonts.
        staff_on_call: this machine knows members of staff, so the applicant may ask for one.
    """

    permit: Permit
    checks: tuple[CheckResult, ...]
    printable: bool = True
    staff_on_call: bool = False


@dataclass(frozen=True, slots=True)
class PermitUnreadable(Event):
    fault: Fault


@dataclass(frozen=True, slots=True)
class HolderCompared(Event):
    """The person was compared with the portrait; by `evidence` it can be judged later."""

    matched: bool
    score: float
    evidence: FaceEvidence | None = None


@dataclass(frozen=True, slots=True)
class HolderNotCompared(Event):
    fault: Fault


@dataclass(frozen=True, slots=True)
class StaffIdentified(Event):
    """A member of staff typed number and PIN at the screen. The PIN is never journaled."""

    staff_number: str


@dataclass(frozen=True, slots=True)
class StaffNotIdentified(Event):
    """What was typed was not taken.

    Attributes:
        staff_number: empty where nobody has the number that was typed.
        until: from when on the number is taken again (aware UTC); None where that is at once.
    """

    why: StaffDenial
    staff_number: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordFound(Event):
    """The authority's record, and the decision on every option as of that day.

    `refusal` is set where this holder or permit may not use the machine at all.
    """

    record: PermitRecord
    offers: tuple[Offer, ...]
    refusal: Reason | None = None


@dataclass(frozen=True, slots=True)
class LookUpFailed(Event):
    """No record (PERMIT_NOT_ON_RECORD) or no answer (AUTHORITY_UNREACHABLE)."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class ApplicationApproved(Event):
    approval_no: str


@dataclass(frozen=True, slots=True)
class ApplicationRefused(Event):
    reason: Reason


@dataclass(frozen=True, slots=True)
class ApplicationUndecided(Event):
    """Nobody knows whether the authority approved; with `sent` False it was certainly never asked."""

    fault: Fault
    sent: bool = True


@dataclass(frozen=True, slots=True)
class MachineProven(Event):
    """Printer, film and station can finish this visit; `channels` are the ways to pay right now.

    `payer_code`: those of them that can also charge the code of a payer's phone.
    """

    channels: tuple[Channel, ...]
    payer_code: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class WaysChanged(Event):
    """Other ways to pay work than before, while the applicant chooses one; as in `MachineProven`."""

    channels: tuple[Channel, ...]
    payer_code: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class MachineNotProven(Event):
    fault: Fault


@dataclass(frozen=True, slots=True)
class PaymentOpened(Event):
    order_number: str
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PayerCodeRead(Event):
    """The scanner has read a payment code of `network`. The code itself is never journaled."""

    order_number: str
    network: Channel


@dataclass(frozen=True, slots=True)
class PayerCodeNotRead(Event):
    """The scanner does not work, or nobody showed a code in time; nothing was charged."""

    order_number: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class PaymentSettled(Event):
    payment: Payment


@dataclass(frozen=True, slots=True)
class PaymentDeclined(Event):
    """Nothing was charged, and nothing can be on this order any more."""

    order_number: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class PaymentExpired(Event):
    """The time for paying is over; the order still has to be closed.

    `touched`: the applicant touched the screen meanwhile, so somebody is there.
    """

    order_number: str
    touched: bool = False


@dataclass(frozen=True, slots=True)
class PaymentClosed(Event):
    """The order can never be paid any more.

    `refunded`: the payer was faster, and the network gave the money back with the close.
    """

    order_number: str
    refunded: bool = False


@dataclass(frozen=True, slots=True)
class PaymentUndecided(Event):
    """Even after asking patiently nobody can say whether the order is paid."""

    order_number: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class EndorsementsIssued(Event):
    endorsements: tuple[Endorsement, ...]


@dataclass(frozen=True, slots=True)
class IssueFailed(Event):
    fault: Fault


@dataclass(frozen=True, slots=True)
class CardPrinted(Event):
    """The printer reports success."""


@dataclass(frozen=True, slots=True)
class CardNotPrinted(Event):
    """Known not to be printed: the old film stands or is erased."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class PrintUndecided(Event):
    """The printer's outcome is not known: the film has to be inspected."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class CardInspected(Event):
    """The film was read back. `matches`: QR and every text are what was ordered."""

    matches: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class InspectionFailed(Event):
    fault: Fault


@dataclass(frozen=True, slots=True)
class PrintReported(Event):
    """The authority took the print result."""


@dataclass(frozen=True, slots=True)
class PrintNotReported(Event):
    """The authority could not be told; it stays an open matter for staff."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class ApprovalWithdrawn(Event):
    """The authority took the approval back."""


@dataclass(frozen=True, slots=True)
class ApprovalNotWithdrawn(Event):
    fault: Fault


@dataclass(frozen=True, slots=True)
class SlipPrinted(Event):
    pass


@dataclass(frozen=True, slots=True)
class SlipNotPrinted(Event):
    fault: Fault


@dataclass(frozen=True, slots=True)
class RefundDone(Event):
    refund_number: str
    amount: Fen


@dataclass(frozen=True, slots=True)
class RefundNotDone(Event):
    """Not final after asking patiently: staff finish it."""

    refund_number: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class CardPresented(Event):
    pass


@dataclass(frozen=True, slots=True)
class CardTaken(Event):
    pass


@dataclass(frozen=True, slots=True)
class CardLeft(Event):
    """The presented card was not taken in time, alarm included."""


@dataclass(frozen=True, slots=True)
class CardRetained(Event):
    """A card lies in the bin; without `whose`, as older programs wrote it, the visit's own."""

    whose: Whose = Whose.OWN


@dataclass(frozen=True, slots=True)
class CardNotReturned(Event):
    """The card could not be presented or retained: jam, or its place is not known; `whose` as above."""

    fault: Fault
    whose: Whose = Whose.OWN


# --- what the runtime observes by itself ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardRemoved(Event):
    """The card left the machine although it should not have."""


@dataclass(frozen=True, slots=True)
class TimedOut(Event):
    """The applicant did not act within the step's time, warning included."""


@dataclass(frozen=True, slots=True)
class Restarted(Event):
    """The program was started again while this visit was open."""


ALL: tuple[type[Event], ...] = tuple(
    kind
    for kind in list(globals().values())
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
)
