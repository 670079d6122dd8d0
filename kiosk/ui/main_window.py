"""The door of the screen: sets up Qt, shows the window, ends with its exit code.

Runs on Qt Quick's software renderer: the machine needs no graphics processor.
"""

import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from math import hypot
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QUICK_BACKEND", "software")

import PySide6.QtQuick  # noqa: F401 - without it the root object is a bare QWindow
from PySide6.QtCore import Q_ARG, QCoreApplication, QEvent, QEventLoop, QMetaObject, QObject
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QScreen, QWindow
from PySide6.QtQml import QQmlApplicationEngine

from kiosk import resources
from kiosk.ui.languages import CHINESE, Languages
from kiosk.ui.mailbox import Mailbox
from kiosk.ui.pictures import Icons, VisitPictures
from kiosk.ui.unusable_display import explained

if TYPE_CHECKING:  # loaded by `fill`, after the first picture
    from kiosk.devices.cabinet_contracts import Key
    from kiosk.domain.catalogue import Catalogue
    from kiosk.runtime.ports import KioskPort, TesterPort
    from kiosk.runtime.snapshot import Snapshot
    from kiosk.ui.dock import Dock
    from kiosk.ui.screen import Screen

_QML = Path(__file__).parent / "qml"
_FAMILY, _RARE_FAMILY = "Noto Sans SC", "HanaMinB"
_USUAL_PANEL_INCHES = 21.5
_MM_PER_INCH = 25.4
_WINDOW = (1280, 720)
_DOCK_WIDTH = 340
_OPEN: set[Mailbox] = set()
_WINDOWS: list[QWindow] = []


@dataclass(frozen=True)
class Frame:
    """A window that says that the machine is starting, with what it lives on."""

    engine: QQmlApplicationEngine
    languages: Languages
    window: QWindow
    pictures: VisitPictures


@dataclass(frozen=True)
class Face:
    """A window with everything that it lives on; Qt needs all of it kept alive together."""

    frame: Frame
    screen: "Screen"
    dock: "Dock | None"

    @property
    def window(self) -> QWindow:
        return self.frame.window

    def show(self, snapshot: "Snapshot") -> None:
        """Show a snapshot; must be called in the GUI thread."""
        self.screen.show(snapshot)
        if self.dock is not None:
            self.dock.refresh()


def run_screen(
    port: "KioskPort",
    catalogue: "Callable[[], Catalogue]",
    tester: "TesterPort | None",
    *,
    windowed: bool,
    language: str = CHINESE,
    panel_inches: float | None = None,
    on_first_frame: Callable[[], None] | None = None,
    on_ready: Callable[[], None] | None = None,
    on_no_display: Callable[[str], object] | None = None,
) -> int:
    """Show the screen until it is closed or the process is asked to end; return the exit code.

    Args:
        catalogue: gives the catalogue; called after the first picture, which needs none.
        tester: what the dock beside the screen may do; None shows no dock.
        panel_inches: diagonal of the panel; None asks the display, and takes 21.5 if that is implausible.
        on_first_frame: called once, in the GUI thread, when the first picture is on the display.
        on_ready: called once, in the GUI thread, when the whole screen is loaded: the machine may start.
        on_no_display: called with what Qt found where there is no display; the process then ends with exit
            code 2. Without it Qt aborts.
    """
    with explained(on_no_display, 2) if on_no_display is not None else nullcontext():
        app = make_application()
    frame = make_frame(language=language, docked=tester is not None)
    # exit, not quit: quit asks the window first, which refuses to be closed in a hall.
    mailbox = Mailbox(app.exit)
    _OPEN.add(mailbox)
    _WINDOWS.append(frame.window)
    unsubscribe = port.subscribe(mailbox.post)
    try:
        with mailbox.closes_on_signals():
            if not _drawn(frame, app.primaryScreen(), windowed=windowed, panel_inches=panel_inches):
                return 0
            if on_first_frame is not None:
                on_first_frame()
            face = fill(frame, port, catalogue(), tester, language=language)
            mailbox.deliver_to(face.show)
            if on_ready is not None:
                on_ready()
            return app.exec()
    finally:
        unsubscribe()
        _OPEN.discard(mailbox)
        _WINDOWS.remove(frame.window)
        mailbox.dispose()
        close_frame(frame)


def close_screen() -> None:
    """End `run_screen`; may be called from any thread."""
    for mailbox in tuple(_OPEN):
        mailbox.close()


def press_key(key: "Key") -> None:
    """Press a key of a keypad on the screen; may be called from any thread."""
    from kiosk.ui.keypad import press  # noqa: PLC0415 - only a simulated keypad needs it

    for window in tuple(_WINDOWS):
        press(window, key)


