"""What `kiosk recover` says: each step, a card of no visit, and all of it in both languages."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kiosk.cli import build
from kiosk.commands.recover_text import Progress, print_result
from kiosk.commands.speaking import Speaker
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.mechanism import MechanismState, Picture
from kiosk.diagnostics import visit_words
from kiosk.diagnostics.recovery import INTENTS
from kiosk.visit.model import Step
from tests.e2e.harness import SLUG, prepare
from tests.support.virtual_time import VirtualClock
from tests.visit.world import story

NOTHING: dict[str, Any] = {
    "still_open": None,
    "recovered": [],
    "stray_card": None,
    "open_cases": {},
    "invariants_broken": [],
    "visits_checked": 0,
    "journal_fault": None,
}
LATE = [{"visit": "GZ01-1", "step": "closing_payment", "waits_for": ["ClosePayment"]}]
DONE = [{"visit": "GZ01-1", "printed": False, "refunds": ["R1"], "card": "retained"}]


def test_a_card_of_no_visit_is_taken_at_once_and_told(tmp_path: Path) -> None:
    prepare(tmp_path)
    mechanism = SimulatedParts(tmp_path, VirtualClock()).mechanism
    inside = MechanismState(picture=Picture.AT_CHIP, card=SLUG)
    (tmp_path / "devices" / "mechanism.json").write_text(inside.model_dump_json())
    assert mechanism.state().card == SLUG
    done = CliRunner().invoke(build("recover"), ["recover", "--state", str(tmp_path), "--within", "1"])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "机内有一张不属于任何业务的卡，已送出并被取走。",
        "还没有可以核对的业务。",
    ]
    assert "最多 1 分钟" in done.stderr
    assert (mechanism.state().card, mechanism.state().retained) == (None, ())


def test_every_step_and_whatever_is_waited_for_has_its_words() -> None:
    assert set(visit_words.STEPS) == set(Step)
    assert set(visit_words.EFFECTS) == set(INTENTS)
    for text in (*visit_words.STEPS.values(), *visit_words.EFFECTS.values()):
        assert text.en.isascii()
        assert not text.zh.isascii()


@dataclass(frozen=True)
class Shown:
    """As much of a snapshot as is followed."""

    visit: Any


def test_each_step_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    for language, words in (("en", "printing the card"), ("zh_CN", "打印卡面")):
        told = story()
        progress = Progress(Speaker(language))
        told.until(Step.PRINTING)
        for shown in (Shown(None), Shown(told.visit), Shown(told.visit), Shown(None)):
            progress.watch(shown)  # type: ignore[arg-type] # no more of it is read
        progress.in_background([told.folded])
        said = capsys.readouterr()
        assert said.out == ""
        first, second = said.err.splitlines()
        assert words in first
        assert visit_words.EFFECTS[type(told.folded.pending[-1].effect)].in_language(language) in second


@pytest.mark.parametrize(
    ("told", "english", "chinese"),
    [
        ({}, "Nothing was left open.", "没有遗留的业务。"),
        ({"visits_checked": 1}, "in 1 visit.", "已核对 1 笔业务"),
        ({"visits_checked": 2}, "in 2 visits.", "已核对 2 笔业务"),
        ({"stray_card": {"visit": "GZ01-2"}}, "kept under GZ01-2", "已收存，编号 GZ01-2"),
        (
            {"still_open": LATE},
            "closing the order, waits for the network to close",
            "关闭订单，等待：支付网络关闭订单",
        ),
        (
            {"recovered": DONE},
            "not printed, refunded R1; card in the bin",
            "未打印，已退款 R1；证件：在回收箱",
        ),
        ({"open_cases": {"GZ01-1": ["refund_open"]}}, "Open case GZ01-1: refund open", "退款未完成"),
    ],
)
def test_the_result_is_told_in_both_languages(
    told: dict[str, Any], english: str, chinese: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, words in (("en", english), ("zh_CN", chinese)):
        print_result(NOTHING | told, 5, Speaker(language))
        assert words in capsys.readouterr().out
