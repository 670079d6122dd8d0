"""Collects the screen's texts into resources/i18n/*.ts, compiles them, or checks that none is missing.

translations.py update   collect new texts, then compile to .qm
translations.py check    fail if a text is missing, new or obsolete, or a .qm is older than its .ts
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
I18N = ROOT / "resources" / "i18n"
SOURCES = ROOT / "kiosk" / "ui"


def update() -> int:
    """Collect and compile; return the exit code."""
    files = _translations()
    if not files:
        print(f"There is no .ts file in {I18N.relative_to(ROOT)}: create an empty one per language first.")
        return 1
    _collect(files)
    for path in files:
        _run("pyside6-lrelease", str(path), "-qm", str(path.with_suffix(".qm")))
    return 0


def check() -> int:
    """Return 0 if every text is translated and every compiled file is what its source makes."""
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        for path in _translations():
            copy = Path(scratch) / path.name
            copy.write_bytes(path.read_bytes())
            _collect([copy], quiet=True)
            if _texts(copy) != _texts(path):
                problems.append(f"{path.name}: texts were added or changed since; run make translations")
            compiled = Path(scratch) / f"{path.stem}.qm"
            if _run("pyside6-lrelease", "-fail-on-unfinished", str(path), "-qm", str(compiled), quiet=True):
                problems.append(f"{path.name}: has texts without translation")
            elif _bytes(compiled) != _bytes(path.with_suffix(".qm")):
                problems.append(f"{path.stem}.qm: is not what {path.name} makes; run make translations")
    print("\n".join(problems) if problems else f"translations: {len(_translations())} languages complete")
    return 1 if problems else 0


def _translations() -> list[Path]:
    return sorted(I18N.glob("*.ts"))


def _collect(files: list[Path], *, quiet: bool = False) -> None:
    sources = [str(p) for p in sorted(SOURCES.rglob("*")) if p.suffix in {".py", ".qml"}]
    options = ["-no-obsolete", "-locations", "none"]
    _run("pyside6-lupdate", *sources, *options, "-ts", *map(str, files), quiet=quiet)


def _texts(path: Path) -> list[str]:
    """Return the source texts of a .ts file, in its order."""
    return [line.strip() for line in path.read_text("utf-8").splitlines() if "<source>" in line]


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _run(tool: str, *arguments: str, quiet: bool = False) -> int:
    command = [str(Path(sys.executable).parent / tool), *arguments]
    return subprocess.run(command, check=False, cwd=ROOT, capture_output=quiet).returncode


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["update"]:
            sys.exit(update())
        case ["check"]:
            sys.exit(check())
        case _:
            sys.exit(__doc__)
