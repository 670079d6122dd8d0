"""What the program needs of its computer: versions, fonts, display, disk, services; and the remedies."""

import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from kiosk import resources
from kiosk.domain.text import Text

ENOUGH_DISK = 200 * 1024 * 1024
"""Bytes that journal and backups need free."""

_BUNDLED_FONTS = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")


class Outcome(StrEnum):
    """What one check found."""

    OK = "ok"
    OPTIONAL = "optional"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was found, and what to do about it where it is not in order.

    Attributes:
        found: a value such as a path or a version, the same in every language, or words.
    """

    check: str
    title: Text
    outcome: Outcome
    found: str | Text
    remedy: Text | None = None

    @property
    def words(self) -> Text:
        """Return what was found in both languages."""
        return self.found if isinstance(self.found, Text) else Text(self.found, self.found)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the checks look; tests put their own here.

    Attributes:
        fonts: folders and files in which the font for rare characters may lie.
    """

    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    python: tuple[int, int] = sys.version_info[:2]
    pyside: Callable[[], str] = lambda: metadata.version("PySide6-Essentials")
    rare_font: Path = Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf")
    pcsc_socket: Path = Path("/run/pcscd/pcscd.comm")
    virtual_reader: Path = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
    screens: Path = Path("/dev/dri")


def examine(state: Path, around: Surroundings, *, pcsc: bool) -> tuple[Finding, ...]:
    """Make every check, in the order shown.

    Args:
        state: the state folder.
        pcsc: the machine reads chips through PC/SC, so that its library and service are needed.
    """
    return (
        _python(around),
        _pyside(around),
        _qt_quick(),
        _bundled_fonts(),
        _rare_font(around),
        _display(around),
        _state_folder(state),
        _disk(state),
        _pcsc_library(needed=pcsc),
        _reader_service(around, needed=pcsc),
        _virtual_reader(around),
    )


def _judge(check: str, title: Text, fine: bool, found: str, remedy: Text, *, needed: bool = True) -> Finding:
    if fine:
        return Finding(check, title, Outcome.OK, found)
    return Finding(check, title, Outcome.MISSING if needed else Outcome.OPTIONAL, found, remedy)


def _python(around: Surroundings) -> Finding:
    found = ".".join(map(str, around.python))
    remedy = Text("安装 Python 3.11 并重新执行 make setup", "Install Python 3.11 and run make setup again")
    return _judge("python", Text("Python 版本", "Python"), around.python == (3, 11), found, remedy)


def _pyside(around: Surroundings) -> Finding:
    """PySide6 6.12 loses references on Python below 3.12 and aborts within minutes (docs/adr/0003)."""
    title = Text("Qt 版本", "PySide6")
    remedy = Text("执行 make setup，安装 6.11.3", "Run make setup: it installs 6.11.3")
    try:
        found = around.pyside()
    except metadata.PackageNotFoundError:
        return _judge("pyside", title, False, "-", remedy)
    parts = found.split(".")
    newer = not all(part.isdigit() for part in parts[:2]) or tuple(map(int, parts[:2])) >= (6, 12)
    return _judge("pyside", title, not (newer and around.python < (3, 12)), found, remedy)


def _qt_quick() -> Finding:
    title = Text("Qt Quick 可加载", "Qt Quick loads")
    remedy = Text(
        "apt-get install libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3",
        "apt-get install libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3",
    )
    try:
        importlib.import_module("PySide6.QtQuick")
    except ImportError as error:
        return _judge("qt_quick", title, False, str(error)[:120], remedy)
    return _judge("qt_quick", title, True, "PySide6.QtQuick", remedy)


def _bundled_fonts() -> Finding:
    title = Text("随附字体", "Bundled fonts")
    remedy = Text("重新安装程序", "Reinstall the program")
    try:
        lacking = [name for name in _BUNDLED_FONTS if not resources.path("fonts", name).is_file()]
    except FileNotFoundError as error:
        return _judge("fonts", title, False, str(error), remedy)
    return _judge("fonts", title, not lacking, ", ".join(lacking or _BUNDLED_FONTS), remedy)


def _rare_font(around: Surroundings) -> Finding:
    title = Text("生僻字字体", "Font for rare characters")
    remedy = Text("apt-get install fonts-hanazono", "apt-get install fonts-hanazono")
    found = str(around.rare_font)
    return _judge("rare_font", title, around.rare_font.is_file(), found, remedy, needed=False)


def _display(around: Surroundings) -> Finding:
    title = Text("显示器", "Display")
    named = [name for name in ("WAYLAND_DISPLAY", "DISPLAY") if around.environment.get(name)]
    cards = sorted(path.name for path in around.screens.glob("card*"))
    remedy = Text(
        "连接显示器，或使用无屏幕的 kiosk visit", "Connect a display, or use kiosk visit, which needs none"
    )
    found = ", ".join(named + cards) or "-"
    return _judge("display", title, bool(named or cards), found, remedy, needed=False)


def _state_folder(state: Path) -> Finding:
    title = Text("状态目录可写", "State folder can be written")
    remedy = Text(f"将目录 {state} 交给本用户", f"Give the folder {state} to this user")
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=state):
            pass
    except OSError as error:
        return _judge("state_folder", title, False, f"{state}: {error.strerror}", remedy)
    return _judge("state_folder", title, True, str(state), remedy)


def _disk(state: Path) -> Finding:
    title = Text("磁盘空间", "Disk space")
    remedy = Text("释放至少 200 MB", "Free at least 200 MB")
    standing = next((path for path in (state, *state.parents) if path.exists()), Path("/"))
    free = shutil.disk_usage(standing).free
    return _judge("disk", title, free >= ENOUGH_DISK, f"{free // (1024 * 1024)} MB", remedy)


def _pcsc_library(*, needed: bool) -> Finding:
    title = Text("PC/SC 接口库", "PC/SC library")
    remedy = Text(
        "apt-get install libpcsclite-dev gcc，然后 make setup",
        "apt-get install libpcsclite-dev gcc, then make setup",
    )
    try:
        importlib.import_module("smartcard.scard")
    except ImportError as error:
        return _judge("pyscard", title, False, str(error)[:120], remedy, needed=needed)
    return _judge("pyscard", title, True, "pyscard " + metadata.version("pyscard"), remedy)


def _reader_service(around: Surroundings, *, needed: bool) -> Finding:
    title = Text("读卡服务 pcscd", "Reader service pcscd")
    remedy = Text(
        "apt-get install pcscd，然后 systemctl enable --now pcscd",
        "apt-get install pcscd, then systemctl enable --now pcscd",
    )
    socket_path = Path(around.environment.get("PCSCLITE_CSOCK_NAME") or around.pcsc_socket)
    found = str(socket_path) if socket_path.exists() else shutil.which("pcscd", path=_sbin(around)) or "-"
    return _judge("pcscd", title, socket_path.exists(), found, remedy, needed=needed)


def _sbin(around: Surroundings) -> str:
    return os.pathsep.join((around.environment.get("PATH", ""), "/usr/sbin", "/sbin"))


def _virtual_reader(around: Surroundings) -> Finding:
    title = Text("虚拟读卡器", "Virtual reader")
    remedy = Text("apt-get install vsmartcard-vpcd", "apt-get install vsmartcard-vpcd")
    found = str(around.virtual_reader)
    return _judge("vpcd", title, around.virtual_reader.exists(), found, remedy, needed=False)
