"""`make` explains itself, and the package list is what the tools take it for."""

import re
import shutil
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


def install(bin_folder: Path, *, installed: str, user: str, sudo: bool) -> subprocess.CompletedProcess[str]:
    """Run tools/install-packages among fakes that note what is called."""
    bin_folder.mkdir()
    fakes = {
        "dpkg-query": f"for p in {installed}; do echo installed $p; done; exit 1",
        "id": f"echo {user}",
        "apt-get": 'echo "called: apt-get $*"',
    }
    if sudo:
        fakes["sudo"] = 'echo "called: sudo $*"'
    for name, body in fakes.items():
        (bin_folder / name).write_text(f"#!/bin/sh\n{body}\n", "utf-8")
        (bin_folder / name).chmod(0o755)
    for name in ("sh", "sed", "awk", "grep", "dirname", "env", "xargs"):
        (bin_folder / name).symlink_to(str(shutil.which(name)))
    return subprocess.run(
        ["sh", str(ROOT / "tools" / "install-packages")],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={"PATH": str(bin_folder)},
    )


def all_but(*missing: str) -> str:
    lines = (ROOT / "tools" / "debian-packages.txt").read_text("utf-8").splitlines()
    names = [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]
    return " ".join(name for name in names if name not in missing)


def test_nothing_is_asked_where_nothing_is_missing(tmp_path: Path) -> None:
    done = install(tmp_path / "bin", installed=all_but(), user="1000", sudo=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_root_installs_only_what_is_missing(tmp_path: Path) -> None:
    done = install(tmp_path / "bin", installed=all_but("pcscd", "gcc"), user="0", sudo=False)
    assert done.returncode == 0
    calls = [line for line in done.stdout.splitlines() if line.startswith("called")]
    assert calls[-1].endswith("--no-install-recommends pcscd gcc")


def test_an_ordinary_user_goes_through_sudo(tmp_path: Path) -> None:
    done = install(tmp_path / "bin", installed=all_but("pcscd"), user="1000", sudo=True)
    assert done.returncode == 0
    assert "called: sudo -n apt-get update" in done.stdout
    assert "pcscd" in done.stdout.splitlines()[0]


def test_without_sudo_the_exact_command_is_shown(tmp_path: Path) -> None:
    done = install(tmp_path / "bin", installed=all_but("pcscd"), user="1000", sudo=False)
    assert done.returncode == 1
    assert "apt-get install -y --no-install-recommends pcscd" in done.stderr
