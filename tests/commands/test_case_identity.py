"""Who works on a case: asked for at the terminal or read from a file, judged, and on record as verified."""

import getpass
import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.commands.identity import claim
from kiosk.commands.speaking import Speaker
from kiosk.diagnostics.casework import NotAllowed, Order, act
from kiosk.domain.staff import Claim, Role
from kiosk.journal.store import Journal
from kiosk.staff.members import FOLDER, LIST, Member, write_members
from kiosk.staff.register import FIRST_LOCK, TRIES, StaffRegister
from kiosk.visit.case_events import CloseReason
from kiosk.visit.casework import CaseAction
from tests.commands.test_case import case
from tests.diagnostics.test_overwritten import Authority, in_doubt, run, world
from tests.staff.test_register import QUICK, RIGHT, WRONG, Clock

ENGLISH = Speaker("en")
WANG = Member(number="2002", name="王芳", role=Role.SUPERVISOR, pin_hash=QUICK)


@pytest.fixture
def registered(tmp_path: Path) -> Path:
    write_members(tmp_path, (WANG,))
    return tmp_path


def pin_file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    path = folder / "pin"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_while_nobody_is_registered_a_name_goes_on_and_how_to_register_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert claim("王芳", None, None, tmp_path, ENGLISH) == Claim("王芳", Role.TECHNICIAN)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("kiosk staff add NUMBER --name NAME") == 1
    claim("王芳", None, None, tmp_path, Speaker("zh_CN"))
    assert "身份未验证" in capsys.readouterr().err


def test_the_pin_is_read_from_a_file_of_its_owner_alone(registered: Path) -> None:
    path = pin_file(registered, RIGHT.encode() + b"\n")
    assert claim("2002", None, path, registered, ENGLISH) == Claim("2002", pin=RIGHT)


@pytest.mark.parametrize(
    ("content", "mode", "why"),
    [
        (RIGHT.encode(), 0o640, "chmod 600"),
        (b"\n", 0o600, "no PIN in it"),
        (b"1" * 1000, 0o600, "no PIN in it"),
    ],
)
def test_another_file_is_refused_and_its_content_not_told(
    registered: Path, capsys: pytest.CaptureFixture[str], content: bytes, mode: int, why: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        claim("2002", None, pin_file(registered, content, mode), registered, ENGLISH)
    said = capsys.readouterr().err
    assert (ended.value.code, why in said, RIGHT in said) == (2, True, False)


@pytest.mark.parametrize("missing", ["nowhere", "."])
def test_what_is_no_file_is_named(registered: Path, capsys: pytest.CaptureFixture[str], missing: str) -> None:
    with pytest.raises(SystemExit):
        claim("2002", None, registered / missing, registered, ENGLISH)
    assert str(registered / missing) in capsys.readouterr().err.replace("\n", "")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_at_a_terminal_the_pin_is_asked_for_unseen(
    registered: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", lambda *_, **__: RIGHT)
    assert claim("2002", None, None, registered, ENGLISH) == Claim("2002", pin=RIGHT)
    said = capsys.readouterr()
    assert (said.out, "PIN of 2002" in said.err) == ("", True)


def test_without_terminal_or_number_nothing_is_ordered(registered: Path) -> None:
    journal = Journal.open(registered)
    number = in_doubt(journal).id
    journal.close()
    for by, why in (("2002", "use --pin-file"), ("王芳", "a staff number (3 to 8 digits)")):
        told = case(registered, "refund", number, "--by", by, "--language", "en")
        assert (told.exit_code, why in told.stderr) == (2, True), told.output
    (registered / FOLDER / LIST).chmod(0o644)
    told = case(registered, "refund", number, "--by", "2002")
    assert (told.exit_code, "chmod 600" in told.stderr) == (2, True)


def test_only_the_right_pin_closes_a_case_and_the_record_says_who_it_was(registered: Path) -> None:
    journal = Journal.open(registered)
    told = in_doubt(journal)
    outside, clock = world(Authority(None)), Clock()
    outside.staff = StaffRegister(registered, clock)
    close = Order(CaseAction.CLOSE, Claim("2002", pin=RIGHT), reason=CloseReason.SETTLED_OUTSIDE)
    before = len(list(journal.records(told.id)))
    for tried in range(1, TRIES + 1):
        with pytest.raises(NotAllowed) as refused:
            run(act(outside, journal, told.id, replace(close, by=Claim("2002", pin=WRONG))))
        assert ("taken again from" in refused.value.text.en) == (tried == TRIES)
    with pytest.raises(NotAllowed, match="is locked"):
        run(act(outside, journal, told.id, close))
    assert len(list(journal.records(told.id))) == before
    clock.wait_until(clock.at + FIRST_LOCK)
    done = run(act(outside, journal, told.id, close))
    (deed,) = done.deeds
    assert deed.by is not None
    assert (deed.by.name, deed.by.role, deed.by.number) == ("王芳", Role.SUPERVISOR, "2002")
    assert not any(RIGHT.encode() in (record.fields or b"") for record in journal.records(told.id))
    journal.close()
    assert "王芳 (supervisor, 2002, verified)" in case(registered, "show", told.id, "--language", "en").stdout
    assert "王芳（负责人，工号 2002，身份已验证）" in case(registered, "show", told.id).stdout
