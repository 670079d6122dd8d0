"""The books on disk: one SQLite file, so that they survive a restart and serve several processes."""

import sqlite3
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from kiosk.authority.sandbox.books import Approval, Books, Issue, Outage, Remembered
from kiosk.domain.endorsement import Reason
from kiosk.domain.permit import PermitRecord

T = TypeVar("T")

_TABLES: dict[str, TypeAdapter[Any]] = {
    "records": TypeAdapter(PermitRecord),
    "approvals": TypeAdapter(Approval),
    "issues": TypeAdapter(Issue),
    "answers": TypeAdapter(Remembered),
    "nonces": TypeAdapter(datetime),
    "sequences": TypeAdapter(int),
    "refusals": TypeAdapter(Reason),
    "outages": TypeAdapter(Outage),
}
"""One table per field of `Books`, each with the type of its values."""

_WAIT_SECONDS = 10.0


class Store:
    """The books, changed one request at a time whatever the number of threads and processes.

    Args:
        path: the SQLite file; its folder is made, readable by its owner only.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        for table in _TABLES:
            self._connection.execute(
                f"CREATE TABLE IF NOT EXISTS {table} (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
            )
        self._books: Books | None = None
        self._version = -1

    def read(self) -> Books:
        """Return the books as they stand."""
        return self.change(lambda books: (books, books))

    def change(self, act: Callable[[Books], tuple[T, Books]]) -> T:
        """Run a pure function on the books and keep what it returns, in one transaction."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                before = self._current()
                result, after = act(before)
                self._write(before, after)
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._books = after
            return result

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _current(self) -> Books:
        """Return the books from memory unless another process has written since."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if self._books is None or version != self._version:
            self._books = Books(**{table: self._read_table(table) for table in _TABLES})
            self._version = version
        return self._books

    def _read_table(self, table: str) -> dict[str, Any]:
        rows = self._connection.execute(f"SELECT key, value FROM {table}")  # noqa: S608 - names are ours
        return {key: _TABLES[table].validate_json(value) for key, value in rows}

    def _write(self, before: Books, after: Books) -> None:
        for table, adapter in _TABLES.items():
            old: Mapping[str, Any] = getattr(before, table)
            new: Mapping[str, Any] = getattr(after, table)
            if old is new:
                continue
            gone = [(key,) for key in old if key not in new]
            changed = [
                (key, adapter.dump_json(value).decode())
                for key, value in new.items()
                if key not in old or old[key] is not value
            ]
            self._connection.executemany(f"DELETE FROM {table} WHERE key = ?", gone)  # noqa: S608 - ours
            self._connection.executemany(f"REPLACE INTO {table} VALUES (?, ?)", changed)  # noqa: S608 - ours
