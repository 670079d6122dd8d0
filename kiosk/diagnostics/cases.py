"""The open cases of one machine: listed, told, and worked on, each action through the visit's journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.diagnostics import case_words as words
from kiosk.diagnostics.case_facts import facts_of
from kiosk.domain.failure import FailureCode
from kiosk.domain.money import Fen
from kiosk.domain.staff import Staff
from kiosk.domain.text import Text
from kiosk.domain.whose import Whose
from kiosk.journal.codec import decode_event
from kiosk.journal.store import Journal
from kiosk.runtime.older_prints import told_by_film, written_since
from kiosk.runtime.outside import Outside
from kiosk.runtime.performers.casework import issued_since
from kiosk.runtime.visit_runner import VisitRunner
from kiosk.visit import case_events
from kiosk.visit.case_events import (
    CaseAskedAgain,
    CaseClosed,
    CaseFilmDecided,
    CaseFilmInspected,
    CaseFilmNotInspected,
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
from kiosk.visit.model import CardFate, CaseKind, Overwritten, PrintState, Visit

LONGEST_NOTE = 200
"""Characters of a note."""

_AT_THE_FILM = frozenset({CaseAction.INSPECT, CaseAction.SEEN, CaseAction.REPRINT})


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done about a case, or came of it.

    Attributes:
        by: who did it; None for what the machine found out.
        what: name of the event; `title` says it in words, `detail` how it went. Nothing of the holder.
    """

    at: datetime
    by: Staff | None
    what: str
    title: Text
    detail: Text


@dataclass(frozen=True, slots=True)
class Case:
    """Everything staff need to know of a case; nothing of the holder.

    Attributes:
        number: the visit's, printed on the applicant's slip.
        kinds: what is open; empty once everything is settled.
        paid, refunded: fen.
        whose: whose card the machine holds, or let go of last.
        overwritten: the film was written again since, so it tells nothing of this visit any more.
        facts: what staff have to know before they act, in words.
        undelivered: payments that were neither delivered for nor given back, order numbers.
        waiting: something of the visit still waits for an outcome: run `kiosk recover` first.
    """

    number: str
    began: datetime | None
    kinds: tuple[CaseKind, ...]
    film: PrintState
    card: CardFate
    whose: Whose
    overwritten: Overwritten | None
    facts: tuple[Text, ...]
    paid: Fen
    refunded: Fen
    undelivered: tuple[str, ...]
    undecided: tuple[str, ...]
    ending: str | None
    waiting: bool
    actions: tuple[CaseAction, ...]
    reasons: tuple[CloseReason, ...]
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What a member of staff wants done.

    Attributes:
        matches: for `SEEN`: the film shows what was ordered; for `DECIDE`: it was printed.
        reason: for `CLOSE`; ground: for `DECIDE`. note: for both; a decision needs one.
    """

    action: CaseAction
    by: Staff
    matches: bool = False
    reason: CloseReason | None = None
    note: str = ""
    ground: Ground | None = None


class NotAllowed(Exception):
    """The case does not allow the action now; `text` says why and what is allowed."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


