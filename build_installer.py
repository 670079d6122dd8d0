#!/usr/bin/env python3
"""Builds the Debian package of the kiosk into dist/: a ready environment in /opt, a command, a service.

    .venv/bin/python build_installer.py [--output dist] [--version 0.1.0]

The package is for Debian 12 on this processor: its environment is bound to Python 3.11. Times in it come
from SOURCE_DATE_EPOCH (seconds), by default the last commit's. Needs dpkg-deb, and the Python packages of
constraints.txt from the package index. The service is not enabled: a technician does that on the machine.
"""

import argparse
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
PACKAGE = "endorsement-kiosk"
HOME = Path("opt") / PACKAGE
PACKAGING = ROOT / "tools" / "debian"
WAYLAND = ("cage", "seatd", "xwayland", "libwayland-cursor0")
"""The window system: one full-screen program, no window manager, no shortcuts; seatd opens the screen."""

_UNUSED_STYLES = ("Fusion", "FluentWinUI3", "Imagine", "Material", "Universal")
_UNUSED_QML = ("Dialogs", "LocalStorage", "Particles", "Pdf", "Scene2D", "Scene3D", "Timeline", "tooling")

# Of Qt's wheel only what runs is shipped: no development tools, no other styles, and no virtual keyboard
# (its licence is GPLv3, and the kiosk has pads of its own).
_UNUSED = (
    "PySide6/*.pyi",
    "PySide6/assistant",
    "PySide6/designer",
    "PySide6/doc",
    "PySide6/glue",
    "PySide6/include",
    "PySide6/linguist",
    "PySide6/lrelease",
    "PySide6/lupdate",
    "PySide6/qml[!.]*",
    "PySide6/scripts",
    "PySide6/support",
    "PySide6/svgtoqml",
    "PySide6/typesystems",
    "PySide6/Qt*Designer*",
    "PySide6/QtHelp*",
    "PySide6/QtUiTools*",
    "PySide6/Qt/libexec",
    "PySide6/Qt/metatypes",
    "PySide6/Qt/lib/libQt6Designer*",
    "PySide6/Qt/lib/libQt6Help*",
    "PySide6/Qt/lib/libQt6Lottie*",
    "PySide6/Qt/lib/libQt6WaylandCompositor*",
    "PySide6/Qt/lib/libQt6*VirtualKeyboard*",
    "PySide6/Qt/plugins/designer",
    "PySide6/Qt/plugins/qmllint",
    "PySide6/Qt/plugins/qmltooling",
    "PySide6/Qt/plugins/virtualkeyboard",
    "PySide6/Qt/plugins/wayland-graphics-integration-server",
    "PySide6/Qt/plugins/platforminputcontexts/*virtualkeyboard*",
    "PySide6/Qt/qml/QtTest",
    "PySide6/Qt/qml/QtWayland",
    "PySide6/Qt/qml/QtQuick/VirtualKeyboard",
    "PySide6/Qt/translations/*_[!z]*.qm",
    "PySide6/Qt/lib/libQt6Labs*",
    "PySide6/Qt/lib/libQt6QmlCompiler*",
    "PySide6/Qt/lib/libQt6QuickDialogs2*",
    "PySide6/Qt/lib/libQt6QuickParticles*",
    *(f"PySide6/Qt/lib/libQt6QuickControls2{style}*" for style in _UNUSED_STYLES),
    *(f"PySide6/Qt/qml/QtQuick/Controls/{style}" for style in _UNUSED_STYLES),
    *(f"PySide6/Qt/qml/QtQuick/{module}" for module in _UNUSED_QML),
)


class BuildFailed(Exception):
    """A step failed; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is built: `stage` is the root of the package's files, `epoch` every file's time, Unix seconds."""

    stage: Path
    version: str
    architecture: str
    epoch: int

    @property
    def home(self) -> Path:
        return self.stage / HOME

    @property
    def python(self) -> Path:
        return self.home / "bin" / "python3"


def main(arguments: list[str] | None = None) -> int:
    """Build, check, and say what came out; return the exit code."""
    options = _options(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="installer-") as scratch:
            package = build(Path(scratch) / "root", options.output, options.version)
            verify(package, Path(scratch) / "unpacked")
    except BuildFailed as error:
        print(f"build_installer: {error}", file=sys.stderr)
        return 1
    content = package.read_bytes()
    print(f"{package}  {len(content) / 1e6:.1f} MB  sha256 {hashlib.sha256(content).hexdigest()}")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="folder for the package")
    parser.add_argument("--version", default=project["version"], help="version (default: %(default)s)")
    return parser.parse_args(arguments)


