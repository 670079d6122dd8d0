"""Questions and reports to the issuing authority; every one may be repeated under its request id."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from kiosk.authority.contract import (
    Accepted,
    Approved,
    Found,
    Issued,
    NotApproved,
    NotOnRecord,
    Unreachable,
)
from kiosk.domain.beijing import beijing_date
from kiosk.domain.eligibility import collectable, decide_offers, may_use_machine
from kiosk.domain.failure import FailureCode, Fault
from kiosk.runtime.outside import Outside
from kiosk.runtime.patience import REQUEST_WAITS
from kiosk.visit.effects import Apply, Issue, LookUp, ReportPrint, Withdraw
from kiosk.visit.events import (
    ApplicationApproved,
    ApplicationRefused,
    ApplicationUndecided,
    ApprovalNotWithdrawn,
    ApprovalWithdrawn,
    EndorsementsIssued,
    Event,
    IssueFailed,
    LookUpFailed,
    PrintNotReported,
    PrintReported,
    RecordFound,
)

T = TypeVar("T")


async def _patiently(outside: Outside, ask: Callable[[], Awaitable[T]]) -> T:
    """Ask until there is an answer, a few times; `Unreachable.sent` then tells of all of them.

    A number that the authority knows from another request stays taken: asking again is of no use.
    """
    answer = await ask()
    for wait in REQUEST_WAITS:
        if not isinstance(answer, Unreachable) or answer.fault.code is FailureCode.REQUEST_ID_REUSED:
            break
        sent = answer.sent
        await outside.clock.sleep(wait)
        answer = await ask()
        if isinstance(answer, Unreachable):
            answer = replace(answer, sent=sent or answer.sent)
    return answer


async def look_up(outside: Outside, effect: LookUp) -> Event:
    """Fetch the record and decide every option on it, as of today in China."""
    permit = effect.permit
    answer = await _patiently(outside, lambda: outside.authority.look_up(permit.number))
    match answer:
        case Unreachable(fault):
            return LookUpFailed(fault)
        case NotOnRecord():
            return LookUpFailed(Fault(FailureCode.PERMIT_NOT_ON_RECORD))
        case Found(record):
            today = beijing_date(outside.clock.now())
            rules = outside.catalogue
            refusal = may_use_machine(permit, record, today, rules)
            ready = tuple(
                application
                for application in record.applications
                if collectable(application, permit, record, today, rules) is None
            )
            shown = replace(record, applications=ready)
            return RecordFound(shown, decide_offers(permit, record, today, rules), refusal)


async def apply(outside: Outside, effect: Apply) -> Event:
    """Ask for approval."""
    answer = await _patiently(
        outside,
        lambda: outside.authority.apply(effect.request_id, effect.permit_no, effect.items, effect.on),
    )
    match answer:
        case Approved(approval_no):
            return ApplicationApproved(approval_no)
        case NotApproved(reason):
            return ApplicationRefused(reason)
        case Unreachable(fault, sent):
            return ApplicationUndecided(fault, sent)


async def issue(outside: Outside, effect: Issue) -> Event:
    """Turn the approval into endorsements."""
    answer = await _patiently(
        outside,
        lambda: outside.authority.issue(effect.request_id, effect.approval_no, effect.payment_reference),
    )
    match answer:
        case Issued(endorsements):
            return EndorsementsIssued(endorsements)
        case NotApproved(reason):
            return IssueFailed(Fault(FailureCode.ISSUE_FAILED, reason.code))
        case Unreachable(fault):
            return IssueFailed(fault)


async def report_print(outside: Outside, effect: ReportPrint) -> Event:
    """Tell the authority what stands on the card."""
    answer = await _patiently(
        outside,
        lambda: outside.authority.confirm(effect.request_id, effect.control_numbers, printed=effect.printed),
    )
    return PrintReported() if isinstance(answer, Accepted) else PrintNotReported(answer.fault)


async def withdraw(outside: Outside, effect: Withdraw) -> Event:
    """Give an approval back."""
    answer = await _patiently(
        outside, lambda: outside.authority.withdraw(effect.request_id, effect.approval_no)
    )
    return ApprovalWithdrawn() if isinstance(answer, Accepted) else ApprovalNotWithdrawn(answer.fault)
