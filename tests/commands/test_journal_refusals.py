"""What the commands say of a journal that was changed, cut or cannot be written: code, remedy, exit code."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.commands import case, journal
from kiosk.journal import database
from kiosk.journal.store import Journal
from tests.journal.test_forgetting_and_export import filled
from tests.journal.test_journal_store import Journaled

REMEDY = "keep the whole state folder"
SECOND = "GZ01-20261122-00002"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    filled(folder).close()
    return folder


@pytest.fixture
def state(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "state")


def say(state: Path, *command: str) -> tuple[int, str]:
    """Run a command of `kiosk case` or `kiosk journal`; return its exit code and all that it said."""
    app = {"case": case.app, "journal": journal.app}[command[0]]
    spoken = [] if "--language" in command else ["--language", "en"]
    result = CliRunner().invoke(app, [*command[1:], "--state", str(state), *spoken])
    return result.exit_code, result.output


def change(state: Path, statement: str) -> None:
    connection = sqlite3.connect(state / "journal.db")
    connection.execute(statement)
    connection.commit()
    connection.close()


def damage(state: Path) -> None:
    """Overwrite a page that none of the commands reads for what it shows: one of an index."""
    connection = sqlite3.connect(state / "journal.db")
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE type = 'index' AND name = 'ix_visits_unfinished'"
    ).fetchone()
    connection.close()
    with (state / "journal.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(os.urandom(4096))


LOOKS = [
    ("case", "list"),
    ("case", "show", SECOND),
    ("journal", "show"),
    ("journal", "show", SECOND),
    ("journal", "export", "OUT", "--sealed"),
]


@pytest.mark.parametrize("command", LOOKS, ids=" ".join)
def test_a_damaged_journal_is_not_shown_as_if_it_were_sound(
    state: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    out = tmp_path / "export"
    command = tuple(str(out) if word == "OUT" else word for word in command)
    code, words = say(state, *command)
    assert code in {0, case.STILL_OPEN}
    damage(state)
    code, words = say(state, *command)
    assert code == 1
    assert "JOURNAL_DAMAGED: the file is damaged" in words
    assert REMEDY in words
    if "export" in command:
        assert out.stat().st_size > 1000  # what can be read is saved all the same


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE visits SET cases = ''", "visit GZ01-20261122-00002 was changed"),
        ("UPDATE visits SET wrapped_key = NULL WHERE ordinal = 3", "no record says that it was forgotten"),
        ("DROP TABLE records", "its table records is missing"),
        ("UPDATE records SET at = '' WHERE seq = 7", "record 7"),
    ],
)
def test_what_was_changed_is_named_by_every_command(state: Path, statement: str, where: str) -> None:
    change(state, statement)
    for command in (("journal", "verify"), ("case", "list"), ("journal", "show")):
        code, words = say(state, *command)
        assert (code, where in words) == (1, True), words


def test_a_visit_that_there_is_not_is_no_trouble_of_the_disk(state: Path) -> None:
    code, words = say(state, "case", "show", "GZ01-1")
    assert code == 2
    assert "GZ01-1" in words
    assert "JOURNAL" not in words
    assert "disk" not in words


@pytest.mark.parametrize(
    ("lost", "why"),
    [
        ("journal.head", "there is no journal.head"),
        ("keys/journal-signing.key", "journal-signing.key, is missing"),
        (None, "damaged"),
    ],
)
def test_without_a_kept_end_nobody_says_that_nothing_is_missing(
    state: Path, lost: str | None, why: str
) -> None:
    """Nor after a start has made it anew; a head from elsewhere shows how far it is certain."""
    code, words = say(state, "journal", "verify")
    assert (code, "is whole" in words) == (0, True)
    _, plain = say(state, "journal", "head")
    elsewhere = state.parent / "head"
    elsewhere.write_text(plain)
    if lost is None:
        (state / "journal.head").write_text("nonsense")
    else:
        (state / lost).unlink()
    code, words = say(state, "journal", "verify")
    assert code == 3
    assert "whole up to record" in words
    assert why in words
    assert not (state / "keys" / "journal-signing.key").exists() or lost != "keys/journal-signing.key"
    if lost == "journal.head":
        assert say(state, "journal", "verify", "--head", str(elsewhere))[0] == 0
    assert say(state, "journal", "forget", "--older-than", "99999")[0] == 0  # as any start
    code, words = say(state, "journal", "verify")
    assert code == 3
    assert "made anew" in words


def test_a_whole_visit_that_was_cut_off_with_the_kept_end_is_in_doubt(state: Path) -> None:
    change(state, "DELETE FROM records WHERE visit_id LIKE '%3'")
    change(state, "DELETE FROM visits WHERE ordinal = 3")
    assert say(state, "journal", "verify")[0] == 1
    (state / "journal.head").unlink()
    assert say(state, "journal", "verify")[0] == 3


def test_a_backup_that_nobody_can_write_is_verified_and_left_as_it_is(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a read-only disk; the tests may run as root, whom no mode keeps from writing."""
    before = {path: path.read_bytes() for path in state.glob("journal*")}
    monkeypatch.setattr(database, "_writable", lambda _: False)
    for command in (("journal", "verify"), ("case", "list"), ("journal", "head")):
        code, words = say(state, *command)
        assert code in {0, case.STILL_OPEN}, words
        assert {path: path.read_bytes() for path in state.glob("journal*")} == before


def test_a_log_that_is_left_is_read_too(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Journal.open(state)  # as after a kill: the log is there
    Journaled(held, 4)
    assert (state / "journal.db-wal").stat().st_size > 0
    monkeypatch.setattr(database, "_writable", lambda _: False)
    code, words = say(state, "journal", "verify")
    assert (code, "is whole" in words) == (0, True)
    held.close()
