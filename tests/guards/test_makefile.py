"""`make` explains itself, and the package list is what the tools take it for."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_help_names_every_target_that_people_call() -> None:
    shown = subprocess.run(["make"], check=True, capture_output=True, text=True, cwd=ROOT).stdout
    for target in (
        "setup",
        "run",
        "test",
        "check",
        "format",
        "bench",
        "translations",
        "screenshots",
        "clean",
    ):
        assert re.search(rf"^  make {target} +\S", shown, re.MULTILINE), target


def test_every_debian_package_has_its_use_and_stands_once() -> None:
    lines = (ROOT / "tools" / "debian-packages.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    assert all(row[1] in {"run", "dev"} for row in rows)
    names = [row[0] for row in rows]
    assert len(set(names)) == len(names)


def test_the_build_machine_runs_what_people_run() -> None:
    assert "exec make test" in (ROOT / ".ci" / "run").read_text("utf-8")
