"""Staff's work on a case: who they are, what they order, and how the visit's journal has it carried out.

Every door, the command and the desk beside the running kiosk, leads here; here it is settled who orders.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.diagnostics import case_words as words
from kiosk.diagnostics.cases import Case, read_case
from kiosk.domain.beijing import BEIJING
from kiosk.domain.failure import FailureCode
from kiosk.domain.staff import Claim, Staff, StaffDenial
from kiosk.domain.text import Text
from kiosk.journal.store import Journal
from kiosk.runtime.older_prints import told_by_film, written_since
from kiosk.runtime.outside import Outside
from kiosk.runtime.performers.casework import issued_since
from kiosk.runtime.visit_runner import VisitRunner
from kiosk.visit.case_events import (
    CaseAskedAgain,
    CaseClosed,
    CaseFilmDecided,
    CaseFilmOverwritten,
    CaseFilmSeen,
    CaseInspectionOrdered,
    CaseRefundOrdered,
    CaseReprintOrdered,
    CloseReason,
    Ground,
)
from kiosk.visit.casework import CaseAction, allowed, known_before, reasons
from kiosk.visit.events import Event
from kiosk.visit.fold import Folded
from kiosk.visit.model import CaseKind, Visit

LONGEST_NOTE = 200
"""Characters of a note."""

_AT_THE_FILM = frozenset({CaseAction.INSPECT, CaseAction.SEEN, CaseAction.REPRINT})


@dataclass(frozen=True, slots=True)
class Order:
    """What a member of staff wants done.

    Attributes:
        by: who says that they want it.
        matches: for `SEEN`: the film shows what was ordered; for `DECIDE`: it was printed.
        reason: for `CLOSE`; ground: for `DECIDE`. note: for both; a decision needs one.
    """

    action: CaseAction
    by: Claim
    matches: bool = False
    reason: CloseReason | None = None
    note: str = ""
    ground: Ground | None = None


class NotAllowed(Exception):
    """The case does not allow the action now, or nobody knows who orders it; `text` says why, and what is."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


_WAITS = Text(
    "该业务尚未办完：运行中的程序会继续办理；未运行时请先执行 kiosk recover",
    "the visit is not over yet: a running kiosk goes on with it; where none runs, run kiosk recover first",
)
_NOT_NOW = Text("现在不能执行 {action}；可执行：{listed}", "{action} is not possible now; allowed: {listed}")
_NOTHING_OPEN = Text("现在不能执行 {action}：没有未结事项", "{action} is not possible now: no matter is open")
_OTHER_REASON = Text(
    "{reason} 不能了结任何未结事项；可用的理由：{listed}",
    "no open matter is settled by {reason}; reasons: {listed}",
)
_NO_GROUND = Text(
    "认定须写明依据，并在备注中写明其内容", "a decision names its ground and, in the note, what that says"
)
_LONG_NOTE = Text(
    f"备注最多 {LONGEST_NOTE} 个可显示字符", f"a note has at most {LONGEST_NOTE} printable characters"
)
_DENIED: Mapping[StaffDenial, Text] = {
    StaffDenial.WRONG: Text(
        "工号或 PIN 不正确，未作任何处理", "staff number or PIN is wrong; nothing was done"
    ),
    StaffDenial.LOCKED: Text("此工号已锁定，未作任何处理", "this staff number is locked; nothing was done"),
    StaffDenial.UNAVAILABLE: Text(
        "工作人员名单无法使用，未作任何处理：请执行 kiosk staff list",
        "the list of staff cannot be used, and nothing was done: see kiosk staff list",
    ),
}
_UNTIL = Text("；{at}（北京时间）起可再试", "; it is taken again from {at}, Beijing time")


