"""What the simulated networks remember, in SQLite, so that a restart forgets nothing."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from cattrs import structure

from kiosk.domain.payment import Channel

_NONCE_LIFE = timedelta(minutes=15)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
  channel TEXT NOT NULL, number TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
  subject TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL UNIQUE,
  opened_at TEXT NOT NULL, expires_at TEXT NOT NULL,
  notify_url TEXT NOT NULL, txn_time TEXT NOT NULL, scanned INTEGER NOT NULL, transaction_id TEXT NOT NULL,
  paid_at TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'qr', PRIMARY KEY (channel, number));
CREATE INDEX IF NOT EXISTS orders_by_transaction ON orders (channel, transaction_id);
CREATE TABLE IF NOT EXISTS refunds (
  channel TEXT NOT NULL, order_number TEXT NOT NULL, number TEXT NOT NULL, amount INTEGER NOT NULL,
  state TEXT NOT NULL, refund_id TEXT NOT NULL, txn_time TEXT NOT NULL, asked_at TEXT NOT NULL,
  PRIMARY KEY (channel, order_number, number));
CREATE TABLE IF NOT EXISTS repeats (
  channel TEXT NOT NULL, number TEXT NOT NULL, transaction_id TEXT NOT NULL, paid_at TEXT NOT NULL,
  PRIMARY KEY (channel, transaction_id));
CREATE TABLE IF NOT EXISTS payer_codes (
  code TEXT PRIMARY KEY, channel TEXT NOT NULL, wallet TEXT NOT NULL, made_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY, seen_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notices (
  id INTEGER PRIMARY KEY, channel TEXT NOT NULL, order_number TEXT NOT NULL, event TEXT NOT NULL,
  tries INTEGER NOT NULL, due_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS faults (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, channel TEXT NOT NULL, operation TEXT NOT NULL,
  order_number TEXT NOT NULL, times INTEGER NOT NULL, seconds REAL NOT NULL,
  probability REAL NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


# What ledgers lack that were made by earlier versions.
_LATER_COLUMNS = (
    ("orders", "kind", "ALTER TABLE orders ADD COLUMN kind TEXT NOT NULL DEFAULT 'qr'"),
    ("faults", "probability", "ALTER TABLE faults ADD COLUMN probability REAL NOT NULL DEFAULT 1"),
)


class OrderKind(StrEnum):
    """Who shows the code: the kiosk a QR code, or the payer's phone."""

    QR = "qr"
    PAYER_CODE = "payer_code"


class OrderState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order as the network keeps it. Times are UTC, ISO 8601; "" where there is none."""

    channel: Channel
    number: str
    amount: int
    subject: str
    state: OrderState
    code: str
    opened_at: str
    expires_at: str
    notify_url: str = ""
    txn_time: str = ""
    scanned: bool = False
    transaction_id: str = ""
    paid_at: str = ""
    kind: OrderKind = OrderKind.QR

    def over(self, now: datetime) -> bool:
        """Return whether the order's time to be paid is past."""
        return bool(self.expires_at) and now > datetime.fromisoformat(self.expires_at)

    def payable(self, now: datetime) -> bool:
        return self.state is OrderState.OPEN and not self.over(now)


@dataclass(frozen=True, slots=True)
class StoredRefund:
    """A refund as the network keeps it; `state` is "processing" until its first query, then "done"."""

    channel: Channel
    order_number: str
    number: str
    amount: int
    state: str
    refund_id: str
    txn_time: str
    asked_at: str


@dataclass(frozen=True, slots=True)
class StoredRepeat:
    """A second payment of an order that was paid already."""

    channel: Channel
    number: str
    transaction_id: str
    paid_at: str


class Wallet(StrEnum):
    """What a payer's phone does when its code is taken."""

    PAYS = "pays"
    ASKS = "asks"
    REFUSES = "refuses"


