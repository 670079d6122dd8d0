"""Rules of the house that no linter knows: lengths, the clock, and nothing of one machine in the sources."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_FOLDERS = ("kiosk", "tests", "tools", "benchmarks", "docs", "resources", ".ci")
_TEXTS = {".py", ".qml", ".md", ".toml", ".txt", ".sh", ".ini", ".cfg", ".svg", ".ts", ".json", ""}
_LONGEST_FILE = {".py": 500, ".qml": 200}
_LONGEST_FUNCTION = 70
# Written in pieces, so that this file does not find itself.
_FORBIDDEN = {
    "a path of one machine": re.compile(r"/(work|farm|home/[a-z]+|tmp/bash_jobs)" + "/"),
    "an address of a package registry": re.compile(
        r"(pypi\.(python\.)?org|pythonhosted"
        + r"\.org|registry\.npmjs|--(extra-)?index-"
        + r"url|file:/"
        + r"//opt)"
    ),
    "a folder outside the repository": re.compile(r"\.\./shared" + "/"),
}


def files(*suffixes: str) -> list[Path]:
    """Return the project's own files with one of these endings."""
    below = (path for folder in _FOLDERS for path in (ROOT / folder).rglob("*"))
    top = (path for path in ROOT.iterdir() if not path.name.startswith(".git"))
    return sorted(
        path
        for path in (*below, *top)
        if path.is_file() and path.suffix in suffixes and "__pycache__" not in path.parts
    )


@pytest.mark.parametrize("suffix", _LONGEST_FILE)
def test_files_can_be_read_in_one_go(suffix: str) -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in files(suffix)}
    assert lengths or suffix == ".qml"
    too_long = {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > _LONGEST_FILE[suffix]}
    assert not too_long


def functions() -> Iterator[tuple[str, int]]:
    for path in files(".py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                yield f"{path.relative_to(ROOT)}:{node.name}", node.end_lineno - node.lineno + 1


def test_functions_fit_on_a_screen() -> None:
    assert not {name: lines for name, lines in functions() if lines > _LONGEST_FUNCTION}


def test_nothing_of_one_machine_stands_in_the_sources() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {what}"
        for path in files(*_TEXTS)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        for what, pattern in _FORBIDDEN.items()
        if pattern.search(line)
    ]
    assert not found


def _lint(source: str, name: str) -> subprocess.CompletedProcess[str]:
    """Lint a source text as if it were the file of that name."""
    ruff = str(Path(sys.executable).parent / "ruff")
    command = [ruff, "check", "--no-cache", "--select", "TID251", "--stdin-filename", name, "-"]
    return subprocess.run(command, check=False, input=source, text=True, capture_output=True, cwd=ROOT)


@pytest.mark.parametrize(
    "line",
    [
        "import time; time.time()",
        "import time; time.sleep(1)",
        "from time import monotonic; monotonic()",
        "from datetime import datetime; datetime.now()",
        "import datetime; datetime.date.today()",
        "import asyncio; asyncio.sleep(1)",
    ],
)
def test_the_linter_lets_only_the_clock_read_time(line: str) -> None:
    here, clock = (_lint(line, name) for name in ("kiosk/visit/sample.py", "kiosk/clock.py"))
    assert (here.returncode, clock.returncode) == (1, 0), here.stdout + here.stderr


def test_only_the_clock_may_break_that_rule() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    excepted = [
        where for where, rules in lint["per-file-ignores"].items() if "TID251" in rules or "TID" in rules
    ]
    assert excepted == ["kiosk/clock.py"]
    excused = [
        p for p in files(".py") if p.is_relative_to(ROOT / "kiosk") and "noqa: TID251" in p.read_text("utf-8")
    ]
    assert not excused