_FORGOTTEN = Text(
    "业务 {number} 早已办结，没有未结事项，其内容已按期限销毁，无法再查看",
    "visit {number} was over and had no open case; what was personal was destroyed when its time was over,"
    " and it cannot be read any more",
)
_ELSEWHERE = Text(
    "{number} 是另一台机器（{there}）的编号，本机是 {here}：请到 {there} 上处理",
    "{number} is of another machine, {there}; this machine is {here}: work on it there",
)
_NO_SUCH = Text(
    "本机（{here}）没有编号为 {number} 的业务：请核对凭条上的编号",
    "there is no visit {number} on this machine ({here}): compare the number on the slip",
)
_WAITS = Text(
    "该业务仍在等待结果：请先执行 kiosk recover",
    "the visit still waits for an outcome: run kiosk recover first",
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


def open_cases(journal: Journal) -> tuple[Case, ...]:
    """Return every case with something open, oldest first."""
    numbers = (one.visit_id for one in journal.standings() if one.cases)
    return tuple(read_case(journal, number) for number in numbers)


@dataclass(frozen=True, slots=True)
class NoCase:
    """There is nothing to tell under a number; `forgotten`: a visit had it, which was over long ago."""

    text: Text
    forgotten: bool = False


def why_no_case(journal: Journal, number: str) -> NoCase | None:
    """Return why there is no case of this number; None where its visit can be read."""
    standings = {one.visit_id: one for one in journal.standings()}
    if number in standings:
        return NoCase(_FORGOTTEN.fill(number=number), True) if standings[number].forgotten else None
    here = {_machine_of(known) for known in standings}
    there = _machine_of(number)
    if there and here and there not in here:
        return NoCase(_ELSEWHERE.fill(number=number, there=there, here=", ".join(sorted(here))))
    return NoCase(_NO_SUCH.fill(number=number, here=", ".join(sorted(here)) or "-"))


def _machine_of(number: str) -> str:
    """Return which machine a visit's number is of: GZ01 of GZ01-20261122-00001; empty where it is none."""
    machine, day, ordinal = (*number.rsplit("-", 2), "", "")[:3]
    return machine if day.isdecimal() and ordinal.isdecimal() else ""


def read_case(journal: Journal, number: str) -> Case:
    """Return a case as it stands. Raises JournalUnavailable where there is no such visit."""
    return _told(journal, journal.fold(number))


async def act(outside: Outside, journal: Journal, number: str, order: Order) -> Case:
    """Do what was ordered and return the case as it stands then.

    The order is in the journal before anything is done, the outcome after it; a crash in between is
    recovered like any other. Raises NotAllowed, and JournalUnavailable.
    """
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
        runner.record(_event(order, counts=evidence.counts))
        await runner.finish()
        for one in others:
            await one.finish()
    finally:
        for one in (runner, *others):
            await one.stop()
    return read_case(journal, number)


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


def _event(order: Order, *, counts: bool) -> Event:
    match order.action:
        case CaseAction.ASK:
            return CaseAskedAgain(order.by)
        case CaseAction.REFUND:
            return CaseRefundOrdered(order.by)
        case CaseAction.INSPECT:
            return CaseInspectionOrdered(order.by)
        case CaseAction.SEEN:
            return CaseFilmSeen(order.matches, order.by, counts)
        case CaseAction.DECIDE:
            ground = order.ground or Ground.MACHINE_EVIDENCE
            return CaseFilmDecided(order.matches, ground, order.by, order.note)
        case CaseAction.REPRINT:
            return CaseReprintOrdered(order.by)
        case CaseAction.CLOSE:
            return CaseClosed(order.reason or CloseReason.HANDED_BACK, order.by, order.note)


def _told(journal: Journal, folded: Folded) -> Case:
    visit = folded.visit
    refunds = {refund.number: refund.amount for refund in visit.refunds}
    return Case(
        number=visit.visit_id,
        began=visit.began,
        kinds=visit.cases,
        film=visit.print_state,
        card=visit.card,
        whose=visit.whose,
        overwritten=visit.overwritten,
        facts=facts_of(visit),
        paid=Fen(sum(payment.amount for payment in visit.payments)),
        refunded=Fen(sum(refunds.get(number, 0) for number in visit.refunded)),
        undelivered=tuple(payment.order_number for payment in visit.unreturned),
        undecided=_undecided(visit),
        ending=visit.ending.code if visit.ending else None,
        waiting=not folded.over,
        actions=allowed(visit) if folded.over else (),
        reasons=reasons(visit) if folded.over else (),
        deeds=_deeds(journal, visit.visit_id),
    )


def _undecided(visit: Visit) -> tuple[str, ...]:
    if CaseKind.PAYMENT_UNDECIDED not in visit.cases:
        return ()
    final = visit.closed_orders | {payment.order_number for payment in visit.payments}
    return tuple(order.number for order in visit.orders if order.number not in final)


_WORK: Mapping[str, type[Event]] = {kind.__name__: kind for kind in case_events.ALL}


def _deeds(journal: Journal, number: str) -> tuple[Deed, ...]:
    return tuple(
        _deed(record.at, decode_event(record.name, record.fields))
        for record in journal.records(number)
        if record.kind == "event" and record.name in _WORK and record.fields is not None
    )


def _deed(at: datetime, event: Event) -> Deed:
    by: Staff | None = getattr(event, "by", None)
    return Deed(at, by, type(event).__name__, words.DEEDS[type(event)], _how(event))


def _how(event: Event) -> Text:
    """Return how a deed went, free of personal data about the holder."""
    match event:
        case CaseClosed(reason, _, note):
            return _joined(words.REASONS[reason], _plainly(note))
        case CaseFilmSeen(matches, _, counts):
            return _joined(words.PRINTED[matches], Text("", "") if counts else _UNASKED)
        case CaseFilmInspected(matches, detail):
            return _joined(words.PRINTED[matches], words.detail(detail))
        case CaseFilmOverwritten(newer, detail):
            return _joined(_BY_VISIT.fill(newer=newer) if newer else _BY_UNKNOWN, words.detail(detail))
        case CaseFilmDecided(printed, ground, _, note):
            return _joined(words.PRINTED[printed], words.GROUNDS[ground], _plainly(note))
        case CaseFilmNotInspected(fault):
            return words.failure(fault.code, fault.detail)
    return Text("", "")


_UNASKED = Text("因无法询问签发机关，不作处理", "nothing follows, as the authority could not be asked")
_BY_VISIT = Text("由业务 {newer}", "by visit {newer}")
_BY_UNKNOWN = Text("不知由谁", "by nobody knows whom")


def _plainly(written: str) -> Text:
    return Text(written, written)


def _joined(*parts: Text) -> Text:
    told = [part for part in parts if part.zh]
    return Text("；".join(part.zh for part in told), "; ".join(part.en for part in told))
