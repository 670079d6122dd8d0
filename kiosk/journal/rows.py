"""The visits' rows, sealed: nothing of them can change unseen.

The chain protects the records; a start trusts the rows beside them: which visits are open, and with which
key they are read. So each row carries an HMAC-SHA256 (RFC 2104) over all its columns, under a key derived
from the machine's, made anew in the commit of every record. To compare it takes some microseconds and
decrypts nothing. Folding every visit again takes a thousand times as long, and a later version of the program
that decides otherwise would call old rows changed.
"""

import hmac
import sqlite3
from typing import NamedTuple

from kiosk.domain.text import Text
from kiosk.journal import breaks, keys
from kiosk.journal.retention import FORGOTTEN
from kiosk.journal.trouble import is_no_text

COLUMNS = "visit_id, ordinal, began, wrapped_key, step, over, cases, last_seq, last_at"
"""The columns of `Row`, in its order."""

BEFORE_ALL = -(2**63)
"""Less than the place of any row."""

_PURPOSE = b"endorsement-kiosk journal rows 1"
_TRIED = 20
"""How many of the newest keys are tried before the machine's key is called the wrong one."""


class Row(NamedTuple):
    """What a seal covers of one visit; field meanings as in `models.VISITS`."""

    visit_id: str
    ordinal: int
    began: str
    wrapped_key: bytes | None
    step: str
    over: int
    cases: str
    last_seq: int
    last_at: str


class Seals:
    """Makes and compares the seals of one machine's rows."""

    def __init__(self, machine_key: bytes) -> None:
        self._machine_key = machine_key
        self._key = hmac.digest(machine_key, _PURPOSE, "sha256")

    def of(self, columns: tuple[object, ...]) -> bytes:
        """Return the seal of a row's columns; `ascii` writes each with its type, and in one way only."""
        return hmac.digest(self._key, ascii(columns).encode(), "sha256")

    def insert(self, connection: sqlite3.Connection, row: Row) -> None:
        """Write the row of a new visit."""
        statement = f"INSERT INTO visits ({COLUMNS}, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours
        connection.execute(statement, (*row, self.of(tuple(row))))

    def update(self, connection: sqlite3.Connection, row: Row) -> None:
        """Write where a visit stands now; what never changes of it is left as it is."""
        statement = (
            "UPDATE visits SET wrapped_key = ?, step = ?, over = ?, cases = ?, last_seq = ?, last_at = ?,"
            " seal = ? WHERE visit_id = ?"
        )
        connection.execute(statement, (*row[3:], self.of(tuple(row)), row.visit_id))

    def fault(self, connection: sqlite3.Connection, row: Row, seal: object) -> Text | None:
        """Return what is wrong with a row, None where it is as it was written."""
        if seal == self.of(tuple(row)):
            return None
        return breaks.row_changed(row.visit_id, self._why(connection, row))

    def _why(self, connection: sqlite3.Connection, row: Row) -> Text:
        """Say what a technician can know of a row whose seal does not fit."""
        if row.wrapped_key is None and not _noted(connection, row.visit_id):
            return breaks.KEY_GONE
        if row.wrapped_key is not None and not self._opens(row.wrapped_key):
            return breaks.KEY_FOREIGN
        return breaks.SEAL_BROKEN

    def _opens(self, wrapped: object) -> bool:
        try:
            keys.unwrap(self._machine_key, wrapped if isinstance(wrapped, bytes) else b"")
        except keys.JournalKeyError:
            return False
        return True

    def key_fault(self, connection: sqlite3.Connection, *, sealed: bool) -> Text | None:
        """Return why the machine's key is not the one that wrote this journal, None where it can be.

        One visit that opens is enough: where only some do not, it is those that were changed.

        Args:
            sealed: the journal's schema has seals.
        """
        query = "SELECT visit_id, wrapped_key FROM visits ORDER BY rowid DESC LIMIT ?"
        newest = connection.execute(query, (_TRIED,)).fetchall()
        tried = [one for one in newest if isinstance(one[1], bytes) and len(one[1]) == keys.WRAPPED_BYTES]
        if any(self._opens(wrapped) for _, wrapped in tried):
            return None
        gone = [one for one, wrapped in newest if wrapped is None and _noted(connection, one)]
        if sealed and any(self._sealed_here(connection, visit_id) for visit_id in gone):
            return None
        untold = [one for one, _ in tried] + (gone if sealed else [])
        return _opens_none(untold[0]) if untold else None

    def _sealed_here(self, connection: sqlite3.Connection, visit_id: str) -> bool:
        found = one(connection, visit_id)
        return found is not None and found[1] == self.of(tuple(found[0]))


