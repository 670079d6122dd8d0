"""A member of staff in place of the camera: asked for, known by number and PIN, deciding; by real touches."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from kiosk.domain.staff import StaffDenial
from kiosk.runtime.snapshot import Snapshot
from kiosk.ui.views.pages import cancellable
from kiosk.visit.events import Event, HolderConfirmedByStaff, HolderRefusedByStaff, StaffAsked
from tests.ui.bench import LANDSCAPE, PORTRAIT, Bench
from tests.ui.support import scenes

Benches = Callable[..., Bench]
EVERYWHERE = pytest.mark.parametrize(
    ("language", "size"),
    [("zh_CN", LANDSCAPE), ("zh_CN", PORTRAIT), ("en", LANDSCAPE), ("en", PORTRAIT)],
    ids=["zh-landscape", "zh-portrait", "en-landscape", "en-portrait"],
)


def typing(bench: Bench, digits: str) -> None:
    for digit in digits:
        bench.touch(f"digit-{digit}")


@EVERYWHERE
def test_the_whole_way_by_touch(benches: Benches, language: str, size: tuple[int, int]) -> None:
    bench = benches(language, size)
    for scene in ("comparing-staff", "not_recognised"):
        bench.show(scenes()[scene])
        bench.touch("askStaff")
    bench.show(scenes()["calling_staff"])
    assert "5" in str(bench.find("howLong").property("text"))
    bench.touch("iAmStaff")
    typing(bench, "1018")
    bench.touch("digit-erase")
    typing(bench, "7")
    assert "1017" in bench.texts()
    bench.touch("digit-enter")
    typing(bench, "135790")
    assert "●●●●●●" in bench.texts()
    assert "135790" not in bench.texts()
    bench.touch("digit-enter")
    assert "●" not in bench.texts()
    bench.show(scenes()["checking_holder"])
    assert "1017" in bench.texts()
    assert bench.find("portrait").property("source").toString()
    bench.touch("confirmHolder")
    assert bench.port.typed == [("1017", "135790")]
    assert bench.port.events == [StaffAsked(), StaffAsked(), HolderConfirmedByStaff("1017")]


def test_refusing_is_one_touch_too(bench: Bench) -> None:
    bench.show(scenes()["checking_holder"])
    bench.touch("refuseHolder")
    assert bench.port.events == [HolderRefusedByStaff("1017")]


def test_where_nobody_is_on_call_the_counter_is_named_and_no_button_offered(benches: Benches) -> None:
    bench = benches("en", LANDSCAPE)
    bench.show(scenes()["comparing"])
    assert not bench.shows("askStaff")
    assert "counter" in str(bench.find("otherWay").property("text"))
    bench.face.screen.colleague.ask()
    assert bench.port.events == []


def test_hints_of_the_camera_stand_on_lines_of_their_own(benches: Benches) -> None:
    bench = benches("en", LANDSCAPE)
    again = scenes()["comparing-again"]
    assert again.visit is not None
    bench.show(replace(again, visit=replace(again.visit, face_hints=("too_far", "mask"))))
    assert "Please come closer." in bench.texts()
    assert "mask" in bench.texts()
    bench.show(replace(again, visit=replace(again.visit, face_hints=())))
    assert "step into the light" in bench.texts()


@pytest.mark.parametrize(
    ("why", "locked", "said"),
    [
        (StaffDenial.WRONG, False, "is wrong."),
        (StaffDenial.WRONG, True, "taken again from 10:34:00"),
        (StaffDenial.LOCKED, True, "taken again from 10:34:00"),
        (StaffDenial.UNAVAILABLE, False, "cannot be read"),
    ],
)
def test_a_denial_says_why_and_how_long(benches: Benches, why: StaffDenial, locked: bool, said: str) -> None:
    bench = benches("en", LANDSCAPE)
    bench.show(scenes()["calling_staff"])
    bench.touch("iAmStaff")
    assert not bench.shows("denial")
    snapshot = scenes()["calling_staff-locked"]
    assert snapshot.visit is not None
    until = snapshot.visit.staff_locked_until if locked else None
    denied = replace(snapshot.visit, staff_denial=why, staff_locked_until=until)
    bench.show(replace(snapshot, visit=denied))
    assert said in str(bench.find("denial").property("text"))
    assert bench.shows("digit-1")  # the pad stays open for another try


def test_a_short_pin_or_one_being_judged_goes_nowhere(bench: Bench) -> None:
    bench.show(scenes()["calling_staff"])
    bench.touch("iAmStaff")
    bench.touch("digit-enter")
    typing(bench, "101")
    bench.touch("digit-enter")
    typing(bench, "13579")
    bench.touch("digit-enter")
    assert bench.port.typed == []
    typing(bench, "0")
    bench.show(replace(scenes()["calling_staff"], judging_staff=True))
    bench.touch("digit-enter")
    assert bench.port.typed == []


def test_the_pad_closes_and_forgets(bench: Bench) -> None:
    bench.show(scenes()["calling_staff"])
    bench.touch("iAmStaff")
    typing(bench, "1017")
    bench.touch("closePad")
    assert not bench.shows("digit-1")
    bench.touch("iAmStaff")
    assert "1017" not in bench.texts()


@pytest.mark.parametrize("scene", ["not_recognised", "calling_staff", "checking_holder"])
def test_the_applicant_can_end_on_every_page_of_it(scene: str) -> None:
    assert cancellable(scenes()[scene])


@pytest.mark.parametrize("then", ["identity", "looking_up"])
def test_late_touches_of_staff_change_nothing(bench: Bench, then: str) -> None:
    bench.show(scenes()["checking_holder"])
    late: Snapshot = scenes()[then]
    bench.show(late)
    colleague = bench.face.screen.colleague
    colleague.ask()
    colleague.identify("1017", "135790")
    colleague.confirm()
    colleague.refuse()
    nothing: list[Event] = []
    assert (bench.port.events, bench.port.typed) == (nothing, [])


def test_the_pad_works_by_keys_alone(bench: Bench) -> None:
    bench.show(scenes()["calling_staff"])
    bench.touch("iAmStaff")
    bench.find("digit-1").forceActiveFocus()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        bench.key(key)
    assert "11_" in bench.texts()
