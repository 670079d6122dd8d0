"""Whether the journal would let a visit begin, told without touching it, also beside a running kiosk."""

from datetime import datetime
from pathlib import Path

from kiosk.assembly.surroundings import Finding, Outcome
from kiosk.domain.failure import Fault
from kiosk.domain.text import Text
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.shipped import load_catalogue

_TITLE = Text("流水记录", "Journal")
_END_REMEDY = Text(
    "用异地保存的链尾核对：kiosk journal verify --head；链尾会在下次启动时重建，"
    "由工作人员确认并记录在案：kiosk journal accept-loss。",
    "Compare with a head kept elsewhere (kiosk journal verify --head); a start makes a lost one anew,"
    " and staff accept that on record (kiosk journal accept-loss).",
)


def journal_finding(state: Path, now: datetime) -> Finding:
    """Return what is wrong with the journal of a state folder, or how many visits are in it."""
    if not (state / "journal.db").exists():
        return Finding("journal", _TITLE, Outcome.OK, Text("尚无", "none yet"))
    try:
        journal = Journal.read(state)
    except JournalUnavailable as refused:
        return _wrong(refused.fault)
    try:
        fault = journal.end_fault(now)
        visits = journal.next_ordinal() - 1
        unknown = journal.end_unknown()
    except JournalUnavailable as refused:
        fault, visits, unknown = refused.fault, 0, None
    finally:
        journal.close()
    if fault:
        return _wrong(fault)
    count = Text(f"{visits} 次办理", f"{visits} visits")
    if unknown is None:
        return Finding("journal", _TITLE, Outcome.OK, count)
    doubt = Text(
        f"{count.zh}；无法证明末尾未被截断：{unknown.zh}",
        f"{count.en}; nothing shows that none is missing at its end: {unknown.en}",
    )
    return Finding("journal", _TITLE, Outcome.OPTIONAL, doubt, _END_REMEDY)


def _wrong(fault: Fault) -> Finding:
    remedy = load_catalogue().failure(fault.code).remedy
    return Finding("journal", _TITLE, Outcome.MISSING, f"{fault.code}: {fault.detail}", remedy)