def build(stage: Path, output: Path, version: str) -> Path:
    """Make the package and return its path; raise BuildFailed."""
    for tool in ("dpkg-deb", "dpkg"):
        if shutil.which(tool) is None:
            raise BuildFailed(f"{tool} is missing: build on a Debian system")
    if sys.version_info[:2] != (3, 11):
        raise BuildFailed("run it with Python 3.11: .venv/bin/python build_installer.py")
    if not re.fullmatch(r"[0-9][0-9A-Za-z.+~]*", version):
        raise BuildFailed(f"not a Debian version: {version!r}")
    architecture = _run("dpkg", "--print-architecture").strip()
    plan = Plan(stage, version, architecture, _epoch())
    steps: list[tuple[str, Callable[[Plan], None]]] = [
        ("environment", _make_environment),
        ("Python packages", _install_packages),
        ("trimming", _trim),
        ("compiling", _compile),
        ("system files", _add_system_files),
        ("control files", _add_control_files),
        ("times", _set_times),
    ]
    for number, (name, step) in enumerate(steps, 1):
        print(f"[{number}/{len(steps) + 1}] {name}", flush=True)
        step(plan)
    print(f"[{len(steps) + 1}/{len(steps) + 1}] package", flush=True)
    output.mkdir(parents=True, exist_ok=True)
    package = output / f"{PACKAGE}_{version}_{architecture}.deb"
    command = ("dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(stage), str(package))
    _run(*command, SOURCE_DATE_EPOCH=str(plan.epoch))
    return package


def verify(package: Path, unpacked: Path) -> None:
    """Unpack the package elsewhere and serve one applicant with it, simulated; raise BuildFailed."""
    _run("dpkg-deb", "--extract", str(package), str(unpacked))
    home = unpacked / HOME
    program = (str(home / "bin" / "python3"), "-I", "-m", "kiosk")
    if "Usage" not in _run(*program, "--help"):
        raise BuildFailed("the packaged program does not show its help")
    with tempfile.TemporaryDirectory(prefix="installer-visit-") as scratch:
        _run(*program, "visit", "--state", f"{scratch}/state", "--out", f"{scratch}/out")
    shebang = (home / "bin" / "kiosk").read_text("utf-8").splitlines()[0]
    if shebang != f"#!/{HOME}/bin/python3":
        raise BuildFailed(f"the packaged command would run {shebang!r}")
    print("checked: unpacked, a whole simulated visit runs from the package")


def _make_environment(plan: Plan) -> None:
    """Make the environment on the system's own Python, so that it runs on every Debian 12 machine."""
    system = Path("/usr/bin/python3.11")
    if not system.exists():
        raise BuildFailed(f"{system} is missing: install Debian's python3 and python3-venv")
    _run(str(system), "-m", "venv", "--without-pip", str(plan.home))
    configuration = (plan.home / "pyvenv.cfg").read_text("utf-8").splitlines()
    kept = [line for line in configuration if not line.startswith("command")]
    (plan.home / "pyvenv.cfg").write_text("\n".join(kept) + "\n", "utf-8")


def _install_packages(plan: Plan) -> None:
    """Install the program and its pinned packages; no byte code yet, no trace of where it was built."""
    _run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(plan.python),
        "install",
        "--quiet",
        "--no-compile",
        "--disable-pip-version-check",
        "-c",
        str(ROOT / "constraints.txt"),
        str(ROOT),
        SOURCE_DATE_EPOCH=str(plan.epoch),
    )
    for trace in plan.home.rglob("direct_url.json"):
        trace.unlink()
    for script in (plan.home / "bin").iterdir():
        if script.is_symlink() or script.name.startswith(("python", "kiosk")):
            continue
        script.unlink()  # tools of the packages: nothing on a kiosk calls them
    for path in (plan.home / "bin" / "kiosk", *(plan.home).rglob("RECORD")):
        text = path.read_text("utf-8")
        path.write_text(text.replace(str(plan.stage / HOME), f"/{HOME}"), "utf-8")


def _trim(plan: Plan) -> None:
    """Remove what never runs."""
    site = _site_packages(plan)
    for pattern in _UNUSED:
        for path in site.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for tests in [*site.glob("*/tests"), *site.glob("*/test")]:
        shutil.rmtree(tests)


def _compile(plan: Plan) -> None:
    """Compile to byte code that names its final place and does not look at times."""
    options = ("-q", "-s", str(plan.stage), "-p", "/", "--invalidation-mode", "unchecked-hash")
    _run(str(plan.python), "-m", "compileall", *options, str(_site_packages(plan)))


