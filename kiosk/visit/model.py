"""The visit as a value: where it stands and everything it has learnt so far."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kiosk.domain.chip import CheckResult
from kiosk.domain.endorsement import Destination, Endorsement, Offer, Option, Reason, RequestedItem
from kiosk.domain.face import CardFace
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.domain.permit import Permit, PermitRecord
from kiosk.domain.staff import StaffDenial
from kiosk.domain.whose import Whose


class Step(StrEnum):
    """Where a visit stands; each is one file in `steps/`."""

    START = "start"
    READING = "reading"
    RECOGNISING = "recognising"
    NOT_RECOGNISED = "not_recognised"
    CALLING_STAFF = "calling_staff"
    CHECKING_HOLDER = "checking_holder"
    LOOKING_UP = "looking_up"
    IDENTIFYING = "identifying"
    CHOOSING_DESTINATION = "choosing_destination"
    CHOOSING_OPTION = "choosing_option"
    CONFIRMING = "confirming"
    APPROVING = "approving"
    PROVING = "proving"
    CHOOSING_METHOD = "choosing_method"
    OPENING_PAYMENT = "opening_payment"
    PAYING = "paying"
    CLOSING_PAYMENT = "closing_payment"
    ISSUING = "issuing"
    PRINTING = "printing"
    INSPECTING = "inspecting"
    REPORTING = "reporting"
    REVIEWING = "reviewing"
    REFUNDING = "refunding"
    SLIP = "slip"
    PRESENTING = "presenting"
    TAKING = "taking"
    RETAINING = "retaining"
    ENDED = "ended"


class Stage(StrEnum):
    """The step bar that applicants know: 申请 → 缴费 → 制卡 → 完成."""

    APPLY = "apply"
    PAY = "pay"
    MAKE = "make"
    DONE = "done"


class CardFate(StrEnum):
    """Where the visit's card is, as far as the visit knows."""

    INSIDE = "inside"
    PRESENTED = "presented"
    TAKEN = "taken"
    RETAINED = "retained"
    REMOVED = "removed"
    UNKNOWN = "unknown"


class PrintState(StrEnum):
    """What the visit knows of the film."""

    UNTOUCHED = "untouched"
    STARTED = "started"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"
    PRINTED = "printed"
    VERIFIED = "verified"
    DIFFERS = "differs"


class CaseKind(StrEnum):
    """Why something is left for staff."""

    PAYMENT_UNDECIDED = "payment_undecided"
    PRINT_UNVERIFIED = "print_unverified"
    REFUND_OPEN = "refund_open"
    REPORT_OPEN = "report_open"
    WITHDRAWAL_OPEN = "withdrawal_open"
    CARD_RETAINED = "card_retained"
    CARD_LOST_SIGHT = "card_lost_sight"


