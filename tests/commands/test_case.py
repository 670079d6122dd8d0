"""`kiosk case` in both languages: each value has its word, and what is printed is of one language."""

import json
import socket
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kiosk.cli import build
from kiosk.diagnostics import case_words as words
from kiosk.diagnostics.casework import NotAllowed, Order, act
from kiosk.diagnostics.desk import SOCKET
from kiosk.domain.failure import FailureCode
from kiosk.domain.staff import Role
from kiosk.domain.text import Text
from kiosk.journal.store import Journal
from kiosk.visit import case_events as c
from kiosk.visit.casework import CaseAction
from kiosk.visit.model import CardFate, CaseKind, PrintState, Step
from tests.diagnostics.test_cases import SAID
from tests.diagnostics.test_casework import CLERK
from tests.diagnostics.test_overwritten import Authority, in_doubt, run, world
from tests.journal.test_journal_store import Journaled

NEWER = "GZ01-20261122-00009"
BOTH = pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("zh_CN", ("打印结果待核实", "与应打印的内容不符", "提前结束：", "办事员", "要求由机器核对卡面")),
        ("en", ("print unverified", "differs from", "ended early: ", "clerk", "ordered an inspection")),
    ],
)


@pytest.fixture
def number(tmp_path: Path) -> Iterator[str]:
    """Give a case about a print, into which staff have looked without a card, beside a forgotten visit."""
    journal = Journal.open(tmp_path)
    done = Journaled(journal, 2).finish()
    told = in_doubt(journal)
    told.tell(c.CaseInspectionOrdered(CLERK))
    (pending,) = told.folded.pending
    told.tell(c.CaseFilmInspected(False, f"found by visit {NEWER}: another picture"), pending.number)
    journal.forget((done.visit.visit_id,), told.at + timedelta(days=40))
    journal.close()
    return told.id


def case(folder: Path, *arguments: str) -> Result:
    command = ["case", *arguments, "--state", str(folder)]
    return CliRunner().invoke(build("case"), command, env={"COLUMNS": "140"})


def test_every_value_has_its_word_in_both_languages() -> None:
    known: dict[type[StrEnum], Mapping[Any, Text]] = {
        CaseKind: words.CASES,
        PrintState: words.PRINTS,
        CardFate: words.CARDS,
        CaseAction: words.ACTIONS,
        c.CloseReason: words.REASONS,
        c.Ground: words.GROUNDS,
        Role: words.ROLES,
    }
    for values, texts in known.items():
        assert set(texts) == set(values)
    assert set(words.COMMANDS) == set(CaseAction)
    (app,) = [one.typer_instance for one in build("case").registered_groups]
    typed = {command.name for command in app.registered_commands} if app else set()
    assert set(words.names(CaseAction)) <= typed
    assert set(words.DEEDS) == set(c.ALL)
    for text in [text for texts in (*known.values(), words.DEEDS) for text in texts.values()]:
        assert text.en.isascii()
        assert not text.zh.isascii()
    for code in FailureCode:
        told = words.failure(code, "another card was put in")
        assert code in told.zh
        assert "放入的是另一张卡" in told.zh
        assert told.en.endswith(f"({code}: another card was put in)")


@BOTH
def test_a_case_is_told_in_the_language_asked_for(
    tmp_path: Path, number: str, language: str, shown: tuple[str, ...]
) -> None:
    told = case(tmp_path, "show", number, "--language", language)
    assert told.exit_code == 0, told.output
    for word in shown:
        assert word in told.stdout
    listed = case(tmp_path, "list", "--language", language)
    assert (listed.exit_code, shown[0] in listed.stdout) == (3, True)
    if language == "en":
        assert told.stdout.replace(CLERK.name, "").isascii()
    else:
        for english in ("possible", "unverified", "ended", "machine", "CaseFilm"):
            assert english not in told.stdout + listed.stdout