def _add_system_files(plan: Plan) -> None:
    """Add service, user, settings and the command in the path."""
    places = {
        "endorsement-kiosk.service": "lib/systemd/system",
        "endorsement-kiosk.conf": "usr/lib/sysusers.d",
        "kiosk.toml": f"etc/{PACKAGE}",
        "endorsement-kiosk": "etc/default",
        "end-kiosk": str(HOME / "libexec"),
    }
    for name, folder in places.items():
        (plan.stage / folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(PACKAGING / name, plan.stage / folder / name)
    (plan.stage / "usr/bin").mkdir(parents=True, exist_ok=True)
    (plan.stage / "usr/bin/kiosk").symlink_to(f"/{HOME}/bin/kiosk")
    documents = plan.stage / "usr/share/doc" / PACKAGE
    documents.mkdir(parents=True)
    shutil.copyfile(PACKAGING / "copyright", documents / "copyright")
    entry = f"{PACKAGE} ({plan.version}) bookworm; urgency=medium\n\n  * Release {plan.version}.\n"
    changelog = gzip.compress(entry.encode(), mtime=0)
    (documents / "changelog.gz").write_bytes(changelog)


def _add_control_files(plan: Plan) -> None:
    control = plan.stage / "DEBIAN"
    control.mkdir(mode=0o755)
    size = sum(path.lstat().st_size for path in plan.stage.rglob("*") if not path.is_dir()) // 1024
    (control / "control").write_text(control_text(plan.version, plan.architecture, size), "utf-8")
    (control / "conffiles").write_text(f"/etc/{PACKAGE}/kiosk.toml\n/etc/default/{PACKAGE}\n", "utf-8")
    for script in ("postinst", "prerm", "postrm"):
        shutil.copyfile(PACKAGING / script, control / script)
        (control / script).chmod(0o755)
    files = sorted(p for p in plan.stage.rglob("*") if p.is_file() and not p.is_symlink())
    sums = (
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(plan.stage)}"
        for path in files
        if control not in path.parents
    )
    (control / "md5sums").write_text("\n".join(sums) + "\n", "utf-8")


def control_text(version: str, architecture: str, installed_kib: int) -> str:
    """Return the package's control file."""
    depends = ["python3 (>= 3.11)", "python3 (<< 3.12)", *runtime_packages(), *WAYLAND]
    fields = {
        "Package": PACKAGE,
        "Version": version,
        "Architecture": architecture,
        "Maintainer": "Endorsement Kiosk developers <kiosk@example.org>",
        "Installed-Size": str(installed_kib),
        "Depends": ", ".join(depends),
        "Section": "misc",
        "Priority": "optional",
        "Description": "self-service kiosk for endorsements on exit-entry permits\n"
        " Reads the permit's chip, offers what will be granted, takes the fee, rewrites\n"
        " the card and checks it, and never loses track of card, money or print.",
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def runtime_packages() -> list[str]:
    """Return the Debian packages that the running kiosk needs, from the list that `make setup` uses."""
    lines = (ROOT / "tools" / "debian-packages.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return [row[0] for row in rows if row[1] == "run"]


def _set_times(plan: Plan) -> None:
    """Give every file the same time and plain permissions, so that two builds are alike."""
    for path in [plan.stage, *plan.stage.rglob("*")]:
        if not path.is_symlink():
            executable = path.is_dir() or bool(path.stat().st_mode & 0o100)
            path.chmod(0o755 if executable else 0o644)
        os.utime(path, (plan.epoch, plan.epoch), follow_symlinks=False)


def _site_packages(plan: Plan) -> Path:
    return plan.home / "lib" / "python3.11" / "site-packages"


def _epoch() -> int:
    """Return SOURCE_DATE_EPOCH, or the time of the last commit, Unix seconds."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    text = given if given is not None else _run("git", "-C", str(ROOT), "log", "-1", "--format=%ct").strip()
    if not re.fullmatch(r"[0-9]{1,11}", text):
        raise BuildFailed("SOURCE_DATE_EPOCH must be a number of seconds")
    return int(text)


def _run(*command: str, **environment: str) -> str:
    """Run a tool and return what it prints; raise BuildFailed with the end of its complaint."""
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env={**os.environ, **environment}
        )
    except OSError as error:
        raise BuildFailed(f"{command[0]}: {error.strerror}") from error
    if done.returncode != 0:
        complaint = "\n".join((done.stderr or done.stdout).strip().splitlines()[-15:])
        raise BuildFailed(f"{Path(command[0]).name} failed ({done.returncode}):\n{complaint}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
