"""Whether the journal would let a visit begin, told without touching it, also beside a running kiosk."""

from datetime import datetime
from pathlib import Path

from kiosk.assembly.surroundings import Finding, Outcome
from kiosk.domain.failure import Fault
from kiosk.domain.text import Text
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.shipped import load_catalogue

_TITLE = Text("流水记录", "Journal")


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
    except JournalUnavailable as refused:
        fault, visits = refused.fault, 0
    finally:
        journal.close()
    return (
        _wrong(fault)
        if fault
        else Finding("journal", _TITLE, Outcome.OK, Text(f"{visits} 次办理", f"{visits} visits"))
    )


def _wrong(fault: Fault) -> Finding:
    remedy = load_catalogue().failure(fault.code).remedy
    return Finding("journal", _TITLE, Outcome.MISSING, f"{fault.code}: {fault.detail}", remedy)
