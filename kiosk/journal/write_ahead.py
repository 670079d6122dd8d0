"""The write-ahead log: emptied into the journal's file between visits, never in the middle of one.

Left to itself SQLite empties the log in the commit that fills it, which syncs twice more, and the commit
after that begins the log anew, which syncs once more (https://sqlite.org/wal.html, Checkpointing). Here
`database.PRAGMAS` switches that off, and whoever empties the log also begins it anew.

The connection that writes does it, on its own thread and so never beside a commit: up to version 3.51.2
SQLite could lose commits where two connections wrote or emptied the log at one instant
(https://sqlite.org/wal.html#walresetbug), and Debian 12 has 3.40.
"""

import sqlite3
from pathlib import Path

LONG = 1024 * 1024
"""From this size, bytes, the log is emptied as soon as nobody is served; a visit writes some 400 KiB."""

MOST = 64 * 1024 * 1024
"""Above this size, bytes, no visit begins: 150 visits that another program's reading kept in the log."""


def size(folder: Path | None) -> int:
    """Return the log's size, bytes; 0 where there is none."""
    if folder is None:
        return 0
    try:
        return (folder / "journal.db-wal").stat().st_size
    except FileNotFoundError:
        return 0


def empty(connection: sqlite3.Connection) -> bool:
    """Bring the log into the file, as far as no other program still reads it; return whether it is empty.

    Waits for nobody. Three or four syncs, and two where another program reads; none where there was
    nothing to bring. Raises sqlite3.Error; what was committed is then still in the log.
    """
    (patience_ms,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute("PRAGMA busy_timeout=0")
    try:
        busy, pages, brought = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout={patience_ms}")
    if 0 <= pages == brought:
        _begin_anew(connection)
    return not busy


def _begin_anew(connection: sqlite3.Connection) -> None:
    """Commit the file's first page as it is: the first commit of a log syncs its header as well."""
    connection.execute("PRAGMA user_version=0")