def make_application() -> QGuiApplication:
    """Return the application with our fonts; the one that runs already, if there is one."""
    existing = QGuiApplication.instance()
    app = existing if isinstance(existing, QGuiApplication) else QGuiApplication(sys.argv[:1])
    app.setApplicationName("endorsement-kiosk")
    if _FAMILY not in QFontDatabase.families():
        for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"):
            QFontDatabase.addApplicationFont(str(resources.path("fonts", name)))
    font = QFont()
    font.setFamilies([_FAMILY, _RARE_FAMILY])
    app.setFont(font)
    return app


def make_frame(*, language: str = CHINESE, docked: bool = False, animations: bool = True) -> Frame:
    """Return the window, not yet shown; raise RuntimeError if its QML does not load."""
    engine = QQmlApplicationEngine()
    engine.addImportPath(str(_QML))
    pictures = VisitPictures()
    engine.addImageProvider("icon", Icons())
    engine.addImageProvider("visit", pictures)
    languages = Languages(engine)
    languages.use(language)
    theme = engine.singletonInstance("Kiosk.Style", "Theme")
    if not isinstance(theme, QObject):
        raise RuntimeError("the theme's QML does not load; see the messages above")
    theme.setProperty("animations", animations)
    engine.setInitialProperties({"docked": docked})
    engine.loadFromModule("Kiosk.Screen", "Main")
    roots = engine.rootObjects()
    if not roots or not isinstance(roots[0], QWindow):
        raise RuntimeError("the screen's QML does not load; see the messages above")
    return Frame(engine, languages, roots[0], pictures)


def fill(
    frame: Frame,
    port: "KioskPort",
    catalogue: "Catalogue",
    tester: "TesterPort | None",
    *,
    language: str = CHINESE,
    elapsed: Callable[[], float] | None = None,
) -> Face:
    """Put the stage and the dock into the window; raise RuntimeError if their QML does not load."""
    # Imported here: they know the whole visit, which takes longer to load than the first picture.
    from kiosk.ui.dock import Dock  # noqa: PLC0415
    from kiosk.ui.screen import Screen  # noqa: PLC0415

    screen = Screen(port, catalogue, frame.pictures, language=language, elapsed=elapsed)
    screen.languageChosen.connect(frame.languages.use)
    dock = None if tester is None else Dock(tester, language=language)
    for model in (screen, dock):
        if model is not None:
            # The engine takes them down with it, in this thread. Python's garbage collection may run in any.
            model.setParent(frame.engine)
    if dock is not None:
        screen.languageChosen.connect(dock.speak)
    QMetaObject.invokeMethod(frame.window, "fill", Q_ARG(QObject, screen), Q_ARG(QObject, dock))
    if not frame.window.property("ready"):
        raise RuntimeError("the stage's QML does not load; see the messages above")
    return Face(frame, screen, dock)


def close_frame(frame: Frame) -> None:
    """Take the window down in the order that Qt needs: first what is drawn, then what it is drawn from."""
    frame.window.hide()
    for dying in (frame.window, frame.engine):
        dying.deleteLater()
        QCoreApplication.sendPostedEvents(dying, QEvent.Type.DeferredDelete.value)


def _drawn(frame: Frame, display: QScreen, *, windowed: bool, panel_inches: float | None) -> bool:
    """Open the window and wait for its first picture; False if it was closed before."""
    waiting = QEventLoop()
    drawn: list[bool] = []

    def end() -> None:
        drawn.append(True)
        waiting.quit()

    swapped = frame.window.frameSwapped.connect(end)  # type: ignore[attr-defined] # it is a QQuickWindow
    _open(frame.window, display, windowed=windowed, panel_inches=panel_inches)
    waiting.exec()
    QObject.disconnect(swapped)
    return bool(drawn)


def _open(window: QWindow, display: QScreen, *, windowed: bool, panel_inches: float | None) -> None:
    if windowed:
        window.setProperty("kiosk", False)
        room = display.availableGeometry()
        width = _WINDOW[0] + (_DOCK_WIDTH if window.property("docked") else 0)
        window.resize(min(width, room.width()), min(_WINDOW[1], room.height()))
        window.show()
        return
    inches = panel_inches or _plausible_inches(display)
    window.setProperty("panelDiagonal", inches * _MM_PER_INCH)
    window.setGeometry(display.geometry())  # an X server without window manager does not do it
    window.showFullScreen()


def _plausible_inches(display: QScreen) -> float:
    """Return the display's diagonal if it can be one: many panels report nonsense, or nothing."""
    size = display.physicalSize()
    inches = hypot(size.width(), size.height()) / _MM_PER_INCH
    return inches if 12 <= inches <= 65 else _USUAL_PANEL_INCHES
