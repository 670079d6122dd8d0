"""The leak campaign behind the real screen, drawn offscreen: `kiosk run` with its applicants automatic."""

import asyncio
import os
from typing import Any

from PySide6.QtCore import QMetaObject, QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication

from kiosk.app import SimulatedKiosk
from kiosk.commands import run as command
from kiosk.config import Settings
from tools.campaigns.leak import Readings, serve


class Counter(QObject):
    """Counts, in the GUI thread, the objects below all windows."""

    def __init__(self) -> None:
        super().__init__()
        self.found = 0

    @Slot()
    def count(self) -> None:
        windows = QGuiApplication.allWindows()
        self.found = sum(1 + len(window.findChildren(QObject)) for window in windows)


def serve_on_screen(of: Settings, visits: int, readings: Readings) -> None:
    """Run the command with its machine's part replaced by the automatic applicants."""
    os.environ |= {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}

    async def machine(_settings: Settings, _plan: object, port: Any, tester: Any) -> None:
        from kiosk.ui.main_window import close_screen  # noqa: PLC0415 - as the command does

        counter = Counter()
        application = QGuiApplication.instance()
        if application is None:
            raise AssertionError("the screen is there before the machine")
        counter.moveToThread(application.thread())

        def objects() -> int:
            QMetaObject.invokeMethod(counter, "count", Qt.ConnectionType.BlockingQueuedConnection)
            return counter.found

        def attach(bench: SimulatedKiosk) -> None:
            tester.attach(bench.tester)
            port.attach(bench.kiosk, asyncio.get_running_loop())

        await serve(of, visits, readings, objects, attach)
        close_screen()

    command._serve = machine  # type: ignore[assignment] # its arguments' names differ
    command.run(["--simulate", "--pace", "0", "--state", str(of.state)])
