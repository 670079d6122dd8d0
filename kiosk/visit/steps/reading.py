"""The chip is read: only a genuine, valid permit whose name can be printed goes on."""

from datetime import datetime

from kiosk.domain.beijing import beijing_date
from kiosk.domain.chip import Check, CheckResult, Verdict
from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, go
from kiosk.visit.effects import CompareHolder
from kiosk.visit.events import Cancelled, Event, PermitRead, PermitUnreadable
from kiosk.visit.model import Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case Cancelled():
            return fail(visit, Fault(FailureCode.CANCELLED), at)
        case PermitUnreadable(fault):
            return fail(visit, fault, at)
        case PermitRead(permit, checks, printable, staff_on_call):
            known = visit.put(permit=permit, checks=checks, staff_on_call=staff_on_call)
            code = _objection(checks)
            if code is None and permit.expiry < beijing_date(at):
                code = FailureCode.PERMIT_EXPIRED
            if code is None and not printable:
                code = FailureCode.NAME_UNPRINTABLE
            if code is not None:
                return fail(known, Fault(code, _details(checks)), at)
            return go(known, Step.RECOGNISING, CompareHolder())
    return None


def _objection(checks: tuple[CheckResult, ...]) -> FailureCode | None:
    """Return why the chip is not trusted; the worst verdict decides."""
    verdicts = {result.check: result.verdict for result in checks}
    if Verdict.ALTERED in verdicts.values():
        return FailureCode.CHIP_ALTERED
    if verdicts.get(Check.SOD_SIGNATURE) is not Verdict.GENUINE:
        return FailureCode.CHIP_NOT_SIGNED
    if verdicts.get(Check.ISSUER) is not Verdict.GENUINE:
        return FailureCode.CHIP_UNKNOWN_ISSUER
    if any(verdict is not Verdict.GENUINE for verdict in verdicts.values()):
        return FailureCode.CHIP_UNREADABLE
    return None


def _details(checks: tuple[CheckResult, ...]) -> str:
    return "; ".join(f"{r.check}: {r.verdict}" for r in checks if r.verdict is not Verdict.GENUINE)
