"""What a disk or a file can refuse, as the reason that a technician can act on."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.text import Text


class JournalUnavailable(Exception):
    """The journal cannot be written or read: the machine must not serve anyone.

    Attributes:
        text: why, for staff; where disk or file said it themselves, in the one language that they speak.
        code: which failure of the catalogue it is.
    """

    def __init__(self, why: Text | str, code: FailureCode = FailureCode.JOURNAL_UNAVAILABLE) -> None:
        self.text = why if isinstance(why, Text) else Text(why, why)
        super().__init__(self.text.en)
        self.code = code

    @property
    def fault(self) -> Fault:
        return Fault(self.code, self.text.en)


def damaged(why: Text) -> JournalUnavailable:
    """Return the error of a journal that is not as it was written."""
    text = Text(f"流水不完整：{why.zh}", f"the journal is broken: {why.en}")
    return JournalUnavailable(text, FailureCode.JOURNAL_DAMAGED)


# Primary result codes of SQLite, https://sqlite.org/rescode.html
_ERROR, _FULL, _CORRUPT, _NOT_A_DATABASE = 1, 13, 11, 26
_CODES = {
    _ERROR: FailureCode.JOURNAL_DAMAGED,  # our statements are sound: a table or a column is missing
    _FULL: FailureCode.JOURNAL_FULL,
    _CORRUPT: FailureCode.JOURNAL_DAMAGED,
    _NOT_A_DATABASE: FailureCode.JOURNAL_DAMAGED,
}


def is_full(error: sqlite3.Error) -> bool:
    """Return whether SQLite found no room on the disk."""
    return _primary(error) == _FULL


def is_no_text(error: sqlite3.Error) -> bool:
    """Return whether a text is no UTF-8, and so was never written so; Python's driver has no code for it."""
    return str(error).startswith("Could not decode to UTF-8")


def _primary(error: sqlite3.Error) -> int:
    """Return the primary result code: the low byte of the extended one."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def named(doing: str) -> Iterator[None]:
    """Turn what SQLite or the disk refuse into JournalUnavailable; `doing` completes "cannot be …"."""
    try:
        yield
    except sqlite3.Error as error:
        code = _CODES.get(_primary(error), FailureCode.JOURNAL_UNAVAILABLE)
        if is_no_text(error):
            code = FailureCode.JOURNAL_DAMAGED
        raise JournalUnavailable(f"the journal cannot be {doing}: {error}", code) from error
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        code = FailureCode.JOURNAL_FULL if full else FailureCode.JOURNAL_UNAVAILABLE
        raise JournalUnavailable(f"the journal cannot be {doing}: {error}", code) from error
