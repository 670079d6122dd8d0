"""The open cases of one machine, and its visits that are not over: what staff have to know of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.diagnostics import case_words as words
from kiosk.diagnostics.case_facts import facts_of
from kiosk.domain.money import Fen
from kiosk.domain.staff import Staff
from kiosk.domain.text import Text
from kiosk.domain.whose import Whose
from kiosk.journal.codec import decode_event
from kiosk.journal.store import Journal, Record
from kiosk.visit import case_events
from kiosk.visit.case_events import (
    CaseClosed,
    CaseFilmDecided,
    CaseFilmInspected,
    CaseFilmNotInspected,
    CaseFilmOverwritten,
    CaseFilmSeen,
    CloseReason,
)
from kiosk.visit.casework import CaseAction, allowed, reasons
from kiosk.visit.events import Event
from kiosk.visit.fold import Folded
from kiosk.visit.model import CardFate, CaseKind, Overwritten, PrintState, Step, Visit


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
        began, last: when its first and its last record were written, aware UTC.
        step: where the visit stands.
        kinds: what is open; empty once everything is settled.
        paid, refunded: fen.
        whose: whose card the machine holds, or let go of last.
        overwritten: the film was written again since, so it tells nothing of this visit any more.
        facts: what staff have to know before they act, in words.
        undelivered: payments that were neither delivered for nor given back, order numbers.
        waiting: the visit is not over yet: it goes on at the next start, or with `kiosk recover`.
        waits_for: the effects without an outcome, names.
    """

    number: str
    began: datetime | None
    last: datetime | None
    step: Step
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
    waits_for: tuple[str, ...]
    actions: tuple[CaseAction, ...]
    reasons: tuple[CloseReason, ...]
    deeds: tuple[Deed, ...]


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


def open_cases(journal: Journal) -> tuple[Case, ...]:
    """Return every case with something open, oldest first."""
    numbers = (one.visit_id for one in journal.standings() if one.cases)
    return tuple(read_case(journal, number) for number in numbers)


def unfinished(journal: Journal) -> tuple[Case, ...]:
    """Return every visit that is not over and has no case, at least not yet; oldest first."""
    numbers = (one.visit_id for one in journal.standings() if not one.over and not one.cases)
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


def _told(journal: Journal, folded: Folded) -> Case:
    visit = folded.visit
    records = tuple(journal.records(visit.visit_id))
    refunds = {refund.number: refund.amount for refund in visit.refunds}
    return Case(
        number=visit.visit_id,
        began=visit.began,
        last=records[-1].at if records else None,
        step=visit.step,
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
        waits_for=tuple(type(numbered.effect).__name__ for numbered in folded.pending),
        actions=allowed(visit) if folded.over else (),
        reasons=reasons(visit) if folded.over else (),
        deeds=_deeds(records),
    )


def _undecided(visit: Visit) -> tuple[str, ...]:
    if CaseKind.PAYMENT_UNDECIDED not in visit.cases:
        return ()
    final = visit.closed_orders | {payment.order_number for payment in visit.payments}
    return tuple(order.number for order in visit.orders if order.number not in final)


_WORK: Mapping[str, type[Event]] = {kind.__name__: kind for kind in case_events.ALL}


def _deeds(records: tuple[Record, ...]) -> tuple[Deed, ...]:
    return tuple(
        _deed(record.at, decode_event(record.name, record.fields))
        for record in records
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
