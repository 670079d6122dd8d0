"""`kiosk staff` as it is typed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.cli import build
from kiosk.staff.members import FOLDER, LIST, pin_is, read_members


def run(state: Path, *words: str, typed: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(
        build("staff"), ["staff", *words, "--state", str(state), "--language", "en"], input=typed
    )
    return done.exit_code, done.output


def test_added_listed_given_a_new_pin_and_removed(tmp_path: Path) -> None:
    assert "Nobody" in run(tmp_path, "list")[1]
    assert run(tmp_path, "add", "2002", "--name", "王芳", typed="481516\n")[0] == 0
    assert run(tmp_path, "add", "1003", "--name", "Li Na", typed="271828\n")[0] == 0
    assert run(tmp_path, "list")[1].split() == ["1003", "Li", "Na", "clerk", "2002", "王芳", "clerk"]
    assert run(tmp_path, "add", "2002", "--name", "王芳", typed="314159\n")[0] == 0
    member = read_members(tmp_path)[-1]
    assert pin_is(member.pin_hash, "314159")
    assert not pin_is(member.pin_hash, "481516")
    assert run(tmp_path, "remove", "1003")[0] == 0
    assert [one.number for one in read_members(tmp_path)] == ["2002"]


@pytest.mark.parametrize(
    ("number", "name", "pin", "why"),
    [
        ("12", "王芳", "481516", "3 to 8 digits"),
        ("2002", "王芳", "123456", "guessed first"),
        ("2002", "王芳", "", "six digits"),
        ("2002", " ", "481516", "1 to 40"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    tmp_path: Path, number: str, name: str, pin: str, why: str
) -> None:
    code, said = run(tmp_path, "add", number, "--name", name, typed=f"{pin}\n")
    assert (code, why in said) == (1, True)
    assert not (tmp_path / FOLDER / LIST).exists()
    assert pin == "" or pin not in said


def test_who_is_not_there_cannot_be_removed_and_a_damaged_list_is_named(tmp_path: Path) -> None:
    assert run(tmp_path, "remove", "2002")[0] == 1
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / LIST).write_text("{")
    code, said = run(tmp_path, "list")
    assert code == 2
    assert "members.json" in said
