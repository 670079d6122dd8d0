"""What disk, file, clock and version can do to the journal: a reason by name, and never half a record."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.failure import FailureCode
from kiosk.journal import reserve, schema
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.journal.timekeeping import EARLIEST, SET_BACK, clock_fault
from kiosk.visit import events as e
from kiosk.visit.model import Step
from tests.journal.test_journal_store import Journaled, said
from tests.visit.world import NOON


def refusing(code: int, times: int) -> Callable[[], None]:
    """Return a commit that fails with an SQLite result code so many times."""
    left = iter(range(times))

    def commit() -> None:
        if next(left, None) is not None:
            error = sqlite3.OperationalError("made up by the test")
            error.sqlite_errorcode = code
            raise error

    return commit


def fill(journal: Journal) -> None:
    for ordinal in range(2, 60):
        Journaled(journal, ordinal)


def test_on_a_full_disk_a_visit_goes_on_with_the_room_that_was_set_aside(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    told = Journaled(journal)
    told.until(Step.PAYING)
    assert reserve.is_there(tmp_path)
    journal._base.committing = refusing(sqlite3.SQLITE_FULL, 1)
    before = journal.head(NOON).seq
    assert told.tell(e.Cancelled())
    assert not reserve.is_there(tmp_path)
    assert journal.head(NOON).seq == before + 2
    assert journal.verify() is None


def test_a_disk_that_stays_full_stops_the_machine_and_nothing_is_half(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    told = Journaled(journal)
    told.until(Step.PAYING)
    (pages,) = journal._base.connection.execute("PRAGMA page_count").fetchone()
    journal._base.connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(JournalUnavailable) as refused:
        fill(journal)
    assert refused.value.code is FailureCode.JOURNAL_FULL
    assert refused.value.fault.detail
    assert journal.verify() is None
    assert journal.fold(told.id) == told.folded
    journal.close()
    again = Journal.open(tmp_path)
    assert again.verify() is None
    assert again.unready(told.at) is None


def test_no_visit_begins_without_room_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal.open(tmp_path)
    assert journal.unready(NOON) is None
    reserve.release(tmp_path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    fault = journal.unready(NOON)
    assert fault is not None
    assert fault.code is FailureCode.JOURNAL_FULL
    monkeypatch.undo()
    assert journal.unready(NOON) is None
    assert reserve.is_there(tmp_path)


def test_a_journal_that_became_read_only_takes_nothing_and_says_so(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    told = Journaled(journal)
    told.until(Step.PAYING)
    journal._base.connection.execute("PRAGMA query_only=ON")
    with pytest.raises(JournalUnavailable, match="readonly"):
        told.tell(e.Cancelled())
    fault = journal.unready(told.at)
    assert fault is not None
    assert fault.code is FailureCode.JOURNAL_UNAVAILABLE
    assert journal.fold(told.id) == told.folded


@pytest.mark.parametrize("page", range(2, 12, 3))
def test_a_damaged_page_is_found_and_never_read_as_if_it_were_whole(tmp_path: Path, page: int) -> None:
    journal = Journal.open(tmp_path)
    for ordinal in range(1, 4):
        told = Journaled(journal, ordinal)
        told.finish()
    journal.close()
    with (tmp_path / "journal.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(os.urandom(4096))
    found = []
    for look in (Journal.open, Journal.read):
        try:
            found.append(look(tmp_path).verify())
        except JournalUnavailable as refused:
            found.append(refused.code)
    assert None not in found


def test_the_round_while_the_machine_waits_finds_a_changed_record(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    Journaled(journal).finish()
    assert [journal.check_some(10) for _ in range(8)] == [None] * 8
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.execute("UPDATE records SET at = '' WHERE seq = 15")
    connection.commit()
    connection.close()
    assert any("record 15" in said(journal.check_some(10)) for _ in range(8))


@pytest.mark.parametrize(
    ("now", "last", "wrong"),
    [
        (NOON, None, False),
        (NOON, NOON + SET_BACK, False),
        (NOON, NOON + SET_BACK + timedelta(seconds=1), True),
        (EARLIEST - timedelta(seconds=1), None, True),
        (datetime(1970, 1, 1, tzinfo=UTC), NOON, True),
        (NOON + timedelta(days=400), NOON, False),
    ],
)
def test_a_clock_is_believed_within_reason(now: datetime, last: datetime | None, wrong: bool) -> None:
    fault = clock_fault(now, last)
    assert (fault is not None) is wrong
    if fault is not None:
        assert fault.code is FailureCode.CLOCK_WRONG


def test_a_wrong_clock_begins_no_visit_and_lets_the_running_one_end(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    told = Journaled(journal)
    told.until(Step.PAYING)
    told.at -= timedelta(days=3)
    fault = journal.unready(told.at)
    assert fault is not None
    assert fault.code is FailureCode.CLOCK_WRONG
    told.finish()
    assert journal.verify() is None


def older(folder: Path) -> bytes:
    """Turn a journal into one of the oldest schema; return what stood in it."""
    connection = sqlite3.connect(folder / "journal.db")
    for column in ("last_seq", "last_at", "seal"):
        connection.execute(f"ALTER TABLE visits DROP COLUMN {column}")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.commit()
    rows = connection.execute("SELECT * FROM records ORDER BY seq").fetchall()
    connection.close()
    return repr(rows).encode()


def test_an_older_journal_is_migrated_after_a_backup(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    told = Journaled(journal)
    told.until(Step.PAYING)
    journal.close()
    before = older(tmp_path)
    with pytest.raises(JournalUnavailable, match="older schema"):
        Journal.read(tmp_path)
    again = Journal.open(tmp_path)
    assert again.fold(told.id) == told.folded
    assert again.verify() is None
    assert again.unfinished() == (told.id,)
    copy = schema.backup_of(tmp_path, "0001")
    assert copy.stat().st_mode & 0o077 == 0
    kept = sqlite3.connect(copy)
    assert repr(kept.execute("SELECT * FROM records ORDER BY seq").fetchall()).encode() == before
    kept.close()


def test_without_a_backup_nothing_is_migrated(tmp_path: Path) -> None:
    Journal.open(tmp_path).close()
    older(tmp_path)
    schema.backup_of(tmp_path, "0001").mkdir()  # the copy cannot be written
    with pytest.raises(JournalUnavailable):
        Journal.open(tmp_path)
    schema.backup_of(tmp_path, "0001").rmdir()
    Journal.open(tmp_path).close()


def test_a_newer_journal_is_refused_and_left_alone(tmp_path: Path) -> None:
    Journal.open(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.execute("UPDATE alembic_version SET version_num = '0099'")
    connection.commit()
    connection.close()
    before = (tmp_path / "journal.db").read_bytes()
    for opening in (Journal.open, Journal.read):
        with pytest.raises(JournalUnavailable, match="newer program") as refused:
            opening(tmp_path)
        assert refused.value.code is FailureCode.JOURNAL_NEWER
    assert (tmp_path / "journal.db").read_bytes() == before


def test_a_journal_with_visits_is_never_given_a_fresh_key(tmp_path: Path) -> None:
    Journal.open(tmp_path).close()
    shutil.move(tmp_path / "keys" / "journal.key", tmp_path / "elsewhere")
    with pytest.raises(JournalUnavailable, match="restore it"):
        Journal.open(tmp_path)
    assert not (tmp_path / "keys" / "journal.key").exists()
