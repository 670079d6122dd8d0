"""PySide6 6.12.0 on Python below 3.12 loses references and aborts within minutes (docs/adr/0003)."""

import subprocess
import sys
from importlib.metadata import version

_LOSES_REFERENCES = """
import sys
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Bell(QObject):
    rung = Signal()

app = QCoreApplication([])
bell = Bell()
bell.rung.connect(lambda: None)
before = sys.getrefcount(None), sys.getrefcount(True)
for _ in range(20_000):
    bell.setObjectName("x")
    bell.parent()
    bell.rung.emit()
    app.processEvents()
after = sys.getrefcount(None), sys.getrefcount(True)
lost = [old - new for old, new in zip(before, after)]
sys.exit(f"references lost: {lost}" if max(lost) > 100 else 0)
"""


def test_qt_calls_lose_no_references() -> None:
    """In a process of its own, so that an abort fails this test and not the whole suite."""
    done = subprocess.run(
        [sys.executable, "-c", _LOSES_REFERENCES], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_version_that_was_tried_is_the_one_installed() -> None:
    assert version("PySide6-Essentials") == version("shiboken6") == "6.11.3"
