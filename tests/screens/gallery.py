"""Draws the pages of the screen as pictures: ``python tests/screens/gallery.py FOLDER``.

All pages in Chinese on a landscape panel, and a choice of them in English, on a portrait panel, at the
largest text, in high contrast, with what may lie over them, and with the tester's dock.
"""

import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice

from kiosk.runtime.snapshot import Snapshot
from kiosk.ui.main_window import make_application
from tests.ui.bench import LANDSCAPE, PORTRAIT, Bench
from tests.ui.support import scenes

_COLOURS = 64
_ENGLISH = (
    "welcome", "recovering-payment", "identity", "destination", "option", "confirm-cancels", "method",
    "paying", "paying-show_code", "paying-show_card", "paying-same_purse",
    "making", "result", "returning-voucher", "comparing-staff", "checking_holder",
)  # fmt: skip
_PORTRAIT = (
    "welcome", "destination", "option", "confirm-cancels", "method", "paying", "paying-show_card",
    "paying-same_purse", "result", "returning-voucher", "goodbye-case",
    "checking_holder",
)  # fmt: skip
_LARGEST, _HIGH_CONTRAST = (
    ("option", "confirm", "paying-show_code"),
    ("welcome", "option", "paying-hold_purse"),
)


def main(folder: Path) -> None:
    """Draw everything into a folder, which is made if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    make_application()
    _draw(folder, scenes(), "zh_CN", LANDSCAPE, "")
    _draw(folder, _ENGLISH, "en", LANDSCAPE, "-en")
    _draw(folder, _PORTRAIT, "zh_CN", PORTRAIT, "-portrait")
    _draw(folder, _LARGEST, "zh_CN", LANDSCAPE, "-largest", text_size=3)
    _draw(folder, _HIGH_CONTRAST, "zh_CN", LANDSCAPE, "-contrast", high_contrast=True)
    _draw_overlays(folder)
    _draw_pad(folder)
    _draw_dock(folder)


def _draw(
    folder: Path,
    names: Iterable[str],
    language: str,
    size: tuple[int, int],
    tag: str,
    *,
    text_size: int = 1,
    high_contrast: bool = False,
) -> None:
    for name in names:
        bench = Bench.open(language, size, tester=False)
        bench.face.screen.chooseTextSize(text_size)
        bench.face.screen.chooseHighContrast(high_contrast)
        bench.show(scenes()[name])
        _save(bench, folder / f"{name}{tag}.png")
        bench.close()


def _draw_overlays(folder: Path) -> None:
    bench = Bench.open("zh_CN", LANDSCAPE, tester=False)
    bench.show(scenes()["confirm"])
    bench.tap("cancel")
    _save(bench, folder / "over-cancel.png")
    bench.tap("keepGoing")
    bench.tap("accessibility")
    _save(bench, folder / "over-settings.png")
    bench.tap("closeSettings")
    bench.show(_warned(scenes()["confirm"]))
    _save(bench, folder / "over-time.png")
    bench.close()


def _draw_pad(folder: Path) -> None:
    """The number pad on which a member of staff is typing, after too many wrong PINs."""
    for language, size, tag in (("zh_CN", LANDSCAPE, ""), ("en", PORTRAIT, "-en-portrait")):
        bench = Bench.open(language, size, tester=False)
        bench.show(scenes()["calling_staff"])
        for name in ("iAmStaff", "digit-1", "digit-0", "digit-1", "digit-7", "digit-enter", "digit-1"):
            bench.tap(name)
        bench.show(scenes()["calling_staff-locked"])
        _save(bench, folder / f"calling_staff-pad{tag}.png")
        bench.close()


def _warned(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, warning=True, left_s=38.0)


def _draw_dock(folder: Path) -> None:
    bench = Bench.open("zh_CN", (1620, 720), tester=True)
    bench.show(scenes()["welcome-simulated"])
    _save(bench, folder / "dock.png")
    bench.close()
    bench = Bench.open("en", (1620, 720), tester=True)
    bench.show(scenes()["welcome-simulated"])
    _save(bench, folder / "dock-en.png")
    _draw_terminal(bench, folder)
    bench.close()


def _draw_terminal(bench: Bench, folder: Path) -> None:
    """The simulated terminal's own window, while it asks for the PIN."""
    if bench.tester is None:
        raise AssertionError("there is no dock to open it from")
    bench.tester.shown = ("pin", 3000)
    bench.settle()
    terminal = bench.at("terminalWindow")
    for key in ("1", "1", "1"):
        terminal.tap(f"terminal-key-{key}")
    _save(terminal, folder / "dock-terminal-en.png")


def _save(bench: Bench, path: Path) -> None:
    """Write the window as a PNG of few colours: small, and the same bytes for the same picture."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    bench.window.grabWindow().save(buffer, "PNG")
    with Image.open(BytesIO(buffer.data().data())) as picture:
        few = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screens"))