def _opens_none(newest: object) -> Text:
    shown = breaks.plain(newest)
    return Text(
        f"它打不开任何业务，连最新的 {shown} 也打不开",
        f"it opens no visit, not even the newest, {shown}",
    )


def _noted(connection: sqlite3.Connection, visit_id: str) -> bool:
    """Return whether the chain says that a visit was forgotten."""
    query = "SELECT 1 FROM records WHERE visit_id = ? AND kind = 'note' AND name = ?"
    return connection.execute(query, (visit_id, FORGOTTEN)).fetchone() is not None


def one(connection: sqlite3.Connection, visit_id: str) -> tuple[Row, object] | None:
    """Return the row of a visit and what stands there as its seal; None where there is no such row."""
    query = f"SELECT {COLUMNS}, seal FROM visits WHERE visit_id = ?"  # noqa: S608 - ours
    found = connection.execute(query, (visit_id,)).fetchone()
    return None if found is None else (Row(*found[:-1]), found[-1])


def seal_all(connection: sqlite3.Connection, seals: Seals) -> None:
    """Seal every row as it stands: once, when a journal of an older schema gets its seals."""
    for (visit_id,) in connection.execute("SELECT visit_id FROM visits").fetchall():
        found = one(connection, visit_id)
        if found is not None:
            seals.update(connection, found[0])


class Rows:
    """Goes through all rows in the order in which they were written, some at a time or all at once.

    Rows are never deleted, so their places in the table (rowid) are 1, 2, 3 …
    """

    def __init__(self, seals: Seals) -> None:
        self._seals = seals
        self._place = 0

    def go_on(self, connection: sqlite3.Connection, most: int = -1) -> Text | None:
        """Check the next rows, all with -1; return what is wrong with one. After the last comes the first."""
        before = self._place
        try:
            fault = self._read(connection, most)
        except sqlite3.OperationalError as error:
            if not is_no_text(error):
                raise
            self._place = before
            connection.text_factory = _any_text  # a third slower, so only to find whose it is
            try:
                fault = self._read(connection, most)
            finally:
                connection.text_factory = str
        if fault is None and self._place - before != most:
            self._place = 0
        return fault

    def _read(self, connection: sqlite3.Connection, most: int) -> Text | None:
        query = f"SELECT rowid, seal, {COLUMNS} FROM visits WHERE rowid > ? ORDER BY rowid LIMIT ?"  # noqa: S608 - ours
        seals, place = self._seals, self._place
        for columns in connection.execute(query, (place or BEFORE_ALL, most)):
            place += 1
            if columns[0] != place:
                return breaks.row_missing(columns[2], before=True)
            if columns[1] != seals.of(columns[2:]):
                return seals.fault(connection, Row(*columns[2:]), columns[1])
            self._place = place
        return None


def _any_text(data: bytes) -> str:
    """Read a text that may not be UTF-8 any more."""
    return data.decode(errors="surrogateescape")


def without_row(connection: sqlite3.Connection, after: int) -> Text | None:
    """Return a visit that has records but no row; quick where few records follow `after`."""
    query = (
        "SELECT visit_id FROM records WHERE seq > ? AND visit_id NOT IN (SELECT visit_id FROM visits) LIMIT 1"
    )
    if after == 0:  # each id once, by its index
        query = (
            "WITH RECURSIVE ids(id) AS (SELECT min(visit_id) FROM records UNION ALL"
            " SELECT (SELECT min(visit_id) FROM records WHERE visit_id > id) FROM ids WHERE id IS NOT NULL)"
            " SELECT id FROM ids WHERE id > ? AND id NOT IN (SELECT visit_id FROM visits) LIMIT 1"
        )
    row = connection.execute(query, (after,)).fetchone()
    return None if row is None else breaks.row_missing(row[0])
