"""`kiosk simulate` as its user runs it: what it refuses, what it shows meanwhile, and how Ctrl-C ends it."""

import json
import logging
import multiprocessing
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kiosk.cli import build
from kiosk.simulation import campaign
from kiosk.simulation.campaign import spread
from kiosk.simulation.judge import Invariant, Violation
from kiosk.simulation.world import Outcome, run_world


@pytest.fixture(autouse=True)
def _logging_again() -> Iterator[None]:
    """Worlds are quiet by switching the log of the process off."""
    yield
    logging.disable(logging.NOTSET)


def simulate(*arguments: str) -> Result:
    return CliRunner().invoke(build("simulate"), ["simulate", *arguments])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "one of --seeds, --seed and --matrix"),
        (("--seeds", "0-1", "--seed", "1"), "one of --seeds, --seed and --matrix"),
        (("--seeds", "9-1"), "'9-1' is not a range"),
        (("--seeds", f"0-{10**20}"), "seeds end at"),
        (("--seeds", f"0-{'9' * 5000}"), "seeds end at"),
        (("--seed", f"{10**20}"), "less than or equal"),
        (("--seeds", "0-2", "--trace"), "--trace does nothing with --seeds, only with --seed"),
        (("--seeds", "0-2", "--deep"), "--deep does nothing with --seeds, only with --matrix"),
        (("--seed", "2", "--jobs", "2"), "--jobs does nothing with --seed, only with --seeds and --matrix"),
        (("--matrix", "page.html", "--json"), "--json does nothing with --matrix"),
        (("--matrix", "page.html", "--applicants", "2"), "--applicants does nothing with --matrix"),
    ],
)
def test_options_that_would_do_nothing_are_refused(arguments: tuple[str, ...], words: str) -> None:
    done = simulate(*arguments)
    assert (done.exit_code, words in done.stderr) == (2, True), done.stderr


def test_a_page_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "file" / "page.html"):
        done = simulate("--matrix", str(place))
        assert done.exit_code == 2
        assert f"{place} cannot be written" in done.stderr


def test_failing_seeds_are_named_as_they_come_and_nothing_is_cut_from_the_json(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = Violation(Invariant.NOT_LOST, "somebody's fee")
    outcome = replace(run_world(7, applicants=1), broken=(broken,))
    monkeypatch.setattr(campaign, "run_world", lambda seed, applicants: replace(outcome, seed=seed))
    done = simulate("--seeds", "7-8", "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert told["failing"] == {"7": str(broken), "8": str(broken)}
    assert all(f"Seed {seed}: {broken}" in done.stderr for seed in (7, 8))
    assert (told["seeds"], told["interrupted"]) == ("7-8", False)
    assert sum(told["faults"].values()) == 2 * len(outcome.happened)
    assert told["table"]["virtual time"].endswith("hours")


def test_ctrl_c_leaves_the_figures_so_far() -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kiosk", "simulate", "--seeds", f"3-{10**17}", "--json"]
    seen = b""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=theirs, env=os.environ | {"TERM": "xterm"}
    ) as running:
        os.close(theirs)
        while b"0 failing" not in seen:
            seen += os.read(ours, 4096)
        running.send_signal(signal.SIGINT)
        assert running.stdout is not None
        told = json.loads(running.stdout.read())
        assert running.wait() == 130
    os.close(ours)
    assert told["interrupted"]
    assert told["seeds"] == f"3-{told['worlds'] + 2}"
    assert told["visits"] > 0
    assert b"Traceback" not in seen


def test_processes_are_started_deaf_to_ctrl_c_and_end_with_whoever_uses_them() -> None:
    asks = partial(signal.pthread_sigmask, signal.SIG_BLOCK)
    endless = iter(lambda: (), None)
    with closing(spread(asks, endless, 2)) as masks:
        assert signal.SIGINT in next(masks)
    assert multiprocessing.active_children() == []
    assert signal.SIGINT not in asks(())


def test_seeds_are_run_in_order_and_only_as_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, asked = run_world(7, applicants=1), []

    def run(seed: int, applicants: int) -> Outcome:
        asked.append((seed, applicants))
        return outcome

    monkeypatch.setattr(campaign, "run_world", run)
    figures = next(campaign.campaign(range(10**17), 1, 3))
    assert asked == [(seed, 3) for seed in range(figures.worlds)]
