"""The journal's log is emptied between visits, beside whoever reads, and never grows without an end."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.failure import FailureCode
from kiosk.journal import reserve, write_ahead
from kiosk.journal.store import Journal
from kiosk.runtime.housekeeping import Housekeeping
from kiosk.simulation.world import run_world
from kiosk.visit.model import Step
from tests.journal.test_journal_store import Journaled
from tests.runtime.test_out_of_service import HandClock
from tests.visit.world import NOON

LATER = NOON + timedelta(days=40)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path)
    yield opened
    opened.close()


@contextmanager
def somebody_reads(folder: Path) -> Iterator[sqlite3.Connection]:
    """Hold the journal as another program finds it now."""
    reader = sqlite3.connect(folder / "journal.db")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM visits").fetchone()
    yield reader
    reader.close()


def refusing_once(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Let the disk refuse the next emptying with an SQLite result code, and no other."""
    whole = write_ahead.empty

    def refuse(_: sqlite3.Connection) -> bool:
        monkeypatch.setattr(write_ahead, "empty", whole)
        error = sqlite3.OperationalError("made up by the test")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr(write_ahead, "empty", refuse)


def test_the_log_is_emptied_between_visits_once_it_is_long(tmp_path: Path, journal: Journal) -> None:
    keeping, sizes = Housekeeping(journal, HandClock()), []
    for ordinal in range(1, 7):
        Journaled(journal, ordinal).finish()
        sizes.append(write_ahead.size(tmp_path))
        keeping.between_visits()
    assert [size >= write_ahead.LONG for size in sizes] == [False, False, True] * 2
    assert write_ahead.size(tmp_path) < 8192
    assert journal.verify() is None


def test_the_machine_empties_the_log_only_while_no_visit_is_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Through a world's crashes and restarts, and while visits still wait for something in the background."""
    steps: list[set[str]] = []
    monkeypatch.setattr(
        Housekeeping,
        "between_visits",
        lambda keeping: steps.append({one.step for one in keeping.journal.standings()}),
    )
    run_world(4)
    assert steps.count({Step.ENDED}) > 2
    assert all(found <= {Step.ENDED} for found in steps)


def test_a_visit_is_written_on_beside_a_reader_and_nobody_waits(tmp_path: Path, journal: Journal) -> None:
    told = Journaled(journal)
    with somebody_reads(tmp_path) as reader:
        before = reader.execute("SELECT count(*) FROM records").fetchone()
        told.until(Step.PAYING)
        journal.empty_log()
        told.finish()
        journal.empty_log()
        assert reader.execute("SELECT count(*) FROM records").fetchone() == before
        assert write_ahead.size(tmp_path) > 8192
    journal.empty_log()
    assert write_ahead.size(tmp_path) < 8192
    assert journal.fold(told.id) == told.folded
    assert journal.verify() is None


def test_what_a_reader_kept_of_the_forgotten_goes_as_soon_as_nobody_is_served(
    tmp_path: Path, journal: Journal
) -> None:
    told = Journaled(journal).finish()
    keeping = Housekeeping(journal, HandClock())
    with somebody_reads(tmp_path):
        assert journal.forget((told.visit.visit_id,), LATER).traces
        assert journal.log_is_long
    keeping.between_visits()
    assert not journal.log_is_long
    assert write_ahead.size(tmp_path) < 8192


def test_above_a_bound_no_visit_begins_and_the_running_one_ends(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_ahead, "MOST", write_ahead.LONG)
    monkeypatch.setattr(write_ahead, "LONG", 0)
    keeping = Housekeeping(journal, HandClock())
    with somebody_reads(tmp_path):
        for ordinal in range(1, 4):
            Journaled(journal, ordinal).finish()
            keeping.between_visits()
        fault = keeping.unready()
    assert fault is not None
    assert fault.code is FailureCode.JOURNAL_UNAVAILABLE
    assert "another program" in fault.detail
    keeping.between_visits()
    assert keeping.unready() is None


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (sqlite3.SQLITE_IOERR, FailureCode.JOURNAL_UNAVAILABLE),
        (sqlite3.SQLITE_FULL, FailureCode.JOURNAL_FULL),
    ],
)
def test_a_disk_that_refuses_the_emptying_keeps_the_machine_out_of_service_until_it_does_not(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, code: int, failure: FailureCode
) -> None:
    monkeypatch.setattr(write_ahead, "LONG", 0)
    keeping = Housekeeping(journal, HandClock())
    told = Journaled(journal)
    told.until(Step.PAYING)
    reserve.release(tmp_path)
    refusing_once(monkeypatch, code)
    keeping.between_visits()
    fault = keeping.unready()
    assert fault is not None
    assert fault.code is failure
    told.finish()  # what has begun goes on
    keeping.between_visits()
    assert keeping.unready() is None
    assert journal.verify() is None


def test_on_a_full_disk_the_log_is_emptied_with_the_room_that_was_set_aside(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    Journaled(journal).finish()
    refusing_once(monkeypatch, sqlite3.SQLITE_FULL)
    journal.empty_log()
    assert not reserve.is_there(tmp_path)
    assert write_ahead.size(tmp_path) < 8192
    assert journal.unready(NOON + timedelta(hours=1)) is None
    assert reserve.is_there(tmp_path)
