"""Drives a screen as people do: by touching what is visible."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPointingDevice
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from kiosk.runtime.ports import KioskPort
from kiosk.runtime.snapshot import Snapshot
from kiosk.shipped import load_catalogue
from kiosk.ui.main_window import Face, close_frame, fill, make_frame
from tests.ui.fakes import FakePort, FakeTester

LANDSCAPE, PORTRAIT = (1920, 1080), (1080, 1920)


@cache
def _finger() -> QPointingDevice:
    return QTest.createTouchDevice()


@dataclass
class Stopwatch:
    """Seconds that pass only when a test says so."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Bench:
    """A screen, its port, and hands."""

    face: Face
    port: FakePort
    tester: FakeTester | None
    watch: Stopwatch
    beside: QQuickWindow | None = None

    @classmethod
    def open(
        cls, language: str, size: tuple[int, int], *, tester: bool = False, machine: KioskPort | None = None
    ) -> "Bench":
        """Open a screen at a port that only remembers, or at a machine's."""
        port, watch = FakePort(), Stopwatch()
        hands = FakeTester() if tester else None
        frame = make_frame(language=language, docked=tester, animations=False)
        face = fill(frame, machine or port, load_catalogue(), hands, language=language, elapsed=watch)
        face.window.resize(*size)
        face.window.show()
        bench = cls(face, port, hands, watch)
        bench.settle()
        return bench

    def close(self) -> None:
        close_frame(self.face.frame)

    @property
    def window(self) -> QQuickWindow:
        window = self.beside or self.face.window
        assert isinstance(window, QQuickWindow)
        return window

    def at(self, name: str) -> "Bench":
        """Return the same bench with its hands at another window that is open."""
        found = [one for one in QGuiApplication.topLevelWindows() if one.objectName() == name]
        beside = [one for one in found if isinstance(one, QQuickWindow) and one.isVisible()]
        assert len(beside) == 1, f"{len(beside)} open windows are called {name}"
        return replace(self, beside=beside[0])

    def settle(self) -> None:
        """Let layouts and delayed calls finish, and draw."""
        for _ in range(3):
            QCoreApplication.processEvents()
        if self.face.dock is not None:
            self.face.dock.finish()
        self.window.grabWindow()
        QCoreApplication.processEvents()

    def show(self, snapshot: Snapshot) -> None:
        self.face.screen.show(snapshot)
        self.settle()

    def items(self, below: QQuickItem | None = None) -> Iterator[QQuickItem]:
        """Walk the visible items; findChild would miss what repeaters make."""
        for item in (below or self.window.contentItem()).childItems():
            if item.isVisible():
                yield item
                yield from self.items(item)

    def find(self, name: str) -> QQuickItem:
        found = [item for item in self.items() if item.objectName() == name]
        assert len(found) == 1, f"{len(found)} visible items are called {name}"
        return found[0]

    def shows(self, name: str) -> bool:
        return any(item.objectName() == name for item in self.items())

    def texts(self) -> str:
        """Return all visible words."""
        return "\n".join(str(item.property("text")) for item in self.items() if item.inherits("QQuickText"))

    def buttons(self) -> list[QQuickItem]:
        """Return what can be touched."""
        found = (item for item in self.items() if item.inherits("QQuickAbstractButton"))
        return [item for item in found if item.isEnabled() and item.opacity() > 0]

    def place(self, item: QQuickItem) -> QRectF:
        return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))

    def _centre(self, item: QQuickItem) -> QPoint:
        return self.place(item).center().toPoint()

    def reach(self, name: str) -> None:
        """Tap something of the tester's, dragging its list there first."""
        item = self.find(name)
        above = item.parentItem()
        while not above.inherits("QQuickFlickable"):
            above = above.parentItem()
        content = above.property("contentItem")
        assert isinstance(content, QQuickItem)
        top = item.mapRectToItem(content, QRectF(0, 0, item.width(), item.height())).top()
        lowest = max(float(above.property("contentHeight")) - above.height(), 0.0)
        above.setProperty("contentY", min(max(top - above.height() / 2, 0.0), lowest))
        self.tap(name)

    def tap(self, name: str) -> None:
        """Tap with the mouse button, as most touch panels report themselves."""
        QTest.mouseClick(
            self.window,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            self._centre(self.find(name)),
        )
        self.settle()

    def touch(self, name: str) -> None:
        """Touch with a finger."""
        point = self._centre(self.find(name))
        QTest.touchEvent(self.window, _finger()).press(0, point, self.window).commit()
        QTest.touchEvent(self.window, _finger()).release(0, point, self.window).commit()
        self.settle()

    def drag(self, name: str, by: QPointF) -> None:
        """Press on an item, slide away, and let go there."""
        start = self._centre(self.find(name))
        end = (QPointF(start) + by).toPoint()
        QTest.mousePress(self.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
        QTest.mouseMove(self.window, end)
        QTest.mouseRelease(self.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
        self.settle()

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window, key)
        self.settle()
