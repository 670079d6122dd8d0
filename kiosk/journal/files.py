"""The journal's files are their owner's alone: mode 0600, whatever the umask and an earlier version said."""

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_NAMES = (
    "journal.db",
    "journal.db-wal",
    "journal.db-shm",
    "journal.head",
    "journal.reserve",
    "kiosk.lock",
)


def private(path: Path) -> BinaryIO:
    """Empty a file, or make it with mode 0600, and open it to be written; raise OSError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def make_private(folder: Path) -> None:
    """Make the journal's file where there is none, and take it and what lies beside it from everybody else.

    SQLite gives log and shared memory the mode of the file that they belong to. Raises OSError.
    """
    os.close(os.open(folder / "journal.db", os.O_RDWR | os.O_CREAT, 0o600))
    for name in _NAMES:
        path = folder / name
        with suppress(FileNotFoundError, PermissionError):  # not there, or not ours: then others' business
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)
