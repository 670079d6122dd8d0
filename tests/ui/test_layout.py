"""Every page in both languages, both orientations, at normal and largest text: whole and touchable."""

from itertools import combinations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickItem

from kiosk.ui.views.pages import Page
from tests.ui.bench import LANDSCAPE, PORTRAIT, Bench
from tests.ui.support import page_name, scenes

_TARGET_MM, _GAP_MM = 12.7, 2.54  # VVSG 2.0 7.2-I
_LONG_SIDE_MM = 476  # of the 21.5-inch panel that the window stands for
_LARGEST = 3


def test_every_page_has_a_scene() -> None:
    assert {page_name(name) for name in scenes()} == set(Page)


@pytest.mark.parametrize("text_size", [1, _LARGEST])
@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_pages_fit(benches, language: str, size: tuple[int, int], text_size: int) -> None:
    bench = benches(language, size)
    bench.face.screen.chooseTextSize(text_size)
    before_visits = sorted(scenes().items(), key=lambda scene: scene[1].visit is not None)
    for name, snapshot in before_visits:
        bench.show(snapshot)
        bench.settle()  # text that wraps tells its height while it is drawn: the next drawing has room for it
        _check(bench, name)


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_overlays_fit(benches, language: str, size: tuple[int, int]) -> None:
    bench = benches(language, size)
    for text_size in (1, _LARGEST):
        for overlay in ("cancel", "accessibility"):
            bench.show(scenes()["paying"])
            bench.face.screen.chooseTextSize(text_size)
            bench.settle()
            bench.tap(overlay)
            _check(bench, f"{overlay} at {text_size}")
            bench.tap("keepGoing" if overlay == "cancel" else "closeSettings")


def _check(bench: Bench, name: str) -> None:
    pixels_per_mm = max(bench.window.width(), bench.window.height()) / _LONG_SIDE_MM
    whole = QRectF(0, 0, bench.window.width(), bench.window.height())
    for item in bench.items():
        if item.inherits("QQuickText"):
            _check_text(bench, item, whole, name)
    buttons = bench.buttons()
    assert buttons, name
    for button in buttons:
        words = f"{name}: {button.objectName()} {button.property('text')!r}"
        assert min(button.width(), button.height()) >= _TARGET_MM * pixels_per_mm, words
        interface = QAccessible.queryAccessibleInterface(button)
        assert interface.text(QAccessible.Text.Name), words
        assert interface.state().focusable, words
    seen = [(b.objectName(), _visible(bench, b)) for b in buttons]
    for (one, a), (other, b) in combinations([pair for pair in seen if not pair[1].isEmpty()], 2):
        apart = max(a.left() - b.right(), b.left() - a.right(), a.top() - b.bottom(), b.top() - a.bottom())
        assert apart >= _GAP_MM * pixels_per_mm - 1, f"{name}: {one} and {other} are {apart} px apart"
    _check_heading(bench, name)


def _check_text(bench: Bench, item: QQuickItem, whole: QRectF, name: str) -> None:
    words = f"{name}: {item.property('text')!r}"
    assert not item.property("truncated"), words
    assert item.property("contentWidth") <= item.width() + 1, words
    assert item.property("contentHeight") <= item.height() + 1, words
    place, above = bench.place(item), item.parentItem()
    while above is not None:
        if above.inherits("QQuickFlickable"):
            column = QRectF(above.mapRectToScene(QRectF(0, 0, above.width(), above.height())))
            assert column.left() - 1 <= place.left(), words
            assert place.right() <= column.right() + 1, words
            return
        if above.inherits("QQuickAbstractButton"):
            assert bench.place(above).adjusted(-1, -1, 1, 1).contains(place), words
        above = above.parentItem()
    assert whole.adjusted(-1, -1, 1, 1).contains(place), words


def _visible(bench: Bench, item: QQuickItem) -> QRectF:
    """Return what can be seen of an item inside its scrolling pane."""
    place, above = bench.place(item), item.parentItem()
    while above is not None:
        if above.inherits("QQuickFlickable"):
            place = place.intersected(bench.place(above))
        above = above.parentItem()
    return place


def _check_heading(bench: Bench, name: str) -> None:
    roles = {QAccessible.queryAccessibleInterface(item).role() for item in bench.items() if _spoken(item)}
    assert QAccessible.Role.Heading in roles, name


def _spoken(item: QQuickItem) -> bool:
    return item.inherits("QQuickText") and QAccessible.queryAccessibleInterface(item) is not None
