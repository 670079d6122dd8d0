"""`kiosk doctor` names what is wrong with the journal, with the catalogue's remedy."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.assembly.journal_checkup import journal_finding
from kiosk.assembly.surroundings import Outcome
from kiosk.journal.store import Journal
from tests.journal.test_journal_store import Journaled
from tests.visit.world import NOON


def change(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "journal.db")
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("mode", "content", "words"),
    [
        (0o644, None, "can be read by others"),
        (0o600, b"k" * 32, "does not fit"),
        (0o600, b"short", "damaged"),
    ],
)
def test_what_is_wrong_with_the_key_has_the_keys_remedy(
    tmp_path: Path, mode: int, content: bytes | None, words: str
) -> None:
    journal = Journal.open(tmp_path)
    Journaled(journal).finish()
    journal.close()
    path = tmp_path / "keys" / "journal.key"
    path.write_bytes(content or path.read_bytes())
    path.chmod(mode)
    finding = journal_finding(tmp_path, NOON)
    assert finding.words.en.startswith("JOURNAL_KEY")
    assert words in finding.words.en
    assert finding.remedy is not None
    assert "mode 0600" in finding.remedy.en
    assert "disk" not in finding.remedy.en


def test_the_journal_is_told_as_it_is(tmp_path: Path) -> None:
    assert journal_finding(tmp_path, NOON).words.en == "none yet"
    journal = Journal.open(tmp_path)
    Journaled(journal).finish()
    journal.close()
    fine = journal_finding(tmp_path, NOON)
    assert (fine.outcome, fine.words.en) == (Outcome.OK, "1 visits")
    (tmp_path / "journal.head").unlink()
    doubtful = journal_finding(tmp_path, NOON)
    assert doubtful.outcome is Outcome.OPTIONAL
    assert "journal.head" in doubtful.words.en
    assert doubtful.remedy is not None
    early = journal_finding(tmp_path, NOON - timedelta(days=3))
    assert early.outcome is Outcome.MISSING
    assert early.words.en.startswith("CLOCK_WRONG")
    assert early.remedy is not None
    change(tmp_path, "UPDATE records SET name = 'CardTaken' WHERE seq = 9")
    assert "record 9" in journal_finding(tmp_path, NOON).words.en
    change(tmp_path, "UPDATE alembic_version SET version_num = '0099'")
    assert journal_finding(tmp_path, NOON).words.en.startswith("JOURNAL_NEWER")
