"""One mutant on trial, in a copy of the tree: the worlds first, then the tests that belong to it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import cache_from_source
from pathlib import Path
from threading import Lock
from typing import ClassVar

from tools.mutants.listed import ROOT, Mutant
from tools.mutants.worlds import FOUND

_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
_PYTEST = ("pytest", "-q", "-x", "--tb=no", "--no-header", "-p", "no:cacheprovider", "-p", "no:randomly")
_PYTEST_CAUGHT = {1, 2}  # a test failed; a test file cannot be loaded any more
_PATIENCE_S = 10.0


class Interrupted(Exception):
    """The trial was ended from outside."""


class NoTrial(Exception):
    """The tests could not even begin: they, not the mutant, are what is wrong."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant.

    Attributes:
        by: who caught it, as the table says it; empty where nobody did.
        detail: what exactly was found, for whoever reads along.
    """

    by: str = ""
    detail: str = ""

    def __str__(self) -> str:
        told = f"caught by {self.by}" if self.by else "SURVIVES"
        return f"{told} ({self.detail})" if self.detail else told


def copied(folder: Path) -> Path:
    """Copy what belongs to the repository, as it stands in the tree, into a folder."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@dataclass(slots=True)
class Trials:
    """All trials of one run; `end()` from another thread ends what is under way, and nothing follows.

    Attributes:
        seeds: worlds to run, e.g. 0-99.
        minutes: how long worlds and tests may take, each; who takes longer does not end any more.
    """

    seeds: str
    minutes: float
    _running: set[subprocess.Popen[str]] = field(default_factory=set)
    _ended: bool = False
    _lock: Lock = field(default_factory=Lock)
    _module: ClassVar[tuple[str, str]] = (sys.executable, "-m")

    def of(self, mutant: Mutant, tree: Path) -> Verdict:
        """Try a mutant in a copy of the tree, which is as before afterwards."""
        with _applied(mutant, tree):
            return self.run(tree, mutant.tests)

    def run(self, tree: Path, tests: Sequence[str]) -> Verdict:
        """Let worlds and tests judge a tree as it is."""
        return self._worlds(tree) or self._tests(tree, tests) or Verdict()

    def _worlds(self, tree: Path) -> Verdict | None:
        code, told = self._call(tree, "tools.mutants.worlds", self.seeds)
        if code == FOUND:
            seed, invariant, detail = told.strip().splitlines()[-1].split("\t")
            return Verdict(f"seed {seed}: {invariant}", detail)
        if code is None:
            return Verdict("worlds that do not end any more")
        return None if code == 0 else Verdict("worlds that break off", told.strip().splitlines()[-1])

    def _tests(self, tree: Path, tests: Sequence[str]) -> Verdict | None:
        code, told = self._call(tree, *_PYTEST, *tests)
        if code is None:
            return Verdict("tests that do not end any more")
        if code == 0:
            return None
        failed = _FAILED.search(told)
        if code not in _PYTEST_CAUGHT or failed is None:
            raise NoTrial(f"pytest ended with {code}: {told[-2000:].strip()}")
        return Verdict(failed[1])

    def _call(self, tree: Path, *module: str) -> tuple[int | None, str]:
        """Run a module in the tree; return its exit code, None where it took too long, and what it said."""
        here = {"PYTHONPATH": str(tree), "QT_QPA_PLATFORM": "offscreen"}
        process = self._start([*self._module, *module], tree, os.environ | here)
        try:
            told, _ = process.communicate(timeout=self.minutes * 60.0)
        except subprocess.TimeoutExpired:
            return None, ""
        finally:
            if process.poll() is None:
                _end(process)
            with self._lock:
                self._running.discard(process)
        if self._ended:
            raise Interrupted
        return process.returncode, told

    def _start(
        self, command: Sequence[str], tree: Path, environment: dict[str, str]
    ) -> subprocess.Popen[str]:
        """Start a process in a group of its own, that is ended with all that it has started."""
        with self._lock:
            if self._ended:
                raise Interrupted
            process = subprocess.Popen(
                command,
                cwd=tree,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            self._running.add(process)
            return process

    def end(self) -> None:
        """End what is under way, with all its processes."""
        with self._lock:
            self._ended = True
            running = tuple(self._running)
        for process in running:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End a process in order, so that tests clean up after themselves; then whatever is left of its group."""
    _signal_group(process, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE_S)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process: subprocess.Popen[str], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # nobody of it may be left
        os.killpg(process.pid, number)


@contextmanager
def _applied(mutant: Mutant, tree: Path) -> Iterator[None]:
    file = tree / mutant.file
    before = file.read_text(encoding="utf-8")
    try:
        _put(file, mutant.text(tree))
        yield
    finally:
        _put(file, before)


def _put(file: Path, text: str) -> None:
    """Write a source file; what Python has kept of it, by second and length, may be another one's."""
    file.write_text(text, encoding="utf-8")
    Path(cache_from_source(str(file))).unlink(missing_ok=True)
