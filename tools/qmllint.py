"""Checks the QML files, with the Python types known to the linter; exits 1 on any warning.

The types that Python registers are described for the linter first: pyside6-metaobjectdump and
pyside6-qmltyperegistrar write ``build/qml/<module>/{qmldir,python.qmltypes}``. The linter takes every
singleton of a hand-written qmldir for undeclared, so files that are singletons are checked in a call of
their own, without that category of warnings.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "kiosk" / "ui"
QML = SOURCES / "qml"
BUILD = ROOT / "build" / "qml"
_NAME = re.compile(r'^QML_IMPORT_NAME = "([\w.]+)"$', re.MULTILINE)
_MAJOR = re.compile(r"^QML_IMPORT_MAJOR_VERSION = (\d+)$", re.MULTILINE)
_SINGLETON = re.compile(r"^pragma Singleton$", re.MULTILINE)


def main() -> int:
    """Describe the Python types, then lint; return the exit code."""
    documents = sorted(QML.rglob("*.qml"))
    if not documents:
        print("qmllint: no QML files")
        return 0
    shutil.rmtree(BUILD, ignore_errors=True)
    for module, files in sorted(_python_modules().items()):
        _describe(module, files)
    singletons = [path for path in documents if _SINGLETON.search(path.read_text(encoding="utf-8"))]
    others = [path for path in documents if path not in singletons]
    failed = _lint(others) | _lint(singletons, "--import", "disable")
    if not failed:
        print(f"qmllint: {len(documents)} files, no warnings")
    return int(failed)


def _python_modules() -> dict[tuple[str, int], list[Path]]:
    """Return the Python files that register QML types, by module name and major version."""
    found: dict[tuple[str, int], list[Path]] = {}
    for path in sorted(SOURCES.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        name, major = _NAME.search(text), _MAJOR.search(text)
        if name and major:
            found.setdefault((name[1], int(major[1])), []).append(path)
    return found


def _describe(module: tuple[str, int], files: list[Path]) -> None:
    """Write qmldir and qmltypes of one module."""
    name, major = module
    folder = BUILD.joinpath(*name.split("."))
    folder.mkdir(parents=True, exist_ok=True)
    described = []
    for path in files:
        json = folder / f"{path.stem}_metatypes.json"
        json.write_bytes(_output("pyside6-metaobjectdump", str(path)))
        described.append(str(json))
    _output(
        "pyside6-qmltyperegistrar",
        "--generate-qmltypes",
        str(folder / "python.qmltypes"),
        "-o",
        str(folder / "registrations.cpp"),
        "--import-name",
        name,
        "--major-version",
        str(major),
        *described,
    )
    (folder / "qmldir").write_text(f"module {name}\ntypeinfo python.qmltypes\n", encoding="utf-8")


def _lint(documents: list[Path], *options: str) -> bool:
    """Return whether the linter finds anything."""
    if not documents:
        return False
    paths = ["-I", str(BUILD), "-I", str(QML)]
    command = [_tool("pyside6-qmllint"), "--max-warnings", "0", *options, *paths, *map(str, documents)]
    return subprocess.run(command, check=False, cwd=ROOT).returncode != 0


def _output(tool: str, *arguments: str) -> bytes:
    """Return what a tool prints; end the program with its complaint if it fails."""
    done = subprocess.run([_tool(tool), *arguments], check=False, capture_output=True, cwd=ROOT)
    if done.returncode != 0:
        sys.exit(f"{tool} failed on {arguments}:\n{done.stderr.decode(errors='replace')}")
    return done.stdout


def _tool(name: str) -> str:
    """Return a tool of the environment that runs this script."""
    return str(Path(sys.executable).parent / name)


if __name__ == "__main__":
    sys.exit(main())
