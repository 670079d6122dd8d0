"""The durable record of every purse debit: on the disk before the card is debited, kept until settled."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kiosk.domain.money import Fen
from kiosk.domain.purse import PreparedDebit


class RecordState(StrEnum):
    """Where a debit stands. `DOUBTFUL` is written before the card hears of it."""

    DOUBTFUL = "doubtful"
    PAID = "paid"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class PurseRecord:
    """One debit; `terminal` and `serial` together name it for ever.

    Attributes:
        at: aware UTC, to the second, as it stands in the card's own record.
        tac: the card's proof, 4 bytes; empty until it is paid.
    """

    order_number: str
    terminal: bytes
    serial: int
    at: datetime
    logical: bytes = field(repr=False)
    physical: bytes = field(repr=False)
    amount: Fen
    balance_after: Fen = field(repr=False)
    count: int
    state: RecordState = RecordState.DOUBTFUL
    tac: bytes = b""

    @property
    def reference(self) -> str:
        """Return what names the debit on slips and in the journal: terminal, serial and TAC, in hex."""
        return f"{self.terminal.hex()}-{self.serial:08x}-{self.tac.hex()}"

    def paid(self, tac: bytes) -> "PurseRecord":
        return replace(self, state=RecordState.PAID, tac=tac)

    def void(self) -> "PurseRecord":
        return replace(self, state=RecordState.VOID)


def record_of(order_number: str, prepared: PreparedDebit) -> PurseRecord:
    """Return the record of a prepared debit, in doubt until the reader has completed it."""
    return PurseRecord(
        order_number,
        prepared.terminal,
        prepared.serial,
        prepared.at,
        prepared.logical,
        prepared.physical,
        prepared.amount,
        prepared.balance_after,
        prepared.count,
    )


class PurseRecords(Protocol):
    """Where the records are kept; `put` returns only when the record survives a power cut."""

    def put(self, record: PurseRecord) -> None:
        """Store a record, or a later state of it; a paid or void one never changes again.

        Raises RecordsUnavailable; nothing is stored then.
        """

    def of_order(self, number: str) -> tuple[PurseRecord, ...]:
        """Return the records of an order, oldest first."""

    def doubtful_of(self, logical: bytes) -> tuple[PurseRecord, ...]:
        """Return the debits of a card that nobody knows the end of, oldest first."""

    def between(self, begin: datetime, end: datetime) -> tuple[PurseRecord, ...]:
        """Return the records with `begin` <= at < `end`, oldest first."""


class RecordsUnavailable(Exception):
    """A record cannot be kept: no card may be debited. The text says why, never whose it is."""


_SCHEMA = """
CREATE TABLE IF NOT EXISTS debit (
  terminal BLOB NOT NULL, serial INTEGER NOT NULL, order_number TEXT NOT NULL, at INTEGER NOT NULL,
  logical BLOB NOT NULL, physical BLOB NOT NULL, amount INTEGER NOT NULL, balance_after INTEGER NOT NULL,
  count INTEGER NOT NULL, state TEXT NOT NULL, tac BLOB NOT NULL, PRIMARY KEY (terminal, serial)
) STRICT;
CREATE INDEX IF NOT EXISTS debit_order ON debit (order_number);
CREATE INDEX IF NOT EXISTS debit_at ON debit (at);
"""
_COLUMNS = "order_number, terminal, serial, at, logical, physical, amount, balance_after, count, state, tac"
_PUT = f"""
INSERT INTO debit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (terminal, serial) DO UPDATE SET state = excluded.state, tac = excluded.tac
WHERE (debit.order_number, debit.logical, debit.amount, debit.at)
    = (excluded.order_number, excluded.logical, excluded.amount, excluded.at)
  AND (debit.state = 'doubtful' OR (debit.state, debit.tac) = (excluded.state, excluded.tac))
"""  # noqa: S608 - constants only


class SqlitePurseRecords:
    """The records in one SQLite file of mode 0600; each `put` is synchronised to the disk."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        with _available():
            self._connection.execute("PRAGMA journal_mode = DELETE")
            self._connection.execute("PRAGMA synchronous = EXTRA")
            self._connection.executescript(_SCHEMA)

    def put(self, record: PurseRecord) -> None:
        with self._lock, _available():
            changed = self._connection.execute(_PUT, _row(record)).rowcount
        if changed != 1:
            raise RecordsUnavailable(f"debit {record.serial:08x} is final, or another one")

    def of_order(self, number: str) -> tuple[PurseRecord, ...]:
        return self._select("order_number = ?", number)

    def doubtful_of(self, logical: bytes) -> tuple[PurseRecord, ...]:
        return self._select("logical = ? AND state = 'doubtful'", logical)

    def between(self, begin: datetime, end: datetime) -> tuple[PurseRecord, ...]:
        return self._select("at >= ? AND at < ?", int(begin.timestamp()), int(end.timestamp()))

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _select(self, condition: str, *values: object) -> tuple[PurseRecord, ...]:
        order = "ORDER BY at, serial"
        with self._lock, _available():
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM debit WHERE {condition} {order}",  # noqa: S608 - constants only
                values,
            ).fetchall()
        return tuple(map(_record, rows))


def _row(record: PurseRecord) -> tuple[object, ...]:
    return (
        record.order_number,
        record.terminal,
        record.serial,
        int(record.at.timestamp()),
        record.logical,
        record.physical,
        record.amount,
        record.balance_after,
        record.count,
        record.state.value,
        record.tac,
    )


def _record(row: sqlite3.Row) -> PurseRecord:
    return PurseRecord(
        row["order_number"],
        row["terminal"],
        row["serial"],
        datetime.fromtimestamp(row["at"], UTC),
        row["logical"],
        row["physical"],
        Fen(row["amount"]),
        Fen(row["balance_after"]),
        row["count"],
        RecordState(row["state"]),
        row["tac"],
    )


@contextmanager
def _available() -> Iterator[None]:
    """Turn what a disk or a broken file does into RecordsUnavailable."""
    try:
        yield
    except sqlite3.Error as error:
        raise RecordsUnavailable(f"{type(error).__name__}: {error.sqlite_errorname}") from error
