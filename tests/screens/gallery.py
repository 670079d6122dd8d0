"""Draws the pages into docs/screens: ``python tests/screens/gallery.py [FOLDER]``."""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1] / "ui"))

import support
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from kiosk.shipped import load_catalogue
from kiosk.ui.main_window import close_face, make_application, make_face

LANDSCAPE, PORTRAIT = (1920, 1080), (1080, 1920)


def draw(
    folder: Path,
    names: list[str],
    language: str,
    size: tuple[int, int],
    *,
    text: int = 1,
    contrast: bool = False,
    tag: str = "",
) -> None:
    face = make_face(support.FakePort(), load_catalogue(), None, language=language, animations=False)
    face.window.resize(*size)
    face.window.show()
    face.screen.chooseTextSize(text)
    face.screen.chooseHighContrast(contrast)
    scenes = support.scenes()
    for name in names or list(scenes):
        face.screen.show(scenes[name])
        face.screen.chooseTextSize(text)
        face.screen.chooseHighContrast(contrast)
        for _ in range(6):
            QCoreApplication.processEvents()
        picture = face.window.grabWindow()
        picture.convertToFormat(QImage.Format.Format_RGB32).save(str(folder / f"{name}{tag}.png"))
    close_face(face)


if __name__ == "__main__":
    make_application()
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    names = [n for n in sys.argv[2].split(",") if n] if len(sys.argv) > 2 else []
    lang = sys.argv[3] if len(sys.argv) > 3 else "zh_CN"
    size = PORTRAIT if len(sys.argv) > 4 and sys.argv[4] == "p" else LANDSCAPE
    text = int(sys.argv[5]) if len(sys.argv) > 5 else 1
    contrast = len(sys.argv) > 6
    draw(out, names, lang, size, text=text, contrast=contrast)
