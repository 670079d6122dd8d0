"""What a start trusts, a visit's row, its key and the machine's: a change of any is found and named."""

import os
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kiosk.domain.failure import FailureCode
from kiosk.journal import schema
from kiosk.journal.rows import Row
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.visit import events as e
from kiosk.visit.model import Step
from tests.journal.test_forgetting_and_export import filled
from tests.journal.test_journal_store import Journaled, said
from tests.visit.world import NOON, taps

LATER = NOON + timedelta(days=40)
DAMAGED, KEY = FailureCode.JOURNAL_DAMAGED, FailureCode.JOURNAL_KEY
FIRST, SECOND, THIRD = (f"GZ01-20261122-0000{number}" for number in (1, 2, 3))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed journal: a visit that is forgotten, one with an open case, one that waits for its payment."""
    folder = tmp_path_factory.mktemp("whole")
    journal = filled(folder)
    journal.forget((FIRST,), LATER)
    journal.close()
    return folder


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "state")


def change(folder: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(folder / "journal.db")
    connection.execute(statement, values)
    connection.commit()
    connection.close()


def refused(folder: Path) -> JournalUnavailable:
    """Return how a start refuses; reading has to find it too, or to be refused."""
    with pytest.raises(JournalUnavailable) as refusal:
        Journal.open(folder)
    assert _found_by_reading(folder) is not None
    return refusal.value


def _found_by_reading(folder: Path) -> object:
    try:
        reading = Journal.read(folder)
        found = reading.verify() and reading.damage()
        reading.close()
    except JournalUnavailable as unread:
        return str(unread)
    return found


VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.binary(max_size=40),
    st.sampled_from([b"\xff", "ended", "", 0, 1, FIRST, "print_unverified"]),
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from((FIRST, SECOND, THIRD)), st.sampled_from((*Row._fields, "seal", "rowid")), VALUES)
def test_any_change_of_any_column_is_found_at_the_start(
    whole: Path, tmp_path: Path, visit_id: str, column: str, value: object
) -> None:
    folder = shutil.copytree(whole, tmp_path / "state", dirs_exist_ok=True)
    connection = sqlite3.connect(folder / "journal.db")
    read = f"SELECT CAST(quote({column}) AS BLOB) FROM visits WHERE ordinal = ?"  # noqa: S608 - ours
    ordinal = int(visit_id[-1])
    (before,) = connection.execute(read, (ordinal,)).fetchone()
    try:
        connection.execute(f"UPDATE visits SET {column} = ? WHERE visit_id = ?", (value, visit_id))  # noqa: S608
    except (sqlite3.Error, OverflowError):
        connection.close()
        return  # the schema itself does not take it
    after = connection.execute(read, (ordinal,)).fetchone() or (b"",)
    connection.commit()
    connection.close()
    assume(before != after[0])
    refusal = refused(folder)
    assert refusal.code is DAMAGED
    if column not in {"visit_id", "rowid"}:  # then it is another's place, or the next one's is seen to be
        assert visit_id in str(refusal)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE visits SET over = 1, step = 'ended' WHERE ordinal = 3", f"visit {THIRD} was changed"),
        ("UPDATE visits SET cases = '' WHERE ordinal = 2", f"visit {SECOND} was changed"),
        ("UPDATE visits SET wrapped_key = NULL WHERE ordinal = 3", "no record says that it was forgotten"),
        ("UPDATE visits SET wrapped_key = x'0011' WHERE ordinal = 3", "does not open"),
        ("UPDATE visits SET wrapped_key = CAST('0' AS TEXT) WHERE ordinal = 3", "does not open"),
        ("UPDATE visits SET wrapped_key = randomblob(40) WHERE ordinal = 2", "does not open"),
        ("UPDATE visits SET cases = CAST(x'ff' AS TEXT) WHERE ordinal = 2", SECOND),
        ("DELETE FROM visits WHERE ordinal = 2", f"missing before that of visit {THIRD}"),
        ("DELETE FROM visits WHERE ordinal = 3", f"the row of visit {THIRD} is missing"),
        ("UPDATE visits SET rowid = -3 WHERE ordinal = 3", f"before that of visit {THIRD}"),
        (
            "INSERT INTO visits SELECT 'X', 4, began, NULL, step, 1, '', last_seq, last_at, seal FROM visits"
            " WHERE ordinal = 1",
            "visit X was changed",
        ),
        ("ALTER TABLE visits DROP COLUMN last_at", "no such column"),
        ("DROP TABLE records", "records"),
        ("DROP TABLE visits", "visits"),
    ],
)
def test_each_is_named_in_words(copied: Path, statement: str, words: str) -> None:
    change(copied, statement)
    refusal = refused(copied)
    assert refusal.code is DAMAGED
    assert words in str(refusal)


def test_keys_that_were_swapped_are_found(copied: Path) -> None:
    change(
        copied,
        "UPDATE visits SET wrapped_key = (SELECT wrapped_key FROM visits AS other WHERE other.visit_id = ?)"
        " WHERE visit_id = ?",
        SECOND,
        THIRD,
    )
    assert THIRD in str(refused(copied))


@pytest.mark.parametrize("forgotten", [False, True])
def test_another_machines_key_is_refused_before_anyone_is_served(tmp_path: Path, forgotten: bool) -> None:
    """Also where nothing is left that it could open: then the seals tell."""
    journal = Journal.open(tmp_path)
    for ordinal in (1, 2):
        told = Journaled(journal, ordinal)
        told.finish()
        if forgotten:
            journal.forget((told.id,), LATER)
    journal.close()
    right = (tmp_path / "keys" / "journal.key").read_bytes()
    (tmp_path / "keys" / "journal.key").write_bytes(os.urandom(32))
    for look in (Journal.open, Journal.read):
        with pytest.raises(JournalUnavailable, match="does not fit this journal") as refusal:
            look(tmp_path)
        assert refusal.value.code is KEY
    (tmp_path / "keys" / "journal.key").write_bytes(right)
    Journal.open(tmp_path).close()


def test_a_row_that_changes_while_the_machine_runs_is_not_sealed_anew(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    told = Journaled(journal)
    told.until(Step.PAYING)
    before = journal.length
    change(tmp_path, "UPDATE visits SET began = '2026-01-01T00:00:00+00:00'")
    for refuse in (lambda: told.tell(e.Cancelled()), lambda: journal.fold(told.id)):
        with pytest.raises(JournalUnavailable, match=told.id) as refusal:
            refuse()
        assert refusal.value.code is DAMAGED
    assert journal.length == before
    assert told.id in said(journal.check_some())
    fault = journal.end_fault(told.at)
    assert fault is not None
    assert told.id in fault.detail
    journal.close()


def test_no_key_is_destroyed_on_the_word_of_a_changed_row(copied: Path) -> None:
    journal = Journal.open(copied)
    change(copied, "UPDATE visits SET over = 1, cases = '', step = 'ended'")
    assert journal.forgettable(LATER) == (SECOND, THIRD)
    with pytest.raises(JournalUnavailable, match=THIRD):
        journal.forget((THIRD, SECOND), LATER)
    (left,) = journal._base.connection.execute("SELECT count(wrapped_key) FROM visits").fetchone()
    assert left == 2
    journal.close()


def test_the_round_goes_through_all_rows_again_and_again(copied: Path) -> None:
    journal = Journal.open(copied)
    assert [journal.check_some(2) for _ in range(9)] == [None] * 9
    change(copied, "UPDATE visits SET cases = 'print_unverified' WHERE ordinal = 1")
    assert any(FIRST in said(journal.check_some(2)) for _ in range(3))
    journal.close()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 5)), max_size=30))
def test_a_row_always_says_what_the_fold_says(
    tmp_path_factory: pytest.TempPathFactory, choices: list[tuple[bool, int, int]]
) -> None:
    journal = Journal.open(tmp_path_factory.mktemp("journal"))
    told = Journaled(journal)
    for outcome, which, choice in choices:
        if outcome and told.folded.pending:
            told.answer(told.folded.pending[which % len(told.folded.pending)], choice)
        else:
            told.tell(taps(told.visit)[which % len(taps(told.visit))])
    (standing,) = journal.standings()
    visit = journal.fold(told.id).visit
    assert (standing.step, standing.cases) == (visit.step, visit.cases)
    assert standing.over is told.folded.over
    assert journal.verify() is None
    journal.close()


def test_an_older_journal_gets_seals_in_its_migration(copied: Path) -> None:
    change(copied, "ALTER TABLE visits DROP COLUMN seal")
    change(copied, "UPDATE alembic_version SET version_num = '0002'")
    journal = Journal.open(copied)
    assert journal.verify() is None
    assert journal.unfinished() == (SECOND, THIRD)
    journal.close()
    assert schema.backup_of(copied, "0002").is_file()
    change(copied, "UPDATE visits SET seal = x''")
    assert FIRST in str(refused(copied))


def test_a_wrong_key_seals_no_older_journal(copied: Path) -> None:
    change(copied, "ALTER TABLE visits DROP COLUMN seal")
    change(copied, "UPDATE alembic_version SET version_num = '0002'")
    (copied / "keys" / "journal.key").write_bytes(os.urandom(32))
    with pytest.raises(JournalUnavailable, match="does not fit"):
        Journal.open(copied)
    assert not schema.backup_of(copied, "0002").exists()


@pytest.mark.parametrize("earlier", [0o644, 0o666])
def test_the_journals_files_are_their_owners_alone(tmp_path: Path, earlier: int) -> None:
    mask = os.umask(0)
    try:
        journal = Journal.open(tmp_path)
        Journaled(journal).finish()
        assert _modes(tmp_path) == {0o600}
        journal.close()
        for path in tmp_path.glob("journal*"):
            path.chmod(earlier)
        journal = Journal.open(tmp_path)
        Journaled(journal, 2)
        assert _modes(tmp_path) == {0o600}
        journal.close()
    finally:
        os.umask(mask)


def _modes(folder: Path) -> set[int]:
    found = [path for path in folder.iterdir() if path.is_file()]
    assert {path.name for path in found} >= {
        f"journal{end}" for end in (".db", ".db-wal", ".head", ".reserve")
    }
    return {path.stat().st_mode & 0o777 for path in found}
