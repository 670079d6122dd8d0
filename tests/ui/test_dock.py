"""The tester's dock and the simulated card terminal's window: what they say, and what they have done."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.ui.dock import Dock
from tests.support.patience import LONG_S
from tests.ui.bench import PORTRAIT, Bench
from tests.ui.fakes import FakeTester
from tests.ui.support import welcome


def test_the_dock_is_only_there_for_testers(benches: Callable[..., Bench]) -> None:
    plain, docked = benches(), benches(tester=True)
    assert "TESTER" not in plain.texts()
    assert "测试台" in docked.texts()
    assert plain.find("stage").width() == plain.window.width()
    assert docked.find("stage").width() < docked.window.width()


def test_the_dock_does_what_it_says(benches: Callable[..., Bench]) -> None:
    bench = benches(tester=True)
    bench.show(welcome())
    for name in (
        "dock-turn",
        "dock-insert-chen-xiaoming",
        "dock-insert-li-fu",
        "dock-pull",
        "dock-pay",
        "dock-decline",
    ):
        bench.reach(name)
    bench.reach("dock-fault-card_printer-jam")
    bench.reach("dock-fault-card_printer-jam")
    bench.reach("dock-scenario-printer-jams")
    assert bench.tester is not None
    assert bench.tester.done == [
        ("insert", "chen-xiaoming", True),
        ("insert", "li-fu", False),
        ("pull",),
        ("pay",),
        ("decline",),
        ("fault", "card_printer", "jam", True),
        ("fault", "card_printer", "jam", False),
        ("play", "printer-jams"),
    ]
    assert bench.tester.phone_page() in bench.texts()


def test_the_dock_stands_below_in_portrait(benches: Callable[..., Bench]) -> None:
    bench = benches("zh_CN", PORTRAIT, tester=True)
    stage = bench.find("stage")
    assert stage.width() == bench.window.width()
    assert stage.height() < bench.window.height()


PAYING = [
    ("dock-code-wechat", ("code", "wechat", "pays")),
    ("dock-wallet-asks dock-code-alipay", ("code", "alipay", "asks")),
    ("dock-wallet-refuses dock-code-unionpay", ("code", "unionpay", "refuses")),
    ("dock-purse-poor", ("hold", "poor")),
    ("dock-purse-full dock-purse-full", ("remove",)),
]


@pytest.mark.parametrize(("taps", "done"), PAYING, ids=[taps for taps, _ in PAYING])
def test_the_dock_holds_codes_and_purses(
    benches: Callable[..., Bench], taps: str, done: tuple[object, ...]
) -> None:
    bench = benches(tester=True)
    bench.show(welcome())
    for name in taps.split():
        bench.reach(name)
    assert bench.tester is not None
    assert bench.tester.done[-1] == done


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_dock_speaks_the_language_of_the_screen(benches: Callable[..., Bench], language: str) -> None:
    bench = benches(language, tester=True)
    words = {
        "zh_CN": ["默认申请人", "制卡时卡住", "余额充足 ¥500.00", "支付宝", "钱包付款"],
        "en": ["the default applicant", "Card printing: ", "The card jams", "Well filled ¥500.00", "Alipay"],
    }
    other = "en" if language == "zh_CN" else "zh_CN"
    for spoken in (language, other):
        for word in words[spoken]:
            assert word in bench.texts(), word
        assert "SIMULATED · 模拟设备" in bench.texts()
        bench.tap("language")
    assert "陈晓明" in bench.texts()


@pytest.fixture
def terminal(benches: Callable[..., Bench]) -> Bench:
    """A tester's dock whose terminal waits for a card, its window open by itself."""
    bench = benches("en", tester=True)
    assert bench.tester is not None
    bench.tester.shown = ("card", 3000)
    bench.show(welcome())
    return bench.at("terminalWindow")


def test_the_terminals_window_opens_when_it_wants_a_card(terminal: Bench) -> None:
    assert "SIMULATED CARD TERMINAL · 模拟刷卡终端" in terminal.texts()
    assert terminal.find("terminal-line-1").property("text") == "¥30.00"
    assert terminal.find("terminal-line-2").property("text") == "Tap, insert or swipe"
    assert "PIN 111101" in terminal.texts()


def test_the_window_closes_again_unless_the_tester_opened_it(terminal: Bench) -> None:
    kiosk = replace(terminal, beside=None)
    assert terminal.tester is not None
    terminal.tester.shown = ("idle", 0)
    kiosk.settle()
    assert not terminal.window.isVisible()
    kiosk.reach("dock-terminal")
    assert terminal.window.isVisible()
    assert terminal.find("terminal-line-2").property("text") == "Ready"
    for shown in (("card", 1500), ("idle", 0)):
        terminal.tester.shown = shown
        kiosk.settle()
        assert terminal.window.isVisible()


def test_cards_are_tapped_inserted_and_taken_away(terminal: Bench) -> None:
    terminal.reach("terminal-tap")
    terminal.reach("terminal-card-credit")
    terminal.reach("terminal-insert")
    terminal.reach("terminal-leave")
    terminal.reach("terminal-stop")
    assert terminal.tester is not None
    assert terminal.tester.done == [("tap", "debit"), ("insert card", "credit"), ("leave",), ("leave",)]


def test_the_pin_is_masked_and_forgotten(terminal: Bench) -> None:
    assert terminal.tester is not None
    terminal.reach("terminal-key-1")
    assert not terminal.find("terminal-key-1").isEnabled()
    terminal.tester.shown = ("pin", 3000)
    terminal.settle()
    for key in ("1", "1", "2"):
        terminal.reach(f"terminal-key-{key}")
    terminal.reach("terminal-erase")
    assert terminal.find("terminal-line-2").property("text") == "PIN: ●●"
    for key in ("1", "1", "0", "1"):
        terminal.reach(f"terminal-key-{key}")
    terminal.reach("terminal-enter")
    assert terminal.find("terminal-line-2").property("text") == "PIN: "
    assert terminal.tester.done == [("pin", "111101")]


def test_what_goes_wrong_at_the_terminal_is_armed_there(terminal: Bench) -> None:
    terminal.reach("terminal-fault-lose_answer")
    terminal.reach("terminal-fault-lose_answer")
    terminal.reach("terminal-fault-decline")
    assert terminal.tester is not None
    assert terminal.tester.done == [
        ("fault", "card_terminal", "lose_answer", True),
        ("fault", "card_terminal", "lose_answer", False),
        ("fault", "card_terminal", "decline", True),
    ]


def test_hands_that_are_held_up_do_not_hold_up_the_screen(qapp: QGuiApplication) -> None:
    """A phone that does not answer: the dock returns at once, and a bug in an act comes to light."""
    held, free = threading.Event(), threading.Event()

    class Slow(FakeTester):
        def pay(self) -> None:
            held.set()
            free.wait()
            raise LookupError("a bug in the tester's hands")

    dock = Dock(Slow(), language="en")
    dock.pay()
    assert held.wait(LONG_S)
    dock.refresh()
    free.set()
    with pytest.raises(LookupError):
        dock.finish()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_dock_tells_number_and_pin_of_the_invented_colleague_as_simulated(
    benches: Callable[..., Bench], language: str
) -> None:
    bench = benches(language, PORTRAIT, tester=True)
    said = str(bench.find("dock-staff").property("text"))
    assert "1001" in said
    assert "135790" in said
    assert ("simulated" if language == "en" else "模拟") in said
