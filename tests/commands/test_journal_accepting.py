"""`kiosk journal accept-loss`, what `verify` says before and after, and both languages of `kiosk journal`."""

import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.commands import journal
from kiosk.domain.staff import Role
from kiosk.staff.members import Member, write_members
from tests.commands.test_journal_refusals import SECOND, say
from tests.journal.test_forgetting_and_export import filled
from tests.staff.test_register import QUICK, RIGHT, WRONG

CHINESE = ("--language", "zh_CN")
HAN = re.compile("[一-鿿]")


@pytest.fixture(scope="module")
def without_its_end(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lost")
    filled(folder).close()
    (folder / "journal.head").unlink()
    return folder


@pytest.fixture
def state(without_its_end: Path, tmp_path: Path) -> Path:
    return shutil.copytree(without_its_end, tmp_path / "state")


def accept(state: Path, *more: str, by: str = "李娜", reason: str = "disk replaced") -> tuple[int, str]:
    return say(state, "journal", "accept-loss", "--by", by, "--reason", reason, *more)


def test_a_lost_end_is_doubted_until_somebody_accepts_it_and_told_from_then_on(state: Path) -> None:
    code, words = say(state, "journal", "verify")
    assert code == 3
    assert "kiosk journal accept-loss" in words
    code, words = accept(state, "--role", "supervisor")
    assert code == 0
    for command in (("verify",), ("verify", *CHINESE)):
        code, words = say(state, "journal", *command)
        assert code == 0
        assert "李娜" in words
        assert "disk replaced" in words
        assert "94" in words
    assert "not verified" in say(state, "journal", "verify")[1]
    assert "EndAccepted" in say(state, "journal", "show", "GZ01-20261122-00003")[1]
    assert accept(state) == (1, "There is no lost end to accept.\n")


def test_where_staff_are_registered_only_one_of_them_accepts(state: Path) -> None:
    write_members(state, (Member(number="1042", name="李娜", role=Role.SUPERVISOR, pin_hash=QUICK),))
    pin = state.parent / "pin"
    pin.touch(mode=0o600)
    for typed, expected in ((WRONG, 1), (RIGHT, 0)):
        pin.write_text(typed)
        code, words = accept(state, "--pin-file", str(pin), by="1042")
        assert code == expected, words
    assert "staff number 1042" in say(state, "journal", "verify")[1]


def test_a_reason_has_to_be_given(state: Path) -> None:
    code, words = accept(state, reason=" ")
    assert (code, "1 to 200" in words) == (2, True)


def test_a_broken_journal_is_not_accepted(state: Path) -> None:
    with sqlite3.connect(state / "journal.db") as connection:
        connection.execute("UPDATE records SET name = 'CardTaken' WHERE seq = 7")
    connection.close()
    code, words = accept(state)
    assert (code, "record 7" in words) == (1, True)
    assert say(state, "journal", "verify")[0] == 1


@pytest.mark.parametrize("command", [("accept-loss", "--by", "A", "--reason", "B"), ("forget", SECOND)])
def test_a_folder_that_cannot_be_written_is_said_by_name(state: Path, command: tuple[str, ...]) -> None:
    (state / "kiosk.lock").unlink(missing_ok=True)
    (state / "kiosk.lock").mkdir()  # refuses, whoever runs the tests
    code, words = say(state, "journal", *command)
    assert (code, "JOURNAL_UNAVAILABLE" in words) == (2, True)


def test_everything_that_the_command_says_it_says_in_both_languages(state: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "export", tmp_path / "key.pem"
    key.write_text(say(state, "journal", "key")[1])
    commands = [
        ("show",),
        ("show", "GZ01-1"),
        ("show", SECOND),
        ("verify",),
        ("verify", "--head", str(key)),
        ("accept-loss", "--by", "A", "--reason", ""),
        ("export", str(out)),
        ("export", str(tmp_path)),
        ("forget", SECOND),
        ("forget",),
        ("forget", "--older-than", "99999"),
        ("accept-loss", "--by", "A", "--reason", "B"),
        ("verify",),
    ]
    for command in commands:
        codes = []
        for language in ("en", "zh_CN"):
            code, words = say(state, "journal", *command, "--language", language)
            codes.append(code)
            assert bool(HAN.search(words)) is (language == "zh_CN"), (command, words)
            if command[0] == "accept-loss" and code == 0:
                shutil.copy(state / "journal.head", tmp_path / "head")
                (state / "journal.head").unlink()  # to be accepted again, in the other language
        assert len(set(codes)) == 1, command
    for file, expected in ((out, 0), (key, 1)):
        for language in ("en", "zh_CN"):
            checked = ["check", str(file), "--key", str(key), "--language", language]
            result = CliRunner().invoke(journal.app, checked)
            assert (result.exit_code, bool(HAN.search(result.output))) == (expected, language == "zh_CN")
