"""A screen on an offscreen display, with a port that remembers."""

import os
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.runtime.ports import KioskPort
from kiosk.ui.main_window import make_application
from tests.ui.bench import LANDSCAPE, Bench


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    return QGuiApplication


@pytest.fixture
def benches(qapp: QGuiApplication) -> Iterator[Callable[..., Bench]]:
    """Return a maker of benches; all of them are closed at the end of the test."""
    make_application()
    made: list[Bench] = []

    def make(
        language: str = "zh_CN",
        size: tuple[int, int] = LANDSCAPE,
        *,
        tester: bool = False,
        machine: KioskPort | None = None,
    ) -> Bench:
        made.append(Bench.open(language, size, tester=tester, machine=machine))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def bench(benches: Callable[..., Bench]) -> Bench:
    return benches()
