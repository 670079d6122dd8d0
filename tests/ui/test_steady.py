"""The screen keeps nothing from visit to visit. Thousands of them: `tools.campaigns leak --of screen`."""

import re
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLoggingCategory, QtMsgType, qInstallMessageHandler

from tests.ui.bench import Bench
from tests.ui.support import scenes

_TURNS = 5


@pytest.fixture
def talkative(benches: Callable[..., Bench]) -> Iterator[Bench]:
    """Return a screen whose QML says what it holds; an engine asks only when it is made."""
    QLoggingCategory.setFilterRules("qt.qml.gc.*=true")
    yield benches()
    QLoggingCategory.setFilterRules("")


def test_changing_pages_leaves_nothing_in_qmls_memory(talkative: Bench) -> None:
    def change() -> None:
        for _ in range(_TURNS):
            for page in ("identity", "paying", "welcome"):
                talkative.face.show(scenes()[page])
                _turn()

    change()
    before = _held(talkative)
    change()
    assert _held(talkative) - before < _TURNS * 32, "less than QML's smallest object a visit"


def _turn() -> None:
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _held(bench: Bench) -> int:
    """Return the bytes that QML's memory holds after what is garbage is gone, as its collector tells."""
    told: list[str] = []

    def hear(_kind: QtMsgType, _context: object, text: str) -> None:
        told.extend(re.findall(r"Regular item memory after GC: (\d+)", text))

    before = qInstallMessageHandler(hear)
    try:
        for _ in range(2):
            bench.face.frame.engine.collectGarbage()
            _turn()
    finally:
        qInstallMessageHandler(before)
    assert told, "QML's collector tells how much it holds"
    return int(told[-1])
