"""The journal's SQLite file: one connection, durable settings, one transaction a step."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from kiosk.journal import reserve, write_ahead
from kiosk.journal.trouble import is_full

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=0",
    "foreign_keys=ON",
    "secure_delete=ON",
    "busy_timeout=5000",
)
"""WAL and synchronous=FULL: a commit survives a power cut and costs one sync (https://sqlite.org/wal.html,
Performance Considerations). wal_autocheckpoint: the log is emptied between visits (`write_ahead`).
secure_delete: what is overwritten or deleted is zeroed in its page."""

T = TypeVar("T")


class Database:
    """One connection, used by one thread at a time.

    Attributes:
        folder: where the file lies; None for one in memory or on another VFS.
        committing: called inside every transaction just before its commit; a simulation crashes there.
    """

    def __init__(self, connection: sqlite3.Connection, folder: Path | None = None) -> None:
        connection.isolation_level = None  # transactions begin and end here and nowhere else
        self.connection = connection
        self.folder = folder
        self.committing: Callable[[], None] = lambda: None

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Commit what `work` writes, all or nothing, and return what it returns. Raises sqlite3.Error.

        On a full disk it is done once more with the room that was set aside (`reserve`), so that a visit
        that has begun can come to its end.
        """
        return self._with_room(lambda: self._transact(work))

    def empty_log(self) -> bool:
        """Bring the log into the file; return whether nothing is left of it. Raises sqlite3.Error.

        On a full disk with the room that was set aside: the log is then shortened, which gives room back.
        """
        return self._with_room(lambda: write_ahead.empty(self.connection))

    @property
    def log_bytes(self) -> int:
        """Return the log's size, bytes."""
        return write_ahead.size(self.folder)

    def try_writing(self) -> None:
        """Raise sqlite3.Error where nothing could be written; writes nothing and syncs nothing."""
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("ROLLBACK")

    def _with_room(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except sqlite3.Error as error:
            if not (is_full(error) and reserve.release(self.folder)):
                raise
        return work()

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            done = work(self.connection)
            self.committing()
            self.connection.execute("COMMIT")
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        return done

    def close(self) -> None:
        """Let go of the file; SQLite empties the log where nobody else reads it."""
        self.connection.close()


def connect_reading(folder: Path) -> Database:
    """Open a folder's journal to be read only; raise sqlite3.Error.

    Where the folder cannot be written and no log (WAL) is left, the file is read as one that nobody
    changes: else SQLite would want to make the log's index beside it (https://sqlite.org/wal.html,
    Read-Only Databases).
    """
    path = folder / "journal.db"
    log = path.with_name("journal.db-wal")
    pragmas = ("busy_timeout=5000", "query_only=ON")
    if _writable(folder) or (log.exists() and log.stat().st_size > 0):
        return connect(path, pragmas)
    return connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", pragmas)


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK)


def connect(path: Path | str, pragmas: Sequence[str] = PRAGMAS) -> Database:
    """Open or create a journal's file; raise sqlite3.Error. A URI (``file:…``) may name a VFS."""
    name = str(path)
    uri = name.startswith("file:")
    connection = sqlite3.connect(name, uri=uri, check_same_thread=False)
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return Database(connection, None if uri else Path(name).parent)
