"""Hands the keys of a keypad to the screen, for one whose keys do not get there by themselves.

A keypad that is an input device of the kernel is a keyboard to the window. The simulated one is a file.
"""

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QWindow

from kiosk.devices.cabinet_contracts import Key

_KEYS = {
    Key.UP: Qt.Key.Key_Up,
    Key.DOWN: Qt.Key.Key_Down,
    Key.LEFT: Qt.Key.Key_Left,
    Key.RIGHT: Qt.Key.Key_Right,
    Key.SELECT: Qt.Key.Key_Return,
    Key.BACK: Qt.Key.Key_Escape,
    Key.HELP: Qt.Key.Key_Help,
    **{Key(str(digit)): Qt.Key(Qt.Key.Key_0 + digit) for digit in range(10)},
}
"""The two keys of the volume are not among them: they are for `kiosk.runtime.guidance`."""


def press(window: QWindow, key: Key) -> None:
    """Press and release a key in a window; may be called from any thread."""
    code = _KEYS.get(key)
    if code is None:
        return
    text = key.value if key.value.isdigit() else ""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QCoreApplication.postEvent(window, QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, text))
