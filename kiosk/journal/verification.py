"""Whether the journal is as it was written: every record there, unchanged, in its place, to the last."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from kiosk.domain.text import Text
from kiosk.journal import breaks, chain
from kiosk.journal.head import Head
from kiosk.journal.rows import Rows, Seals, without_row

NEWEST = 500
"""How many records are checked at every start: those of some twenty visits."""

_EVERY = 4096
"""Records between two words about how far a check has come."""

Watch = Callable[[int], None]
"""Is told how many records have been checked."""


def first_break(
    connection: sqlite3.Connection, seals: Seals, heads: Sequence[Head] = (), watch: Watch | None = None
) -> Text | None:
    """Return where and how the journal is broken, None where it is whole.

    One record is held at a time: however long the journal, it takes no more memory.

    Args:
        seals: of this machine, by which its visits' rows are known.
        heads: ends of the chain as they were known before; without any, a cut-off end shows only in the
            visits.
        watch: called every few thousand records, once the file itself has been looked at.
    """
    return (
        damage(connection)
        or _chain(connection, heads, 0, watch)
        or Rows(seals).go_on(connection)
        or _visits(connection, 0)
    )


def end_break(connection: sqlite3.Connection, seals: Seals, head: Head | None) -> Text | None:
    """Return what is wrong with the newest records, the known end or any visit's row.

    Quick, however long the journal is: 100,000 rows take half a second.
    """
    last, _ = chain.last(connection)
    after = max(last - NEWEST, 0)
    if head is not None and head.seq <= after:
        row = connection.execute("SELECT digest FROM records WHERE seq = ?", (head.seq,)).fetchone()
        if row is None or row[0] != head.digest:
            return breaks.another(head.at, head.seq)
    heads = () if head is None else (head,)
    return (
        _chain(connection, heads, after)
        or Rows(seals).go_on(connection)
        or _visits(connection, max(after, 1))
    )


def damage(connection: sqlite3.Connection, *, quick: bool = False) -> Text | None:
    """Ask SQLite whether its pages and indexes are sound; `quick` does not compare one with the other."""
    (told,) = connection.execute(f"PRAGMA {'quick' if quick else 'integrity'}_check(1)").fetchone()
    return None if told == "ok" else breaks.page(" ".join(str(told).split()))


def _chain(
    connection: sqlite3.Connection, heads: Sequence[Head], after: int, watch: Watch | None = None
) -> Text | None:
    seq, digest = after, chain.GENESIS
    if after:
        row = connection.execute("SELECT digest FROM records WHERE seq = ?", (after,)).fetchone()
        if row is None:
            return breaks.missing(after)
        digest = row[0]
    known = {head.seq for head in heads}
    for row in chain.rows(connection, after):
        fault = _fault(row, seq, digest)
        if fault is not None:
            return fault
        seq, digest = seq + 1, row[-1]
        if seq in known and (head := _contradicted(heads, seq, digest)):
            return breaks.another(head.at, *_named(row[:-1]))
        if watch is not None and seq % _EVERY == 0:
            watch(seq)
    return _cut_off(heads, seq)


def _fault(row: tuple[Any, ...], seq: int, digest: bytes) -> Text | None:
    """Return what is wrong with a record; `seq` and `digest` are those of the one before it."""
    fields: chain.Fields = row[:-1]
    if fields[0] != seq + 1:
        return breaks.missing(seq + 1)
    try:
        if chain.digest(digest, fields) == row[-1]:
            return None
    except chain.WrongType:
        pass  # what was written is of the right type
    return breaks.changed(*_named(fields))


def _named(fields: chain.Fields) -> tuple[object, object, object]:
    """Return by what a record is called: its number, its name and its visit."""
    link = chain.Link(*fields)
    return link.seq, link.name, link.visit_id


def _contradicted(heads: Sequence[Head], seq: int, digest: bytes) -> Head | None:
    """Return a known end that has another record in this place."""
    return next((head for head in heads if head.seq == seq and head.digest != digest), None)


def _cut_off(heads: Sequence[Head], seq: int) -> Text | None:
    """Return which known end the journal does not reach any more; `seq` is its last record."""
    for head in heads:
        if head.seq > seq:
            return breaks.cut_off(seq + 1, head.at, head.seq)
    return None


def _visits(connection: sqlite3.Connection, after: int) -> Text | None:
    """Compare each visit's last record with what its own row says: the end of a chain has no next link."""
    rowless = without_row(connection, after if after > 1 else 0)
    if rowless is not None:
        return rowless
    query = (
        "SELECT visit_id, last_seq, (SELECT max(seq) FROM records WHERE records.visit_id = visits.visit_id)"
        " AS found FROM visits WHERE last_seq > ? AND last_seq IS NOT found ORDER BY last_seq LIMIT 1"
    )
    row = connection.execute(query, (after,)).fetchone()
    if row is None:
        return None
    visit_id, last, found = row
    return breaks.last_missing(last, visit_id, found)


class Round:
    """Goes through the whole journal again and again, a little at a time, while the machine waits."""

    def __init__(self, seals: Seals) -> None:
        self._seq, self._digest = 0, chain.GENESIS
        self._rows = Rows(seals)

    def go_on(self, connection: sqlite3.Connection, records: int) -> Text | None:
        """Check the next records, and as many visits' rows; return what is broken, None where nothing is."""
        rows = chain.rows(connection, self._seq, records).fetchall()
        for row in rows:
            fault = _fault(row, self._seq, self._digest)
            if fault is not None:
                return fault
            self._seq, self._digest = self._seq + 1, row[-1]
        if len(rows) < records:
            self._seq, self._digest = 0, chain.GENESIS
        return self._rows.go_on(connection, records)
