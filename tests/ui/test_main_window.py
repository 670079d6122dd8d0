"""The screen as a whole: starts, takes snapshots from another thread, ends when told."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread, current_thread

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.runtime.snapshot import Snapshot
from kiosk.shipped import load_catalogue
from kiosk.ui import main_window
from kiosk.ui.main_window import close_screen, run_screen
from tests.ui.fakes import FakePort, FakeTester
from tests.ui.support import scenes, welcome


@dataclass
class ThreadedPort(FakePort):
    """Sends every scene from a thread of its own, then asks for the end."""

    ended: list[str] = field(default_factory=list)

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        listener(welcome())
        self.listeners.append(listener)
        return lambda: self.ended.append("unsubscribed")

    def play(self) -> None:
        assert current_thread().name == "runtime"
        for snapshot in scenes().values():
            self.listeners[0](snapshot)
        close_screen()


@pytest.mark.parametrize("windowed", [True, False])
@pytest.mark.parametrize("tester", [None, FakeTester()], ids=["plain", "dock"])
def test_runs_and_ends(qapp: QGuiApplication, windowed: bool, tester: FakeTester | None) -> None:
    port, frames = ThreadedPort(), []
    thread = Thread(target=port.play, name="runtime")

    def first_frame() -> None:
        frames.append(current_thread().name)
        thread.start()

    code = run_screen(port, load_catalogue, tester, windowed=windowed, on_first_frame=first_frame)
    thread.join()
    assert (code, frames, port.ended) == (0, ["MainThread"], ["unsubscribed"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_on_a_signal_and_puts_the_handlers_back(qapp: QGuiApplication, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    code = run_screen(
        FakePort(),
        load_catalogue,
        None,
        windowed=True,
        on_first_frame=lambda: os.kill(os.getpid(), number),
    )
    assert code == 0
    assert signal.getsignal(number) is before


def test_broken_qml_is_said_at_once(
    qapp: QGuiApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: object, qtlog: object
) -> None:
    monkeypatch.setattr(main_window, "_QML", tmp_path)
    with pytest.raises(RuntimeError, match="does not load"):
        main_window.make_frame()