@dataclass(frozen=True, slots=True)
class StoredPayerCode:
    """A payment code on a phone's screen."""

    code: str
    channel: Channel
    wallet: Wallet
    made_at: str


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notification still to be delivered."""

    id: int
    channel: Channel
    order_number: str
    event: str
    tries: int
    due_at: str


@dataclass(frozen=True, slots=True)
class StoredFault:
    """A fault on order; "" and 0 mean "any" and "until withdrawn"."""

    id: int
    kind: str
    channel: str
    operation: str
    order_number: str
    times: int
    seconds: float
    probability: float = 1.0


_Row = TypeVar("_Row", StoredOrder, StoredRefund, StoredRepeat, StoredPayerCode, StoredNotice, StoredFault)


def stamp(moment: datetime) -> str:
    """Return a moment as the ledger keeps it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Ledger:
    """The networks' books. One connection, one writer at a time; every change is one transaction."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)
        for table, column, statement in _LATER_COLUMNS:
            known = self._connection.execute(f"PRAGMA table_info({table})")
            if column not in {row[1] for row in known}:
                self._connection.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything done inside, or nothing of it."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    # orders

    def order(self, channel: Channel, number: str) -> StoredOrder | None:
        return self._one(StoredOrder, "orders WHERE channel = ? AND number = ?", channel, number)

    def order_of_transaction(self, channel: Channel, transaction_id: str) -> StoredOrder | None:
        where = "orders WHERE channel = ? AND transaction_id = ? AND transaction_id != ''"
        return self._one(StoredOrder, where, channel, transaction_id)

    def order_of_code(self, code: str) -> StoredOrder | None:
        return self._one(StoredOrder, "orders WHERE code = ?", code)

    def orders_of_number(self, number: str) -> list[StoredOrder]:
        return self._all(StoredOrder, "orders WHERE number = ?", number)

    def latest_orders(self, limit: int) -> list[StoredOrder]:
        return self._all(StoredOrder, "orders ORDER BY opened_at DESC, number LIMIT ?", limit)

    def save_order(self, order: StoredOrder) -> None:
        self._save("orders", order)

    def paid_between(self, channel: Channel, start: datetime, end: datetime) -> list[StoredOrder]:
        """Return the orders paid from `start` to before `end`, oldest first."""
        where = (
            "orders WHERE channel = ? AND state = 'paid' AND paid_at >= ? AND paid_at < ? ORDER BY paid_at"
        )
        return self._all(StoredOrder, where, channel, stamp(start), stamp(end))

    # payer's codes

    def add_payer_code(self, code: StoredPayerCode) -> None:
        self._run("INSERT INTO payer_codes VALUES (?, ?, ?, ?)", *astuple(code))

    def take_payer_code(self, channel: Channel, code: str) -> StoredPayerCode | None:
        """Return a code and forget it: it pays once."""
        found = self._one(StoredPayerCode, "payer_codes WHERE channel = ? AND code = ?", channel, code)
        self._run("DELETE FROM payer_codes WHERE code = ?", code)
        return found

    # payments of what was paid already

    def add_repeat(self, order: StoredOrder, transaction_id: str, paid_at: datetime) -> None:
        sql = "INSERT INTO repeats VALUES (?, ?, ?, ?)"
        self._run(sql, order.channel, order.number, transaction_id, stamp(paid_at))

    def repeats_between(self, channel: Channel, start: datetime, end: datetime) -> list[StoredRepeat]:
        where = "repeats WHERE channel = ? AND paid_at >= ? AND paid_at < ? ORDER BY paid_at"
        return self._all(StoredRepeat, where, channel, stamp(start), stamp(end))

    # refunds

    def refunds_between(self, channel: Channel, start: datetime, end: datetime) -> list[StoredRefund]:
        """Return the refunds asked for from `start` to before `end`, oldest first."""
        where = "refunds WHERE channel = ? AND asked_at >= ? AND asked_at < ? ORDER BY asked_at, number"
        return self._all(StoredRefund, where, channel, stamp(start), stamp(end))

    def refunds(self, channel: Channel, order_number: str) -> list[StoredRefund]:
        where = "refunds WHERE channel = ? AND order_number = ? ORDER BY asked_at, number"
        return self._all(StoredRefund, where, channel, order_number)

    def refund(self, channel: Channel, number: str) -> StoredRefund | None:
        return self._one(StoredRefund, "refunds WHERE channel = ? AND number = ?", channel, number)

    def save_refund(self, refund: StoredRefund) -> None:
        self._save("refunds", refund)

    # nonces and numbers

    def use_nonce(self, nonce: str, now: datetime) -> bool:
        """Return True the first time a nonce is seen within fifteen minutes."""
        self._run("DELETE FROM nonces WHERE seen_at < ?", stamp(now - _NONCE_LIFE))
        return self._run("INSERT OR IGNORE INTO nonces VALUES (?, ?)", nonce, stamp(now)).rowcount == 1

    def next_number(self, name: str) -> int:
        """Return 1, 2, 3 … under each name, for transaction ids."""
        self._run("INSERT OR IGNORE INTO counters VALUES (?, 0)", name)
        self._run("UPDATE counters SET value = value + 1 WHERE name = ?", name)
        row = self._run("SELECT value FROM counters WHERE name = ?", name).fetchone()
        return int(row[0])

    # notifications

    def add_notice(self, order: StoredOrder, event: str, due_at: datetime) -> None:
        if order.notify_url:
            sql = "INSERT INTO notices (channel, order_number, event, tries, due_at) VALUES (?, ?, ?, 0, ?)"
            self._run(sql, order.channel, order.number, event, stamp(due_at))

    def notices(self) -> list[StoredNotice]:
        return self._all(StoredNotice, "notices ORDER BY due_at, id")

    def put_off(self, notice: StoredNotice, due_at: datetime) -> None:
        sql = "UPDATE notices SET tries = tries + 1, due_at = ? WHERE id = ?"
        self._run(sql, stamp(due_at), notice.id)

    def drop_notice(self, notice: StoredNotice) -> None:
        self._run("DELETE FROM notices WHERE id = ?", notice.id)

    # faults

    def add_fault(
        self,
        kind: str,
        *,
        channel: str,
        operation: str,
        order_number: str,
        times: int,
        seconds: float,
        probability: float,
    ) -> int:
        columns = "kind, channel, operation, order_number, times, seconds, probability"
        sql = f"INSERT INTO faults ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constant names
        cursor = self._run(sql, kind, channel, operation, order_number, times, seconds, probability)
        return int(cursor.lastrowid or 0)

    def faults(self) -> list[StoredFault]:
        return self._all(StoredFault, "faults ORDER BY id")

    def count_fault(self, fault: StoredFault) -> None:
        """Note that a fault has struck; the last of its times removes it."""
        if fault.times == 1:
            self.drop_fault(fault.id)
        elif fault.times > 1:
            self._run("UPDATE faults SET times = times - 1 WHERE id = ?", fault.id)

    def drop_fault(self, fault_id: int) -> bool:
        return self._run("DELETE FROM faults WHERE id = ?", fault_id).rowcount == 1

    def drop_faults(self) -> None:
        self._run("DELETE FROM faults")

    # rows

    def _run(self, sql: str, *values: object) -> sqlite3.Cursor:
        with self._lock:
            return self._connection.execute(sql, values)

    def _save(self, table: str, row: StoredOrder | StoredRefund) -> None:
        values = astuple(row)
        marks = ", ".join("?" * len(values))
        self._run(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", *values)  # noqa: S608 - constant names

    def _all(self, kind: type[_Row], rest: str, *values: object) -> list[_Row]:
        names = [field.name for field in fields(kind)]
        rows = self._run(f"SELECT {', '.join(names)} FROM {rest}", *values).fetchall()  # noqa: S608 - constant names
        return [structure(dict(zip(names, row, strict=True)), kind) for row in rows]

    def _one(self, kind: type[_Row], rest: str, *values: object) -> _Row | None:
        rows = self._all(kind, rest, *values)
        return rows[0] if rows else None
