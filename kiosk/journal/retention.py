"""Forgetting: a visit's small key is destroyed, its records stay in the chain and can be read by nobody.

The Personal Information Protection Law keeps personal data "for the shortest period necessary" (article
19, http://www.npc.gov.cn/npc/c30834/202108/a8c4e3672c74491a80b53a172bb753fe.shtml); how long that is for
this machine is a setting. A visit that is unfinished or has an open case is never forgotten.

Gone are the key's bytes in the journal's file (secure_delete zeroes them in their page), in its log (it is
emptied and truncated, `write_ahead`) and in the copies made before a migration. What a disk keeps in blocks
that no file has any more is the disk's encryption to hide (docs/operations.md).
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.domain.text import Text
from kiosk.journal import database

MOST_AT_ONCE = 500
"""Visits forgotten in one transaction: it stays short, however long the machine was switched off."""

FORGOTTEN = "Forgotten"
"""Name of the note that stands in the chain for each visit that was forgotten."""

_NO_VISIT = Text("没有这笔业务", "there is no such visit")
_BEFORE = Text("此前已遗忘", "it was forgotten before")
_UNFINISHED = Text("尚未完成：请先执行 kiosk recover", "it is not finished: run kiosk recover first")
_OPEN_CASE = Text("有未结问题（{cases}）：请先结案", "it has an open case ({cases}): close it first")


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What was forgotten.

    Attributes:
        traces: another process reads the journal, so that the log still holds what was destroyed; it goes
            once that process has ended and nobody is served.
    """

    visits: tuple[str, ...] = ()
    traces: bool = False


def due(connection: sqlite3.Connection, before: datetime) -> tuple[str, ...]:
    """Return the visits to forget whose last record is older than a moment, oldest first."""
    query = (
        "SELECT visit_id FROM visits WHERE over = 1 AND cases = '' AND wrapped_key IS NOT NULL"
        " AND last_at < ? ORDER BY ordinal LIMIT ?"
    )
    return tuple(row[0] for row in connection.execute(query, (before.isoformat(), MOST_AT_ONCE)))


def why_not(connection: sqlite3.Connection, visit_id: str) -> Text | None:
    """Return why a visit cannot be forgotten now, None where it can."""
    query = "SELECT over, cases, wrapped_key IS NULL FROM visits WHERE visit_id = ?"
    row = connection.execute(query, (visit_id,)).fetchone()
    if row is None:
        return _NO_VISIT
    over, cases, forgotten = row
    if forgotten:
        return _BEFORE
    if not over:
        return _UNFINISHED
    return _OPEN_CASE.fill(cases=str(cases)) if cases else None


def destroy(connection: sqlite3.Connection, visit_ids: Sequence[str]) -> None:
    """Overwrite the keys of visits."""
    rows = [(visit_id,) for visit_id in visit_ids]
    connection.executemany("UPDATE visits SET wrapped_key = NULL WHERE visit_id = ?", rows)


def destroy_in_copies(folder: Path, visit_ids: Sequence[str]) -> None:
    """Destroy the keys in the copies made before migrations too; raise sqlite3.Error."""
    for copy in sorted(folder.glob("journal-before-*.db")):
        base = database.connect(copy, ("journal_mode=MEMORY", "secure_delete=ON", "busy_timeout=5000"))
        try:
            base.write(lambda connection: destroy(connection, visit_ids))
        finally:
            base.close()
