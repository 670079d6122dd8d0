"""Language, settings, time, the banner, and that nothing personal stays."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QObject

from kiosk.visit.model import Step
from tests.ui.bench import LANDSCAPE, PORTRAIT, Bench
from tests.ui.support import NOW, NUMBER, in_visit, scenes, visit, welcome


def warned(**changes: object) -> object:
    at = visit(Step.IDENTIFYING)
    return in_visit(at, warning=True, **{"left_s": 45.0, **changes})


def test_time_warning_counts_what_the_runtime_says_is_left(bench: Bench) -> None:
    bench.show(warned())
    assert bench.find("warningCountdown").property("seconds") == 45
    bench.watch.seconds += 5.5
    bench.face.screen.tick()
    bench.settle()
    assert bench.find("warningCountdown").property("seconds") == 40
    bench.show(warned(left_s=15.0, now=NOW + timedelta(days=1)))
    assert bench.find("warningCountdown").property("seconds") == 15
    bench.watch.seconds += 100
    bench.face.screen.tick()
    assert bench.face.screen.warningSeconds == 0


def test_more_time_is_one_touch(bench: Bench) -> None:
    bench.show(warned())
    bench.tap("moreTime")
    assert (bench.port.more, bench.port.events) == (1, [])
    bench.show(scenes()["identity"])
    assert not bench.shows("timeWarning")


def test_the_page_cannot_be_touched_under_the_warning(bench: Bench) -> None:
    bench.show(warned())
    bench.tap("yes")
    assert bench.port.events == []


def test_the_warning_covers_question_and_settings(bench: Bench) -> None:
    bench.show(scenes()["identity"])
    bench.tap("cancel")
    bench.show(warned())
    assert bench.shows("timeWarning")
    assert not bench.shows("cancelQuestion")


def test_payment_code_counts_down(bench: Bench) -> None:
    bench.show(scenes()["paying"])
    assert bench.find("countdown").property("seconds") == 128
    bench.watch.seconds += 28
    bench.face.screen.tick()
    assert bench.find("countdown").property("seconds") == 100
    bench.show(scenes()["making"])
    assert bench.face.screen.codeSeconds == -1


def test_language_switches_live_on_every_page(bench: Bench) -> None:
    for name, snapshot in scenes().items():
        bench.show(snapshot)
        chinese = bench.texts()
        bench.tap("language")
        english = bench.texts()
        assert english != chinese, name
        bench.tap("language")
        assert bench.texts() == chinese, name


def test_words_of_the_catalogue_follow_the_language(bench: Bench) -> None:
    bench.show(scenes()["option"])
    assert "个人旅游" in bench.texts()
    bench.tap("language")
    assert "Individual visit" in bench.texts()
    assert "个人旅游" not in bench.texts()


def test_language_and_settings_are_at_the_same_place_on_every_page(
    benches: Callable[..., Bench],
) -> None:
    for size in (LANDSCAPE, PORTRAIT):
        bench = benches("zh_CN", size)
        places = set()
        for snapshot in scenes().values():
            bench.show(snapshot)
            places.add(
                tuple(
                    bench.place(bench.find(n)).bottomLeft().toTuple() for n in ("language", "accessibility")
                )
            )
        assert len(places) == 1


def test_settings_take_effect_at_once(bench: Bench) -> None:
    bench.show(scenes()["identity"])
    theme = bench.face.frame.engine.singletonInstance("Kiosk.Style", "Theme")
    assert isinstance(theme, QObject)
    before = theme.property("body")
    bench.tap("accessibility")
    bench.tap("textSize-3")
    assert theme.property("body") > 1.5 * before
    bench.tap("contrast-high")
    assert theme.property("ink").name() == "#ffffff"
    bench.tap("resetSettings")
    assert theme.property("body") == before
    bench.tap("closeSettings")
    assert not bench.shows("settings")


def test_settings_and_language_end_with_the_visit(bench: Bench) -> None:
    bench.show(scenes()["identity"])
    bench.tap("language")
    bench.tap("accessibility")
    bench.tap("textSize-2")
    bench.tap("contrast-high")
    bench.show(welcome())
    screen = bench.face.screen
    assert (screen.language, screen.textSize, screen.highContrast) == ("zh_CN", 1, False)
    assert not bench.shows("settings")
    assert "请插入" in bench.texts()


def test_settings_made_before_the_card_stay_for_the_visit(bench: Bench) -> None:
    bench.show(welcome())
    bench.tap("language")
    bench.show(scenes()["reading"])
    bench.show(scenes()["identity"])
    assert bench.face.screen.language == "en"


def test_settings_left_behind_at_the_welcome_page_are_forgotten(bench: Bench) -> None:
    bench.show(welcome())
    bench.tap("language")
    bench.watch.seconds += 59
    bench.face.screen.tick()
    assert bench.face.screen.language == "en"
    bench.watch.seconds += 2
    bench.face.screen.tick()
    assert bench.face.screen.language == "zh_CN"


def test_the_banner_says_what_is_simulated(bench: Bench) -> None:
    bench.show(scenes()["welcome-simulated"])
    assert "SIMULATED · 模拟设备" in bench.texts()
    bench.show(welcome())
    assert "SIMULATED" not in bench.texts()


def test_nothing_personal_stays(bench: Bench) -> None:
    """After each page of a visit: no property, no picture, no visible word is left of it."""
    permit = visit(Step.IDENTIFYING).permit
    assert permit is not None
    bench.show(welcome())
    empty = _everything(bench)
    for name, snapshot in scenes().items():
        if snapshot.visit is None:
            continue
        bench.show(snapshot)
        bench.show(replace(welcome(), portrait=snapshot.portrait, film=snapshot.film))
        assert _everything(bench) == empty, name
        assert bench.face.frame.pictures.empty, name
        for personal in (permit.name_zh, permit.number, permit.surname, NUMBER):
            assert personal not in bench.texts(), name


def _everything(bench: Bench) -> dict[str, object]:
    screen = bench.face.screen
    parts = [screen, screen.holder, screen.choice, screen.order, screen.payment, screen.work, screen.outcome]
    found: dict[str, object] = {}
    for part in parts:
        meta = part.metaObject()
        for index in range(part.staticMetaObject.propertyCount()):
            key = meta.property(index).name()
            value = getattr(part, key)
            if not isinstance(value, QObject):
                found[f"{meta.className()}.{key}"] = value
    return found