@dataclass(frozen=True, slots=True)
class Overwritten:
    """The film was written again since: what it shows now says nothing of this visit's print any more.

    Attributes:
        newer: number of this machine's visit that wrote it; empty where only the authority's record tells,
            and it may have been another machine.
        known: what was known of the print until then.
        ground: on what staff decided all the same, a value of `case_events.Ground`; empty before.
    """

    newer: str
    known: PrintState
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One endorsement that the applicant chose or collects.

    Attributes:
        fee: what this machine takes for it, fen; 0 where it was paid online.
        cancels: live endorsements that it replaces.
    """

    option: Option
    fee: Fen
    application_no: str | None = None
    cancels: tuple[Endorsement, ...] = ()

    def requested(self) -> RequestedItem:
        return RequestedItem(self.option.option_id, self.application_no)


@dataclass(frozen=True, slots=True)
class Visit:
    """A fold of all events so far; changed only by `decide()`.

    Attributes:
        items: what was chosen, at most one per destination.
        wanted: destinations still to be given an option, in order.
        applied_on: the day for which approval was asked, in China.
        orders: every order ever opened in this visit, the newest last.
        reversed_orders: closed orders that had been paid, and whose money the network gave back by itself.
        paid_order: the order whose payment the visit delivers for; any other payment is refunded.
        face_hints: what was wrong with the pictures of the last comparison, values of `FaceHint`.
        face_matched: the camera found the holder; `confirmed_by` is the number of the colleague who did.
        face_fault: why the camera will not be asked again in this visit.
        staff_on_call: the applicant may ask for a member of staff.
        staff_number: who identified themself at the screen, until they have decided.
        staff_denial: why what was typed last was not taken; `staff_locked_until` says how long.
        ending: what ended the visit early, None for a visit that succeeded so far.
        cases: what is left for staff; the visit's number is the case number.
        face: what the film is to show, from the first attempt to print on.
        overwritten: set once a print that staff look into can no longer be told from the film.
        whose: whose card the machine holds, or let go of last.
        void: the authority was told that what it issued is not on the card.
        closed_cases: what staff settled by hand.
        by_hand: orders whose money staff settled outside of this machine.
        requests: how many request ids were given to the authority.
        channels: the ways to pay that work; `payer_code_channels` are those that charge a phone's code.
        payment_note: why the last attempt to pay brought nothing, or why the code shown was not taken.
        charging: a phone's code was read for the newest order and is being charged.
        wrong_codes: how many codes of another network were shown for the newest order.
        renewals: how often the code on the screen was replaced since the way to pay was chosen.
        renewing: the code's time is over, and once its order is closed a new one follows by itself.
    """

    visit_id: str = ""
    kiosk_id: str = ""
    ordinal: int = 0
    began: datetime | None = None
    step: Step = Step.START
    permit: Permit | None = None
    checks: tuple[CheckResult, ...] = ()
    face_score: float | None = None
    face_attempts: int = 0
    face_hints: tuple[str, ...] = ()
    face_matched: bool = False
    face_fault: Fault | None = None
    staff_on_call: bool = False
    staff_number: str = ""
    staff_denial: StaffDenial | None = None
    staff_locked_until: datetime | None = None
    confirmed_by: str = ""
    record: PermitRecord | None = None
    offers: tuple[Offer, ...] = ()
    wanted: tuple[Destination, ...] = ()
    items: tuple[Item, ...] = ()
    applied_on: date | None = None
    approval_no: str | None = None
    withdrawn: bool = False
    channels: tuple[Channel, ...] = ()
    payer_code_channels: tuple[Channel, ...] = ()
    orders: tuple[Order, ...] = ()
    payment_code: str | None = None
    payment_note: Fault | None = None
    charging: bool = False
    wrong_codes: int = 0
    renewals: int = 0
    renewing: bool = False
    closed_orders: frozenset[str] = frozenset()
    reversed_orders: frozenset[str] = frozenset()
    payments: tuple[Payment, ...] = ()
    paid_order: str | None = None
    refunds: tuple[Refund, ...] = ()
    refunded: frozenset[str] = frozenset()
    endorsements: tuple[Endorsement, ...] = ()
    print_state: PrintState = PrintState.UNTOUCHED
    print_attempts: int = 0
    face: CardFace | None = None
    overwritten: Overwritten | None = None
    reported: bool = False
    void: bool = False
    slip_wanted: bool = False
    slip_printed: bool | None = None
    card: CardFate = CardFate.INSIDE
    whose: Whose = Whose.OWN
    ending: Fault | None = None
    refusal: Reason | None = None
    cases: tuple[CaseKind, ...] = ()
    closed_cases: tuple[CaseKind, ...] = ()
    by_hand: frozenset[str] = frozenset()
    requests: int = 0
    history: tuple[Step, ...] = field(default=(), repr=False)

    @property
    def total(self) -> Fen:
        """What this machine takes for the whole visit, fen."""
        return Fen(sum(item.fee for item in self.items))

    @property
    def order(self) -> Order | None:
        """The newest order."""
        return self.orders[-1] if self.orders else None

    @property
    def payment(self) -> Payment | None:
        """The payment that this visit delivers for."""
        return next((paid for paid in self.payments if paid.order_number == self.paid_order), None)

    @property
    def holder_proven(self) -> bool:
        """True once the camera or a member of staff found the permit's holder in front of the machine."""
        return self.face_matched or self.confirmed_by != ""

    @property
    def printed(self) -> bool:
        return self.print_state in {PrintState.PRINTED, PrintState.VERIFIED}

    @property
    def film_known(self) -> bool:
        """False while nobody can tell whether what was issued stands on the card.

        The printer's word that it does counts until somebody is asked to look.
        """
        if self.print_state is PrintState.PRINTED:
            return CaseKind.PRINT_UNVERIFIED not in {*self.cases, *self.closed_cases}
        return self.print_state not in {PrintState.STARTED, PrintState.UNKNOWN}

    @property
    def case_number(self) -> str | None:
        """The number staff and applicant share, where something is left open."""
        return self.visit_id if self.cases else None

    @property
    def before_payment(self) -> bool:
        """True while the applicant may still walk away without any money having moved."""
        return not self.orders or all(order.number in self.closed_orders for order in self.orders)

    @property
    def unreturned(self) -> tuple[Payment, ...]:
        """Payments to be given back: not delivered, not refunded, and known not to be printed for.

        While nobody knows whether the film was written, the payment for it is a matter for staff.
        """
        undelivered = self.print_state in {
            PrintState.UNTOUCHED,
            PrintState.NOT_PRINTED,
            PrintState.DIFFERS,
        }
        delivered = None if undelivered else self.paid_order
        return tuple(
            payment
            for payment in self.payments
            if payment.order_number != delivered
            and refund_number(payment) not in self.refunded
            and payment.order_number not in self.by_hand
        )

    def put(self, **changes: Any) -> "Visit":
        """Return the visit with some fields replaced."""
        return replace(self, **changes)

    def given_up(self, fault: Fault) -> "Visit":
        """Return the visit ended for a reason that the applicant gave; an interruption alone gives way."""
        known = self.ending is not None and self.ending.code is not FailureCode.INTERRUPTED
        return self if known else replace(self, ending=fault)

    def holding(self, whose: Whose) -> "Visit":
        """Return the visit with what is known of the card inside; not to have looked takes nothing back."""
        known = self.whose is Whose.OTHER and whose is Whose.UNKNOWN
        return self if known else replace(self, whose=whose)

    def with_case(self, kind: CaseKind) -> "Visit":
        """Return the visit with an open matter for staff, once per kind."""
        return self if kind in self.cases else replace(self, cases=(*self.cases, kind))


def refund_number(payment: Payment) -> str:
    """Return the one refund number that a payment can ever have (alphanumeric: UnionPay's rule)."""
    return f"{payment.order_number}R1"
