"""Room set aside on the disk: when it is full, a visit that has begun can still come to its end."""

import os
from contextlib import suppress
from pathlib import Path

from kiosk.journal.files import private

BYTES = 4 * 1024 * 1024
"""A visit writes some 400 KiB into the log; emptying the log afterwards wants room in the journal as well."""

_NAME = "journal.reserve"


def is_there(folder: Path) -> bool:
    """Return whether the room is set aside."""
    try:
        return (folder / _NAME).stat().st_size == BYTES
    except OSError:
        return False


def set_aside(folder: Path) -> bool:
    """Take the room, if it is not taken; return whether there is any."""
    if is_there(folder):
        return True
    path = folder / _NAME
    try:
        with private(path) as file:
            os.posix_fallocate(file.fileno(), 0, BYTES)
    except OSError:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return False
    return True


def release(folder: Path | None) -> bool:
    """Give the room back to the disk; return whether there was any."""
    if folder is None or not is_there(folder):
        return False
    (folder / _NAME).unlink(missing_ok=True)
    return True
