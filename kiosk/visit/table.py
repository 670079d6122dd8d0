"""Every step of a visit on one screen: its stage, whom it waits for, and where each event may lead.

`decide()` refuses any other way, in the running program as in the tests; the diagram in docs/visit.md
and the step × fault matrix of the tests are made from this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.visit import events as e
from kiosk.visit.limits import CHOICE_S, RESULT_S, STAFF_CHECK_S, STAFF_COMES_S
from kiosk.visit.model import Stage
from kiosk.visit.model import Step as S  # noqa: N817 - keeps the table on one screen

Ways = Mapping[type[e.Event], frozenset[S]]


@dataclass(frozen=True, slots=True)
class Row:
    """One step of the table.

    Attributes:
        applicant_s: how long the step waits for the applicant, seconds; None where it waits for the
            machine or the outside, whose own deadlines end it.
        ways: the events that the step answers, and the steps they may lead to.
    """

    stage: Stage
    applicant_s: float | None
    ways: Ways


def _to(*steps: S) -> frozenset[S]:
    return frozenset(steps)


# Where an early end leads: money back first, then a slip where one is owed, then the card, if it is inside.
OUT = _to(S.REFUNDING, S.SLIP, S.PRESENTING, S.ENDED)
CHOOSE_AGAIN = OUT | _to(S.CHOOSING_METHOD)
CHOICE: Ways = {e.Cancelled: OUT, e.TimedOut: OUT}
UNPAID: Ways = {e.PaymentDeclined: CHOOSE_AGAIN, e.PaymentClosed: CHOOSE_AGAIN}
CLOSED: Ways = {way: to | _to(S.OPENING_PAYMENT) for way, to in UNPAID.items()}
STOP = CHOOSE_AGAIN | _to(S.CLOSING_PAYMENT)
PAID = OUT | _to(S.ISSUING)
PRINT_AGAIN = _to(S.PRINTING, S.REPORTING)

TABLE: Mapping[S, Row] = {
    S.START: Row(Stage.APPLY, None, {e.CardInserted: OUT | _to(S.READING)}),
    S.READING: Row(Stage.APPLY, None, {
        e.PermitRead: OUT | _to(S.RECOGNISING), e.PermitUnreadable: OUT, e.Cancelled: OUT}),
    S.RECOGNISING: Row(Stage.APPLY, None, {
        e.HolderCompared: OUT | _to(S.LOOKING_UP, S.RECOGNISING, S.NOT_RECOGNISED),
        e.HolderNotCompared: OUT | _to(S.NOT_RECOGNISED), e.StaffAsked: _to(S.CALLING_STAFF),
        e.Cancelled: OUT}),
    S.NOT_RECOGNISED: Row(Stage.APPLY, CHOICE_S, {e.StaffAsked: _to(S.CALLING_STAFF), **CHOICE}),
    S.CALLING_STAFF: Row(Stage.APPLY, STAFF_COMES_S, {
        e.StaffIdentified: _to(S.CHECKING_HOLDER), e.StaffNotIdentified: _to(S.CALLING_STAFF),
        e.WentBack: _to(S.RECOGNISING), **CHOICE}),
    S.CHECKING_HOLDER: Row(Stage.APPLY, STAFF_CHECK_S, {
        e.HolderConfirmedByStaff: _to(S.LOOKING_UP), e.HolderRefusedByStaff: OUT, **CHOICE}),
    S.LOOKING_UP: Row(Stage.APPLY, None, {
        e.RecordFound: OUT | _to(S.IDENTIFYING), e.LookUpFailed: OUT, e.Cancelled: OUT}),
    S.IDENTIFYING: Row(Stage.APPLY, CHOICE_S, {
        e.IdentityConfirmed: _to(S.CHOOSING_DESTINATION), e.IdentityDenied: OUT, **CHOICE}),
    S.CHOOSING_DESTINATION: Row(Stage.APPLY, CHOICE_S, {
        e.DestinationsChosen: _to(S.CHOOSING_OPTION), e.CollectionChosen: _to(S.CONFIRMING), **CHOICE}),
    S.CHOOSING_OPTION: Row(Stage.APPLY, CHOICE_S, {
        e.OptionChosen: _to(S.CHOOSING_OPTION, S.CONFIRMING),
        e.WentBack: _to(S.CHOOSING_OPTION, S.CHOOSING_DESTINATION), **CHOICE}),
    S.CONFIRMING: Row(Stage.APPLY, CHOICE_S, {
        e.OrderConfirmed: _to(S.APPROVING),
        e.WentBack: _to(S.CHOOSING_OPTION, S.CHOOSING_DESTINATION), **CHOICE}),
    S.APPROVING: Row(Stage.APPLY, None, {
        e.ApplicationApproved: OUT | _to(S.PROVING), e.ApplicationRefused: OUT,
        e.ApplicationUndecided: OUT, e.Cancelled: _to(S.APPROVING)}),
    S.PROVING: Row(Stage.PAY, None, {
        e.MachineProven: _to(S.CHOOSING_METHOD, S.ISSUING), e.MachineNotProven: OUT, e.Cancelled: OUT}),
    S.CHOOSING_METHOD: Row(Stage.PAY, CHOICE_S, {
        e.MethodChosen: _to(S.OPENING_PAYMENT, S.PAYING), e.WaysChanged: _to(S.CHOOSING_METHOD), **CHOICE}),
    S.OPENING_PAYMENT: Row(Stage.PAY, None, {
        e.PaymentOpened: _to(S.PAYING, S.CLOSING_PAYMENT), e.PaymentSettled: PAID, **UNPAID,
        e.PaymentUndecided: _to(S.CLOSING_PAYMENT), e.Cancelled: _to(S.OPENING_PAYMENT),
        e.Restarted: _to(S.CLOSING_PAYMENT)}),
    S.PAYING: Row(Stage.PAY, None, {
        e.PaymentSettled: PAID, **UNPAID, e.PaymentExpired: _to(S.CLOSING_PAYMENT),
        e.PaymentUndecided: _to(S.CLOSING_PAYMENT), e.PayerCodeRead: CHOOSE_AGAIN | _to(S.PAYING),
        e.PayerCodeNotRead: CHOOSE_AGAIN, e.WentBack: STOP, e.Cancelled: STOP, e.Restarted: STOP}),
    S.CLOSING_PAYMENT: Row(Stage.PAY, None, {
        e.PaymentSettled: PAID, **CLOSED, e.PaymentUndecided: CHOOSE_AGAIN,
        e.Cancelled: _to(S.CLOSING_PAYMENT), e.Restarted: _to(S.CLOSING_PAYMENT)}),
    S.ISSUING: Row(Stage.MAKE, None, {e.EndorsementsIssued: OUT | _to(S.PRINTING), e.IssueFailed: OUT}),
    S.PRINTING: Row(Stage.MAKE, None, {
        e.CardPrinted: _to(S.INSPECTING), e.PrintUndecided: _to(S.INSPECTING),
        e.CardNotPrinted: PRINT_AGAIN}),
    S.INSPECTING: Row(Stage.MAKE, None, {
        e.CardInspected: PRINT_AGAIN, e.InspectionFailed: OUT | _to(S.REPORTING)}),
    S.REPORTING: Row(Stage.MAKE, None, {
        e.PrintReported: OUT | _to(S.REVIEWING), e.PrintNotReported: OUT | _to(S.REVIEWING)}),
    S.REVIEWING: Row(Stage.DONE, RESULT_S, {
        e.ResultSeen: OUT, e.TimedOut: _to(S.SLIP), e.Restarted: _to(S.SLIP)}),
    S.REFUNDING: Row(Stage.DONE, None, {
        e.RefundDone: _to(S.REFUNDING, S.SLIP), e.RefundNotDone: _to(S.REFUNDING, S.SLIP)}),
    S.SLIP: Row(Stage.DONE, None, {
        e.SlipPrinted: _to(S.PRESENTING, S.ENDED), e.SlipNotPrinted: _to(S.PRESENTING, S.ENDED)}),
    S.PRESENTING: Row(Stage.DONE, None, {
        e.CardPresented: _to(S.TAKING), e.CardTaken: _to(S.ENDED), e.CardNotReturned: _to(S.ENDED)}),
    S.TAKING: Row(Stage.DONE, None, {
        e.CardTaken: _to(S.ENDED), e.CardLeft: _to(S.RETAINING), e.CardNotReturned: _to(S.ENDED)}),
    S.RETAINING: Row(Stage.DONE, None, {
        e.CardRetained: _to(S.ENDED), e.CardTaken: _to(S.ENDED), e.CardNotReturned: _to(S.ENDED)}),
    S.ENDED: Row(Stage.DONE, None, {}),
}  # fmt: skip
