"""`kiosk simulate`: seeded worlds with faults and crashes, and what they prove."""

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from kiosk.clock import SystemClock
from kiosk.commands.advancing import advancing
from kiosk.commands.every_point import write_matrix
from kiosk.commands.interrupting import INTERRUPTED, until_interrupted
from kiosk.commands.reporting import complain
from kiosk.simulation.campaign import Figures, campaign
from kiosk.simulation.outcome import Outcome
from kiosk.simulation.quiet import be_quiet
from kiosk.simulation.shrink import shrink
from kiosk.simulation.world import APPLICANTS, run_world

_SHOWN_FAULTS = 12
_FITTING = {
    "--seeds": ("--jobs", "--applicants", "--json"),
    "--seed": ("--trace", "--applicants", "--json"),
    "--matrix": ("--deep", "--jobs"),
}
"""Which options mean something with which way to run."""

_HOURS_A_YEAR = 8766.0
_LAST_SEED = sys.maxsize - 1


def simulate(
    seeds: Annotated[str | None, typer.Option(help="Seeds to run, e.g. 0-9999.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=_LAST_SEED, help="One seed, run twice and compared.")
    ] = None,
    trace: Annotated[bool, typer.Option(help="With --seed: print everything that happens.")] = False,
    matrix_file: Annotated[
        Path | None, typer.Option("--matrix", help="Write the step × fault page (HTML) there.")
    ] = None,
    deep: Annotated[
        bool, typer.Option(help="With --matrix: also a crash at every write and outcome after each fault.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes to run on, one by default; not with --seed.")
    ] = None,
    applicants: Annotated[
        int | None,
        typer.Option(min=1, help=f"Applicants in each world, {APPLICANTS} by default; not with --matrix."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON; not with --matrix.")
    ] = False,
) -> None:
    """Seeded visits with faults and crashes on virtual time; the invariants are checked after every step.

    Exit code 0: every invariant holds; 1: one is broken, and the shortest story of it is printed;
    2: the options make no sense, or the page cannot be written; 130: ended by Ctrl-C, with the figures so
    far (after the worlds in hand; a second Ctrl-C ends at once). The same command goes on with a matrix that
    was ended, as long as the program is the same.
    """
    be_quiet()
    ways = {"--seeds": seeds is not None, "--seed": seed is not None, "--matrix": matrix_file is not None}
    given = {
        "--trace": trace,
        "--deep": deep,
        "--jobs": jobs is not None,
        "--applicants": applicants is not None,
        "--json": as_json,
    }
    _check(ways, given)
    if matrix_file is not None:
        write_matrix(matrix_file, jobs or 1, deep=deep)
    elif seed is not None:
        _one(seed, applicants or APPLICANTS, trace=trace, as_json=as_json)
    else:
        _many(_range(seeds or ""), jobs or 1, applicants or APPLICANTS, as_json=as_json)


def _check(ways: dict[str, bool], given: dict[str, bool]) -> None:
    """Complain about options that would do nothing."""
    chosen = [way for way, wanted in ways.items() if wanted]
    if len(chosen) != 1:
        complain("Give one of --seeds, --seed and --matrix.", 2)
    for option, wanted in given.items():
        if wanted and option not in _FITTING[chosen[0]]:
            fitting = " and ".join(way for way, options in _FITTING.items() if option in options)
            complain(f"{option} does nothing with {chosen[0]}, only with {fitting}.", 2)


def _range(text: str) -> range:
    first, _, last = text.partition("-")
    last = last or first
    if not (first.isdecimal() and last.isdecimal()):
        complain(f"{text!r} is not a range of seeds such as 0-9999.", 2)
    if max(len(first), len(last)) > len(str(_LAST_SEED)) or int(last) > _LAST_SEED:
        complain(f"{text:.60}: seeds end at {_LAST_SEED}.", 2)
    if int(last) < int(first):
        complain(f"{text!r} is not a range of seeds such as 0-9999.", 2)
    return range(int(first), int(last) + 1)


# --- one seed -------------------------------------------------------------------------------------


def _one(seed: int, applicants: int, *, trace: bool, as_json: bool) -> None:
    """Run a seed twice: its trace must be the same."""
    outcome, again = run_world(seed, applicants=applicants), run_world(seed, applicants=applicants)
    same = outcome.digest == again.digest
    told = {
        "seed": seed,
        "visits": outcome.visits,
        "crashes": outcome.crashes,
        "faults": list(outcome.happened),
        "broken": [str(violation) for violation in outcome.broken],
        "trace": outcome.digest,
        "same_twice": same,
    }
    console = Console(soft_wrap=True, highlight=False, markup=False)
    if as_json:
        typer.echo(json.dumps(told | ({"story": list(outcome.trace)} if trace else {}), indent=2))
    else:
        for line in outcome.trace if trace else ():
            console.print(line)
        console.print(f"Seed {seed}: {outcome.visits} visits, {outcome.crashes} crashes")
        console.print(f"Trace {outcome.digest}{'' if same else ', and another one the second time'}")
        _say_broken(console, outcome, applicants)
    raise typer.Exit(1 if outcome.broken or not same else 0)


def _say_broken(console: Console, outcome: Outcome, applicants: int) -> None:
    """Print the shortest story of a failure, and how to keep it as a test."""
    if not outcome.broken:
        return
    for violation in outcome.broken:
        console.print(f"Broken: {violation}", style="bold red")
    story = shrink(outcome, applicants)
    for line in story.lines():
        console.print(line)
    console.print(f"For tests/simulation/test_found_bugs.py: {story.faults!r}")


# --- many seeds -----------------------------------------------------------------------------------


def _many(seeds: range, jobs: int, applicants: int, *, as_json: bool) -> None:
    """Run the seeds, naming failing ones as they come; Ctrl-C leaves the figures so far."""
    clock = SystemClock()
    began = clock.monotonic()
    total = Figures()
    with (
        advancing("worlds", clock, len(seeds)) as shown,
        until_interrupted(shown.ending) as interrupted,
        closing(campaign(seeds, jobs, applicants)) as running,
    ):
        for figures in running:
            total.add(figures)
            for line in _failing(figures):
                shown.warn(line)
            told = f"{total.visits:,} visits, {total.crashes:,} crashes, {len(total.failing)} failing"
            shown.reached(total.worlds, len(seeds), told)
            if interrupted():
                break
    cut = total.worlds < len(seeds)
    seconds = clock.monotonic() - began
    if as_json:
        ran = {"seeds": f"{seeds[0]}-{seeds[total.worlds - 1]}", "interrupted": cut}
        typer.echo(json.dumps(ran | _as_json(total, seconds, jobs), indent=2))
    else:
        _say(total, seconds, jobs)
        if cut:
            ran_of = f"{total.worlds:,} of {len(seeds):,} worlds, seeds {seeds[0]}-{seeds[total.worlds - 1]}"
            Console(soft_wrap=True, highlight=False).print(f"Interrupted after {ran_of}.", style="bold")
        elif total.failing:
            _tell_first(total, applicants)
    raise typer.Exit(INTERRUPTED if cut else 1 if total.failing else 0)


def _failing(figures: Figures) -> Iterator[str]:
    for seed, broken in figures.failing.items():
        yield f"Seed {seed}: {broken}"


def _as_json(total: Figures, seconds: float, jobs: int) -> dict[str, Any]:
    told = asdict(total)
    return told | {
        "checked": {invariant.name.lower(): count for invariant, count in total.checked.items()},
        "faults": dict(total.faults.most_common()),
        "disorder": dict(total.disorder.most_common()),
        "virtual_years": total.years,
        "visits_per_minute": total.visits * 60.0 / seconds,
        "jobs": jobs,
        "table": dict(_table(total, seconds, jobs)),
    }


def _table(total: Figures, seconds: float, jobs: int) -> tuple[tuple[str, str], ...]:
    """Return the figures as docs/reliability.md shows them."""
    hours = total.years * _HOURS_A_YEAR
    return (
        ("worlds", f"{total.worlds:,}"),
        ("visits", f"{total.visits:,}"),
        ("failing seeds", f"{len(total.failing):,}"),
        ("crashes survived", f"{total.crashes:,}"),
        ("journal records", f"{total.records:,}"),
        ("faults", f"{total.faults.total():,} of {len(total.faults)} kinds"),
        ("out of order", f"{total.out_of_order:,} answers and requests"),
        ("notifications", f"{total.disorder.total() - total.out_of_order:,}"),
        ("invariants checked", f"{total.checked.total():,}"),
        ("virtual time", f"{total.years:.3f} years" if total.years >= 0.1 else f"{hours:,.1f} hours"),
        ("visits per minute", f"{total.visits * 60.0 / seconds:,.0f} on {jobs} core(s)"),
    )


def _say(total: Figures, seconds: float, jobs: int) -> None:
    console = Console(soft_wrap=True, highlight=False)
    for what, how_many in _table(total, seconds, jobs):
        console.print(f"{what.capitalize():20}{how_many}")
    checks, faults = Table("Invariant", "Checked"), Table("Most frequent faults", "Times")
    for invariant, count in total.checked.most_common():
        checks.add_row(str(invariant), f"{count:,}")
    for fault, count in total.faults.most_common(_SHOWN_FAULTS):
        faults.add_row(fault, f"{count:,}")
    console.print(checks)
    console.print(faults)
    if len(total.faults) > _SHOWN_FAULTS:
        console.print(f"{_SHOWN_FAULTS} of {len(total.faults)} kinds; --json has all of them.")
    for line in _failing(total):
        console.print(line, style="bold red", markup=False)


def _tell_first(total: Figures, applicants: int) -> None:
    """Tell the shortest story of the first seed that failed."""
    first = run_world(min(total.failing), applicants=applicants)
    _say_broken(Console(soft_wrap=True, highlight=False, markup=False), first, applicants)