def test_staff_are_spoken_to_in_chinese_unless_the_settings_say_otherwise(
    tmp_path: Path, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "未结事项" in case(tmp_path, "list").stdout
    monkeypatch.setenv("KIOSK_LANGUAGE", "en")
    assert "print unverified" in case(tmp_path, "show", number).stdout


def test_json_has_both_languages(tmp_path: Path, number: str) -> None:
    deed = json.loads(case(tmp_path, "show", number, "--json").stdout)["deeds"][-1]
    assert deed["what"] == "CaseFilmInspected"
    assert Text(**deed["title"]) == words.DEEDS[c.CaseFilmInspected]
    assert deed["detail"]["zh"] == f"未打印；由业务 {NEWER} 发现：another picture"


@pytest.mark.parametrize(
    ("given", "english", "chinese"),
    [
        ("SZ07-20261122-00001", "of another machine, SZ07; this machine is GZ01", "本机是 GZ01"),
        ("GZ01-20261122-00077", "there is no visit GZ01-20261122-00077 on this machine (GZ01)", "请核对"),
        ("NOPE", "there is no visit NOPE on this machine (GZ01)", "没有编号为 NOPE 的业务"),
    ],
)
def test_a_number_of_another_machine_is_not_called_a_typing_error(
    tmp_path: Path, number: str, given: str, english: str, chinese: str
) -> None:
    for command in (("show", given), ("refund", given, "--by", "王芳")):
        told = case(tmp_path, *command, "--language", "en")
        assert (told.exit_code, english in told.stderr) == (2, True), told.output
    assert chinese in case(tmp_path, "show", given).stderr


def test_a_forgotten_visit_has_no_case_and_that_is_no_failure(tmp_path: Path, number: str) -> None:
    told = case(tmp_path, "show", "GZ01-20261122-00002", "--language", "en")
    assert (told.exit_code, "was over and had no open case" in told.stdout) == (0, True), told.output
    plain = json.loads(case(tmp_path, "show", "GZ01-20261122-00002", "--json").stdout)
    assert plain == {"case": "GZ01-20261122-00002", "open": [], "forgotten": True}
    refused = case(tmp_path, "refund", "GZ01-20261122-00002", "--by", "王芳", "--language", "en")
    assert (refused.exit_code, "was over" in refused.stderr) == (2, True)


def test_what_a_case_does_not_allow_is_said_in_both_languages(tmp_path: Path, number: str) -> None:
    journal = Journal.open(tmp_path)
    close = Order(CaseAction.CLOSE, SAID, reason=c.CloseReason.CARD_KEPT)
    with pytest.raises(NotAllowed) as refused:
        run(act(world(Authority(None)), journal, number, close))
    journal.close()
    assert refused.value.text.zh == "card_kept 不能了结任何未结事项；可用的理由：settled_outside"
    assert str(refused.value) == "no open matter is settled by card_kept; reasons: settled_outside"
    nobody = case(tmp_path, "ask", number, "--by", " ")
    assert (nobody.exit_code, "1 至 40 个可显示字符" in nobody.stderr) == (2, True)


def test_a_visit_that_waits_for_recovery_is_no_empty_list(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    told = Journaled(journal).until(Step.PAYING)
    journal.close()
    english = case(tmp_path, "list", "--language", "en")
    assert english.exit_code == 3
    assert f"Visit {told.id} is not over: begun 2026-" in english.stdout
    assert "at: paying, waits for the payment" in english.stdout
    assert "goes on when the kiosk starts, or with kiosk recover" in english.stdout
    assert "No case" not in english.stdout
    chinese = case(tmp_path, "list").stdout
    for word in ("尚未办完", "停在“付款”", "kiosk recover"):
        assert word in chinese
    (plain,) = json.loads(case(tmp_path, "list", "--json").stdout)
    assert (plain["case"], plain["open"], plain["waiting"]) == (told.id, [], True)
    assert (plain["step"], plain["waits_for"]) == ("paying", ["WatchPayment"])
    shown = case(tmp_path, "show", told.id, "--language", "en").stdout
    assert "not over: begun" in shown
    assert "kiosk recover" in shown


def test_a_visit_that_the_running_kiosk_is_at_needs_nobody(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    told = Journaled(journal).until(Step.PAYING)
    journal.close()
    with socket.socket(socket.AF_UNIX) as open_desk:
        open_desk.bind(str(tmp_path / SOCKET))
        open_desk.listen()
        listed = case(tmp_path, "list", "--language", "en")
    assert (listed.exit_code, told.id in listed.stdout) == (0, True)
    assert "the running kiosk is at it" in listed.stdout
