"""The door of the screen: sets up Qt, shows the window, ends with its exit code.

Runs on Qt Quick's software renderer: the machine needs no graphics processor.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import hypot
from pathlib import Path

os.environ.setdefault("QT_QUICK_BACKEND", "software")

import PySide6.QtQuick  # noqa: F401 - without it the root object is a bare QWindow
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QScreen, QWindow
from PySide6.QtQml import QQmlApplicationEngine

from kiosk import resources
from kiosk.domain.catalogue import Catalogue
from kiosk.runtime.ports import KioskPort, TesterPort
from kiosk.runtime.snapshot import Snapshot
from kiosk.ui.dock import Dock
from kiosk.ui.languages import CHINESE, Languages
from kiosk.ui.mailbox import Mailbox
from kiosk.ui.pictures import Icons, VisitPictures
from kiosk.ui.screen import Screen

_QML = Path(__file__).parent / "qml"
_FAMILY, _RARE_FAMILY = "Noto Sans SC", "HanaMinB"
_USUAL_PANEL_INCHES = 21.5
_MM_PER_INCH = 25.4
_WINDOW = (1280, 720)
_DOCK_WIDTH = 340
_OPEN: set[Mailbox] = set()


@dataclass(frozen=True)
class Face:
    """A window with everything that it lives on; Qt needs all of it kept alive together."""

    engine: QQmlApplicationEngine
    languages: Languages
    window: QWindow
    screen: Screen
    pictures: VisitPictures
    dock: Dock | None


def run_screen(
    port: KioskPort,
    catalogue: Catalogue,
    tester: TesterPort | None,
    *,
    windowed: bool,
    language: str = CHINESE,
    panel_inches: float | None = None,
    on_first_frame: Callable[[], None] | None = None,
) -> int:
    """Show the screen until it is closed or the process is asked to end; return the exit code.

    Args:
        tester: what the dock beside the screen may do; None shows no dock.
        panel_inches: diagonal of the panel; None asks the display, and takes 21.5 if that is implausible.
        on_first_frame: called once, in the GUI thread, when the first picture is on the display.
    """
    app = make_application()
    face = make_face(port, catalogue, tester, language=language)

    def show(snapshot: Snapshot) -> None:
        face.screen.show(snapshot)
        if face.dock is not None:
            face.dock.refresh()

    # exit, not quit: quit asks the window first, which refuses to be closed in a hall.
    mailbox = Mailbox(show, app.exit)
    if on_first_frame is not None:
        _once_drawn(face.window, on_first_frame)
    _OPEN.add(mailbox)
    unsubscribe = port.subscribe(mailbox.post)
    try:
        with mailbox.closes_on_signals():
            _open(face, app.primaryScreen(), windowed=windowed, panel_inches=panel_inches)
            return app.exec()
    finally:
        unsubscribe()
        _OPEN.discard(mailbox)
        mailbox.dispose()
        close_face(face)


def close_screen() -> None:
    """End `run_screen`; may be called from any thread."""
    for mailbox in tuple(_OPEN):
        mailbox.close()


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


def make_face(
    port: KioskPort,
    catalogue: Catalogue,
    tester: TesterPort | None,
    *,
    language: str = CHINESE,
    animations: bool = True,
    elapsed: Callable[[], float] | None = None,
) -> Face:
    """Return the window, not yet shown; raise RuntimeError if its QML does not load."""
    engine = QQmlApplicationEngine()
    engine.addImportPath(str(_QML))
    pictures = VisitPictures()
    engine.addImageProvider("icon", Icons())
    engine.addImageProvider("visit", pictures)
    languages = Languages(engine)
    languages.use(language)
    screen = Screen(port, catalogue, pictures, language=language, elapsed=elapsed)
    screen.languageChosen.connect(languages.use)
    dock = None if tester is None else Dock(tester)
    theme = engine.singletonInstance("Kiosk.Style", "Theme")
    if not isinstance(theme, QObject):
        raise RuntimeError("the theme's QML does not load; see the messages above")
    theme.setProperty("animations", animations)
    engine.setInitialProperties({"view": screen} if dock is None else {"view": screen, "dock": dock})
    engine.loadFromModule("Kiosk.Screen", "Main")
    roots = engine.rootObjects()
    if not roots or not isinstance(roots[0], QWindow):
        raise RuntimeError("the screen's QML does not load; see the messages above")
    return Face(engine, languages, roots[0], screen, pictures, dock)


def close_face(face: Face) -> None:
    """Take the window down in the order that Qt needs: first what is drawn, then what it is drawn from."""
    face.window.hide()
    for dying in (face.window, face.engine):
        dying.deleteLater()
        QCoreApplication.sendPostedEvents(dying, QEvent.Type.DeferredDelete.value)


def _open(face: Face, display: QScreen, *, windowed: bool, panel_inches: float | None) -> None:
    if windowed:
        face.window.setProperty("kiosk", False)
        room = display.availableGeometry()
        width = _WINDOW[0] + (_DOCK_WIDTH if face.dock else 0)
        face.window.resize(min(width, room.width()), min(_WINDOW[1], room.height()))
        face.window.show()
        return
    inches = panel_inches or _plausible_inches(display)
    face.window.setProperty("panelDiagonal", inches * _MM_PER_INCH)
    face.window.setGeometry(display.geometry())  # an X server without window manager does not do it
    face.window.showFullScreen()


def _plausible_inches(display: QScreen) -> float:
    """Return the display's diagonal if it can be one: many panels report nonsense, or nothing."""
    size = display.physicalSize()
    inches = hypot(size.width(), size.height()) / _MM_PER_INCH
    return inches if 12 <= inches <= 65 else _USUAL_PANEL_INCHES


def _once_drawn(window: QWindow, then: Callable[[], None]) -> None:
    def drawn() -> None:
        window.frameSwapped.disconnect(drawn)  # type: ignore[attr-defined] # it is a QQuickWindow
        then()

    window.frameSwapped.connect(drawn)  # type: ignore[attr-defined] # it is a QQuickWindow