async def act(outside: Outside, journal: Journal, number: str, order: Order) -> Case:
    """Do what was ordered and return the case as it stands then.

    The order is in the journal before anything is done, the outcome after it; a crash in between is
    recovered like any other. Raises NotAllowed, and JournalUnavailable.
    """
    by = await _who(outside, order.by)
    _check(journal.fold(number), order)
    evidence = await _evidence(outside, journal, journal.fold(number).visit, order)
    others: list[VisitRunner] = []

    def tell(older: Folded, happened: Event) -> None:
        others.append(VisitRunner(outside, journal, older, _nobody_watches))
        others[-1].record(happened)

    async def film_found(visit: Visit, film: bytes | None) -> None:
        await told_by_film(outside, journal, visit, film, tell)

    runner = VisitRunner(outside, journal, journal.fold(number), _nobody_watches, film_found)
    try:
        if evidence.overwritten is not None:
            runner.record(evidence.overwritten)
        _check(runner.folded, order)
        runner.record(_event(order, by, counts=evidence.counts))
        await runner.finish()
        for one in others:
            await one.finish()
    finally:
        for one in (runner, *others):
            await one.stop()
    return read_case(journal, number)


async def _who(outside: Outside, claim: Claim) -> Staff:
    """Return who works on the case; raise NotAllowed where nobody can say that it is them."""
    judged = await outside.staff.vouch(claim)
    if isinstance(judged, Staff):
        return judged
    text = _DENIED[judged.why]
    if judged.until is not None:
        until = _UNTIL.fill(at=f"{judged.until.astimezone(BEIJING):%H:%M:%S}")
        text = Text(text.zh + until.zh, text.en + until.en)
    raise NotAllowed(text)


def _nobody_watches() -> None:
    """Staff see the case when it is over."""


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What a look at the film is worth.

    Attributes:
        overwritten: set where it is found now that the film was written again since.
        counts: False where that cannot be asked.
    """

    overwritten: CaseFilmOverwritten | None = None
    counts: bool = True


async def _evidence(outside: Outside, journal: Journal, visit: Visit, order: Order) -> _Evidence:
    """Find out whether the film can still tell; the machine's own look asks the authority by itself."""
    in_doubt = CaseKind.PRINT_UNVERIFIED in visit.cases and visit.overwritten is None
    if not in_doubt or visit.face is None or order.action not in _AT_THE_FILM:
        return _Evidence()
    newer = written_since(journal, visit)
    if newer is not None:
        return _Evidence(CaseFilmOverwritten(newer, "told by the journal"))
    if order.action is not CaseAction.SEEN or order.matches:
        return _Evidence()
    since = await issued_since(outside, visit.face, known_before(visit))
    if since is None:
        return _Evidence()
    if since.code is FailureCode.NOT_ALLOWED:
        return _Evidence(CaseFilmOverwritten(detail=since.detail))
    return _Evidence(counts=False)


def _check(folded: Folded, order: Order) -> None:
    if not folded.over:
        raise NotAllowed(_WAITS)
    may = allowed(folded.visit)
    if order.action not in may:
        (action,), listed = words.names([order.action]), ", ".join(words.names(may))
        raise NotAllowed((_NOT_NOW if may else _NOTHING_OPEN).fill(action=action, listed=listed))
    if order.action is CaseAction.CLOSE and order.reason not in reasons(folded.visit):
        listed = ", ".join(reasons(folded.visit))
        raise NotAllowed(_OTHER_REASON.fill(reason=order.reason or "-", listed=listed))
    if order.action is CaseAction.DECIDE and (order.ground is None or not order.note.strip()):
        raise NotAllowed(_NO_GROUND)
    if len(order.note) > LONGEST_NOTE or not order.note.isprintable():
        raise NotAllowed(_LONG_NOTE)


def _event(order: Order, by: Staff, *, counts: bool) -> Event:
    match order.action:
        case CaseAction.ASK:
            return CaseAskedAgain(by)
        case CaseAction.REFUND:
            return CaseRefundOrdered(by)
        case CaseAction.INSPECT:
            return CaseInspectionOrdered(by)
        case CaseAction.SEEN:
            return CaseFilmSeen(order.matches, by, counts)
        case CaseAction.DECIDE:
            ground = order.ground or Ground.MACHINE_EVIDENCE
            return CaseFilmDecided(order.matches, ground, by, order.note)
        case CaseAction.REPRINT:
            return CaseReprintOrdered(by)
        case CaseAction.CLOSE:
            return CaseClosed(order.reason or CloseReason.HANDED_BACK, by, order.note)
