"""The texts of the running screen do not hang on what becomes of their file."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlEngine

from kiosk import resources
from kiosk.ui.languages import CHINESE, ENGLISH, Languages


def starting() -> str:
    return QCoreApplication.translate("StartingWords", "The machine is starting")


def test_texts_written_anew_take_no_words_away(
    qapp: QGuiApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = tmp_path / f"kiosk_{CHINESE}.qm"
    compiled.write_bytes(resources.path("i18n", compiled.name).read_bytes())
    monkeypatch.setattr(resources, "path", lambda *_: compiled)
    languages = Languages(QQmlEngine(qapp))
    languages.use(CHINESE)
    assert starting() == "设备正在启动"
    with compiled.open("r+b") as file:
        file.write(bytes(compiled.stat().st_size))
    assert starting() == "设备正在启动"
    languages.use(ENGLISH)
    assert starting() == "The machine is starting"


def test_broken_texts_are_said_at_once(
    qapp: QGuiApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.qm").write_bytes(b"no texts")
    monkeypatch.setattr(resources, "path", lambda *_: tmp_path / "broken.qm")
    with pytest.raises(ValueError, match="reinstall"):
        Languages(QQmlEngine(qapp))
