"""Whether the journal is as it was written: every record there, unchanged, in its place, to the last."""

import sqlite3

from kiosk.journal import chain
from kiosk.journal.head import Head

NEWEST = 500
"""How many records are checked at every start: those of some twenty visits."""


def first_break(connection: sqlite3.Connection, head: Head | None = None, after: int = 0) -> str | None:
    """Return where and how the journal is broken, None where it is whole.

    Args:
        head: the chain's end as it was known before; without it a cut-off end shows only in the visits.
        after: look at the records after this one only.
    """
    return _damage(connection, after) or _chain(connection, head, after) or _visits(connection, after)


def end_break(connection: sqlite3.Connection, head: Head | None) -> str | None:
    """Return what is wrong with the newest records or the known end; quick, however long the journal is."""
    last, _ = chain.last(connection)
    after = max(last - NEWEST, 0)
    if head is not None and head.seq <= after:
        row = connection.execute("SELECT digest FROM records WHERE seq = ?", (head.seq,)).fetchone()
        if row is None or row[0] != head.digest:
            return f"record {head.seq} is not the one that stood there at {head.at}"
    return _chain(connection, head, after) or _visits(connection, max(after, 1))


def _damage(connection: sqlite3.Connection, after: int) -> str | None:
    """Ask SQLite whether its pages and indexes are sound; only where all is looked at."""
    if after:
        return None
    (told,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    return None if told == "ok" else f"the file is damaged: {' '.join(str(told).split())}"


def _chain(connection: sqlite3.Connection, head: Head | None, after: int) -> str | None:
    expected, previous = after, chain.GENESIS
    if after:
        row = connection.execute("SELECT digest FROM records WHERE seq = ?", (after,)).fetchone()
        if row is None:
            return f"record {after} is missing"
        previous = row[0]
    for link, digest in chain.links(connection, after):
        expected += 1
        if link.seq != expected:
            return f"record {expected} is missing"
        previous = chain.digest(previous, link)
        if previous != digest:
            return f"{link} was changed or moved"
        if head is not None and head.seq == link.seq and head.digest != digest:
            return f"{link} is not the one that stood there at {head.at}"
    if head is not None and head.seq > expected:
        return f"record {expected + 1} is missing: the end is cut off; at {head.at} there were {head.seq}"
    return None


def _visits(connection: sqlite3.Connection, after: int) -> str | None:
    """Compare each visit's last record with what its own row says: the end of a chain has no next link."""
    query = (
        "SELECT visit_id, last_seq, (SELECT max(seq) FROM records WHERE records.visit_id = visits.visit_id)"
        " AS found FROM visits WHERE last_seq > ? AND last_seq IS NOT found ORDER BY last_seq LIMIT 1"
    )
    row = connection.execute(query, (after,)).fetchone()
    if row is None:
        return None
    visit_id, last, found = row
    return f"record {last}, the last of visit {visit_id}, is missing (found {found or 'none'})"


class Round:
    """Goes through the whole journal again and again, some records at a time, while the machine waits."""

    def __init__(self) -> None:
        self._seq, self._digest = 0, chain.GENESIS

    def go_on(self, connection: sqlite3.Connection, records: int) -> str | None:
        """Check the next records; return where the chain is broken, None where it is not."""
        query = f"SELECT {chain.COLUMNS}, digest FROM records WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608
        rows = connection.execute(query, (self._seq, records)).fetchall()
        for row in rows:
            link = chain.Link(*row[:-1])
            if link.seq != self._seq + 1:
                return f"record {self._seq + 1} is missing"
            if chain.digest(self._digest, link) != row[-1]:
                return f"{link} was changed or moved"
            self._seq, self._digest = link.seq, row[-1]
        if len(rows) < records:
            self._seq, self._digest = 0, chain.GENESIS
        return None
