"""A disk that fails: errors injected into the journal's system calls, and a small file system filled up."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

from tools.campaigns import controls
from tools.campaigns.books import SLUG, fresh, in_child, recovered

_ERRORS = (
    *(("fdatasync", "EIO", 32), ("pwrite64", "EIO", 250), ("pwrite64", "ENOSPC", 250)) * 2,
    ("pread64", "EIO", 27),
    ("ftruncate", "EIO", 4),
    ("rename", "EIO", 1),
    ("fallocate", "ENOSPC", 1),
)
"""System call, error, and how many of them a whole visit makes on the files of a new journal."""

_FILES = tuple(f"journal.{kind}" for kind in ("db", "db-wal", "db-journal", "head", "new", "reserve"))

_EXPECTED = {0, 2, 3}
"""How a visit may end: printed, stopped by the journal, or without an endorsement."""

FILE_SYSTEM_MIB = 24
_PAGE = 4096


def injected(template: Path, state: Path, chance: Random) -> tuple[str, list[str]]:
    """Let one call, or all from one on, fail; then recover on a disk that works (strace(1), -e inject)."""
    fresh(template, state)
    call, error, calls = chance.choice(_ERRORS)
    when = f"{chance.randint(1, calls)}{chance.choice(('', '+') if calls > 1 else ('',))}"
    how = f"error={error}"
    if controls.wanted():
        call, error, when, how = "pwrite64", "nothing", f"{chance.randint(1, 200)}+", f"retval={_PAGE}"
    files = [option for name in _FILES for option in ("-P", str(state / name))]
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", *files, "-e", f"trace={call}"]
    strace += ["-e", f"inject={call}:{how}:when={when}"]
    visit = ["-m", "kiosk", "visit", "--state", str(state), "--out", str(state / "out"), "--permit", SLUG]
    done = subprocess.run(
        [*strace, sys.executable, *visit], capture_output=True, text=True, check=False, timeout=300
    )
    told = in_child(lambda: recovered(state))
    problems = list(told["problems"])
    if done.returncode not in _EXPECTED or "Traceback" in done.stderr:
        problems.append(f"{call} {error} {when}: exit code {done.returncode}: {done.stderr[-2000:]}")
    named = f"{error} in {call}, exit code {done.returncode}"
    return f"{named}: {', '.join(told['outcome']) or 'no visit had begun'}", problems


def filled(template: Path, state: Path, chance: Random) -> tuple[str, list[str]]:
    """Fill a small file system in the middle of a visit; then make room and recover (mount(8), as root)."""
    state.mkdir(exist_ok=True)
    options = f"size={FILE_SYSTEM_MIB}m"
    mount = f'mount -t tmpfs -o {options} kiosk "$1" && cp -a "$2"/. "$1" && shift 2 && exec "$@"'
    inside = [sys.executable, "-m", "tools.campaigns.filling", str(state), str(chance.randrange(10**6))]
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", mount, "sh", str(state), str(template), *inside],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode != 0:
        return "", [f"exit code {done.returncode}: {done.stderr[-2000:]}"]
    told = json.loads(done.stdout.splitlines()[-1])
    return told["outcome"], told["problems"]
