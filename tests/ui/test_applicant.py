"""What the applicant does, by touch and by key, and what reaches the runtime."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt

from kiosk.devices.cabinet_contracts import Key
from kiosk.domain.endorsement import Destination
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel, PaymentPrompt
from kiosk.ui import keypad
from kiosk.visit.events import (
    Cancelled,
    CollectionChosen,
    DestinationsChosen,
    IdentityConfirmed,
    IdentityDenied,
    MethodChosen,
    OptionChosen,
    OrderConfirmed,
    ResultSeen,
    WentBack,
)
from kiosk.visit.model import Step
from tests.ui.bench import LANDSCAPE, PORTRAIT, Bench
from tests.ui.support import in_visit, offered, scenes, visit, welcome, with_items

HK, MACAO = Destination.HONG_KONG, Destination.MACAO
OPTION = offered(visit(Step.CHOOSING_OPTION), HK)[0].option.option_id
APPLICATIONS = scenes()["destination-approved"].visit.record.applications

TAPS = [
    ("identity", "yes", IdentityConfirmed()),
    ("identity", "no", IdentityDenied()),
    ("destination", "destination-HKG", DestinationsChosen((HK,))),
    ("destination", "destination-MAC", DestinationsChosen((MACAO,))),
    ("destination", "destination-both", DestinationsChosen((HK, MACAO))),
    (
        "destination-approved",
        f"application-{APPLICATIONS[0].application_no}",
        CollectionChosen((APPLICATIONS[0].application_no,)),
    ),
    (
        "destination-approved",
        "application-all",
        CollectionChosen(tuple(application.application_no for application in APPLICATIONS)),
    ),
    ("option", f"option-{OPTION}", OptionChosen(OPTION)),
    ("option", "back", WentBack()),
    ("confirm", "confirm", OrderConfirmed()),
    ("confirm", "back", WentBack()),
    ("method", "method-alipay", MethodChosen(Channel.ALIPAY)),
    ("method", "method-card", MethodChosen(Channel.CARD)),
    ("method", "method-yct", MethodChosen(Channel.YCT)),
    ("method", "code-wechat", MethodChosen(Channel.WECHAT, payer_code=True)),
    ("paying", "back", WentBack()),
    ("paying-show_code", "back", WentBack()),
    ("paying-show_card", "back", WentBack()),
    ("paying-hold_purse", "back", WentBack()),
    ("result", "slip", ResultSeen(slip=True)),
    ("result", "noSlip", ResultSeen(slip=False)),
]


@pytest.mark.parametrize(("scene", "name", "event"), TAPS, ids=[f"{s}-{n}" for s, n, _ in TAPS])
def test_taps_become_events(bench: Bench, scene: str, name: str, event: object) -> None:
    bench.show(scenes()[scene])
    bench.tap(name)
    assert bench.port.events == [event]
    bench.touch(name)
    assert bench.port.events == [event, event]


def test_i_have_paid_asks_the_network(bench: Bench) -> None:
    bench.show(scenes()["paying"])
    bench.tap("paid")
    assert (bench.port.asked, bench.port.events) == (1, [])


def test_i_have_paid_pressed_again_and_again_asks_once(bench: Bench) -> None:
    bench.show(scenes()["paying"])
    bench.tap("paid")
    bench.show(scenes()["paying-asking"])
    for _ in range(3):
        bench.tap("paid")
        bench.face.screen.askPayment()
    assert (bench.port.asked, bench.port.events) == (1, [])
    assert not bench.shows("notYet")
    bench.show(scenes()["paying"])
    assert bench.shows("notYet")
    bench.tap("paid")
    assert bench.port.asked == 2
    bench.show(scenes()["paying-renewed"])
    bench.show(scenes()["making"])
    bench.show(scenes()["paying"])
    assert not bench.shows("notYet")


MOVING = ["confirm_on_phone", "enter_pin", "terminal_works", "purse_works"]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_while_money_moves_there_is_nothing_to_press(
    benches: Callable[..., Bench], language: str, size: tuple[int, int]
) -> None:
    bench = benches(language, size)
    for prompt in MOVING:
        bench.show(scenes()[f"paying-{prompt}"])
        assert {button.objectName() for button in bench.buttons()} == {"language", "accessibility"}, prompt
        bench.face.screen.goBack()
        bench.face.screen.cancel()
        bench.face.screen.turnPayment()
    assert (bench.port.events, bench.port.asked) == ([], 0)


PAYING_TAPS = [
    ("method", "method-card", MethodChosen(Channel.CARD)),
    ("method", "method-yct", MethodChosen(Channel.YCT)),
    ("method", "code-alipay", MethodChosen(Channel.ALIPAY, payer_code=True)),
    ("paying", "otherSide", WentBack()),
    ("paying-renewed", "back", WentBack()),
    ("paying-show_code", "otherSide", WentBack()),
    ("paying-other_code", "back", WentBack()),
    ("paying-show_card", "back", WentBack()),
    ("paying-hold_purse", "back", WentBack()),
]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_paying_by_touch_in_every_language_and_orientation(
    benches: Callable[..., Bench], language: str, size: tuple[int, int]
) -> None:
    bench = benches(language, size)
    for number, (scene, name, event) in enumerate(PAYING_TAPS, start=1):
        bench.show(scenes()[scene])
        bench.touch(name)
        assert bench.port.events[-1] == event, (scene, name)
        assert len(bench.port.events) == number, (scene, name)
        bench.show(welcome())
    bench.show(scenes()["paying"])
    bench.touch("paid")
    assert bench.port.asked == 1


@pytest.mark.parametrize("scene", ["paying", "paying-show_code"])
def test_the_other_side_of_a_payment_is_one_touch(bench: Bench, scene: str) -> None:
    """The open order is left first; once it is closed, the same way is chosen the other way round."""
    open_now = scenes()[scene]
    assert open_now.visit is not None
    assert open_now.visit.order is not None
    bench.show(open_now)
    bench.tap("otherSide")
    assert bench.port.events == [WentBack()]
    closing = replace(open_now.visit, step=Step.CLOSING_PAYMENT, payment_code=None)
    bench.show(in_visit(closing, prompt=PaymentPrompt.CLOSING))
    assert bench.port.events == [WentBack()]
    choosing = in_visit(replace(closing, step=Step.CHOOSING_METHOD))
    bench.show(choosing)
    bench.show(choosing)
    wanted = MethodChosen(Channel.ALIPAY, payer_code=not open_now.visit.order.payer_code)
    assert bench.port.events == [WentBack(), wanted]


@pytest.mark.parametrize("then", ["making", "returning", "welcome", "closing-ended", "method-without"])
def test_the_wish_for_the_other_side_ends_with_the_payment(bench: Bench, then: str) -> None:
    bench.show(scenes()["paying"])
    bench.tap("otherSide")
    closing = replace(scenes()["closing_payment"].visit, ending=Fault(FailureCode.CANCELLED))
    without = replace(closing, ending=None, step=Step.CHOOSING_METHOD, payer_code_channels=())
    ends = {"closing-ended": in_visit(closing), "method-without": in_visit(without)}
    bench.show(ends.get(then) or scenes()[then])
    bench.show(in_visit(replace(closing, ending=None, step=Step.CHOOSING_METHOD)))
    assert bench.port.events == [WentBack()]


@pytest.mark.parametrize("scene", ["paying-same_purse", "paying-other_purse", "paying-ask_staff"])
def test_a_debit_in_doubt_says_what_to_do_and_may_be_left(bench: Bench, scene: str) -> None:
    bench.show(scenes()[scene])
    assert bench.shows("alarm")
    assert not bench.shows("back")
    bench.tap("cancel")
    bench.tap("reallyCancel")
    assert bench.port.events == [Cancelled()]


def test_the_picture_shows_the_device_that_is_meant(bench: Bench) -> None:
    places = {
        "show_code": "scanner",
        "show_card": "terminal",
        "enter_pin": "terminal",
        "hold_purse": "reader",
    }
    for prompt, place in places.items():
        bench.show(scenes()[f"paying-{prompt}"])
        assert bench.shows(f"place-{place}"), prompt
        assert not bench.shows("code")
        assert not bench.shows("paid")


def test_a_slide_off_the_button_does_nothing(bench: Bench) -> None:
    bench.show(scenes()["identity"])
    bench.drag("yes", QPointF(-400, -300))
    assert bench.port.events == []


def test_what_is_not_offered_cannot_be_chosen(bench: Bench) -> None:
    bench.show(scenes()["method"])
    bench.tap("method-unionpay")
    assert bench.port.events == []


def test_late_taps_change_nothing(bench: Bench) -> None:
    bench.show(scenes()["making"])
    screen = bench.face.screen
    for late in (
        screen.confirmIdentity,
        screen.confirmOrder,
        screen.askPayment,
        screen.goBack,
        screen.cancel,
    ):
        late()
    screen.chooseOption(OPTION)
    screen.chooseMethod("alipay")
    screen.chooseDestinations(["HKG"])
    screen.chooseApplications(["A1"])
    screen.finish(True)
    assert (bench.port.events, bench.port.asked) == ([], 0)


CANCELLABLE = ["comparing", "looking_up", "identity", "destination", "option", "confirm", "method",
               "opening_payment", "paying"]  # fmt: skip


@pytest.mark.parametrize("scene", CANCELLABLE)
def test_cancel_asks_once_more(bench: Bench, scene: str) -> None:
    bench.show(scenes()[scene])
    bench.tap("cancel")
    assert bench.shows("cancelQuestion")
    assert bench.port.events == []
    bench.tap("keepGoing")
    assert not bench.shows("cancelQuestion")
    bench.tap("cancel")
    bench.tap("reallyCancel")
    assert bench.port.events == [Cancelled()]


def test_nobody_cancels_once_money_moved_on(bench: Bench) -> None:
    for scene in ("making", "result", "refunding", "returning", "goodbye"):
        bench.show(scenes()[scene])
        assert not bench.shows("cancel"), scene


def test_the_question_goes_when_its_page_goes(bench: Bench) -> None:
    bench.show(scenes()["paying"])
    bench.tap("cancel")
    bench.show(scenes()["making"])
    assert not bench.shows("cancelQuestion")
    bench.face.screen.cancel()
    assert bench.port.events == []


def test_nothing_behind_an_overlay_can_be_touched(bench: Bench) -> None:
    bench.show(scenes()["destination"])
    bench.tap("cancel")
    bench.tap("destination-HKG")
    bench.tap("back") if bench.shows("back") else None
    assert bench.port.events == []


def test_keys_do_it_all(bench: Bench) -> None:
    """Tab reaches every button in reading order, Return presses it."""
    bench.show(scenes()["identity"])
    reached = []
    for _ in range(5):
        bench.key(Qt.Key.Key_Tab)
        reached.append(bench.window.activeFocusItem().objectName())
    assert set(reached) == {"yes", "no", "cancel", "language", "accessibility"}
    while bench.window.activeFocusItem().objectName() != "yes":
        bench.key(Qt.Key.Key_Tab)
    assert bench.window.activeFocusItem().property("visualFocus")
    bench.key(Qt.Key.Key_Return)
    bench.key(Qt.Key.Key_Space)
    assert bench.port.events == [IdentityConfirmed(), IdentityConfirmed()]


def test_the_arrows_of_a_keypad_step_through_what_there_is(bench: Bench) -> None:
    """Pressed as the simulated keypad presses them: from outside, into the window."""

    def press(*keys: Key) -> str:
        for key in keys:
            keypad.press(bench.window, key)
        bench.settle()
        return str(bench.window.activeFocusItem().objectName())

    bench.show(scenes()["identity"])
    bench.key(Qt.Key.Key_Tab)
    forward = [press(Key.DOWN) for _ in range(5)]
    assert {"yes", "no", "cancel"} <= set(forward)
    assert press(Key.UP) == forward[-2]
    assert press(Key.RIGHT, Key.VOLUME_UP) == forward[-1]
    while press(Key.LEFT) != "yes":
        pass
    press(Key.SELECT, Key.DIGIT_7, Key.HELP)
    assert bench.port.events == [IdentityConfirmed()]


def test_the_keyboard_scrolls_to_what_it_is_on(bench: Bench) -> None:
    bench.show(scenes()["option"])
    bench.face.screen.chooseTextSize(3)
    bench.settle()
    last = offered(scenes()["option"].visit, HK)[-1].option.option_id
    for _ in range(30):
        bench.key(Qt.Key.Key_Tab)
        if bench.window.activeFocusItem().objectName() == f"option-{last}":
            break
    bench.key(Qt.Key.Key_Return)
    assert bench.port.events == [OptionChosen(last)]
    assert bench.place(bench.find(f"option-{last}")).bottom() < bench.window.height()


def test_buttons_scroll_what_is_too_long(bench: Bench) -> None:
    bench.show(scenes()["option"])
    last = offered(scenes()["option"].visit, HK)[-1].option.option_id
    before = bench.place(bench.find(f"option-{last}")).top()
    bench.tap("scrollDown")
    assert bench.place(bench.find(f"option-{last}")).top() < before
    bench.tap("scrollUp")
    assert bench.place(bench.find(f"option-{last}")).top() == before


def test_touching_counts_as_being_there(bench: Bench) -> None:
    bench.show(scenes()["identity"])
    bench.watch.seconds += 10
    active = bench.port.active
    bench.tap("title")
    assert bench.port.active == active + 1
    bench.tap("title")
    assert bench.port.active == active + 1, "once a second is enough"
    bench.watch.seconds += 10
    bench.tap("title")
    assert bench.port.active == active + 2


def test_the_second_destination_is_asked_on_its_own_page(bench: Bench) -> None:
    at = visit(Step.CHOOSING_OPTION, wanted=(HK, MACAO))
    bench.show(in_visit(at))
    first = bench.face.screen.pageKey
    chosen = with_items(Step.CHOOSING_OPTION).items[:1]
    bench.show(in_visit(replace(at, items=chosen, wanted=(MACAO,))))
    assert bench.face.screen.pageKey != first
    assert "澳门" in bench.find("title").property("text")
