"""`kiosk simulate`: seeded worlds with faults and crashes, and what they prove."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from kiosk.clock import SystemClock
from kiosk.commands.reporting import complain
from kiosk.simulation.campaign import Figures, campaign
from kiosk.simulation.every_point import matrix, walk
from kiosk.simulation.matrix_page import page
from kiosk.simulation.quiet import be_quiet
from kiosk.simulation.shrink import shrink
from kiosk.simulation.world import APPLICANTS, Outcome, run_world

_SHOWN_FAULTS = 12


def simulate(
    seeds: Annotated[str | None, typer.Option(help="Seeds to run, e.g. 0-9999.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="One seed, run twice and compared.")] = None,
    trace: Annotated[bool, typer.Option(help="With --seed: print everything that happens.")] = False,
    matrix_file: Annotated[
        Path | None, typer.Option("--matrix", help="Write the step × fault page (HTML) there.")
    ] = None,
    deep: Annotated[
        bool, typer.Option(help="With --matrix: also a crash at every write and outcome after each fault.")
    ] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Processes to run on.")] = 1,
    applicants: Annotated[int, typer.Option(min=1, help="Applicants in each world.")] = APPLICANTS,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Seeded visits with faults and crashes on virtual time; the invariants are checked after every step.

    Exit code 0: every invariant holds; 1: one is broken, and the shortest story of it is printed;
    2: the options make no sense.
    """
    be_quiet()
    chosen = [option for option in (seeds, seed, matrix_file) if option is not None]
    if len(chosen) != 1:
        complain("Give one of --seeds, --seed and --matrix.", 2)
    if matrix_file is not None:
        _matrix(matrix_file, jobs, deep=deep)
    elif seed is not None:
        _one(seed, applicants, trace=trace, as_json=as_json)
    else:
        _many(_range(seeds or ""), jobs, applicants, as_json=as_json)


def _range(text: str) -> range:
    first, _, last = text.partition("-")
    if not first.isdecimal() or not (last or first).isdecimal() or int(last or first) < int(first):
        complain(f"{text!r} is not a range of seeds such as 0-9999.", 2)
    return range(int(first), int(last or first) + 1)


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
    clock = SystemClock()
    began = clock.monotonic()
    total = Figures()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[told]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("worlds", total=len(seeds), told="")
        for figures in campaign(seeds, jobs, applicants):
            total.add(figures)
            told = f"{total.visits} visits, {total.crashes} crashes, {len(total.failing)} failing"
            progress.update(bar, advance=figures.worlds, told=told)
    seconds = clock.monotonic() - began
    if as_json:
        typer.echo(json.dumps(_as_json(total, seconds, jobs), indent=2))
    else:
        _say(total, seconds, jobs, applicants)
    raise typer.Exit(1 if total.failing else 0)


def _as_json(total: Figures, seconds: float, jobs: int) -> dict[str, Any]:
    told = asdict(total)
    return told | {
        "checked": {invariant.name.lower(): count for invariant, count in total.checked.items()},
        "faults": dict(total.faults.most_common()),
        "virtual_years": total.years,
        "visits_per_minute": total.visits * 60.0 / seconds,
        "jobs": jobs,
        "table": dict(_table(total, seconds, jobs)),
    }


def _table(total: Figures, seconds: float, jobs: int) -> tuple[tuple[str, str], ...]:
    """Return the figures as docs/reliability.md shows them."""
    return (
        ("worlds", f"{total.worlds:,}"),
        ("visits", f"{total.visits:,}"),
        ("failing seeds", f"{len(total.failing):,}"),
        ("crashes survived", f"{total.crashes:,}"),
        ("journal records", f"{total.records:,}"),
        ("faults", f"{total.faults.total():,} of {len(total.faults)} kinds"),
        ("invariants checked", f"{total.checked.total():,}"),
        ("virtual years", f"{total.years:.3f}"),
        ("visits per minute", f"{total.visits * 60.0 / seconds:,.0f} on {jobs} core(s)"),
    )


def _say(total: Figures, seconds: float, jobs: int, applicants: int) -> None:
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
    for failing, broken in total.failing.items():
        console.print(f"Seed {failing}: {broken}", style="bold red", markup=False)
    if total.failing:
        first = min(total.failing)
        _say_broken(
            Console(soft_wrap=True, markup=False), run_world(first, applicants=applicants), applicants
        )


# --- every point ----------------------------------------------------------------------------------


def _matrix(file: Path, jobs: int, *, deep: bool) -> None:
    """Let each single fault, crashes among them, strike alone at each point where it can; write the page."""
    console = Console(soft_wrap=True, highlight=False)
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("points", total=None)
        cells = []
        for done, points, cell in walk(deep=deep, jobs=jobs):
            progress.update(bar, total=points, completed=done)
            cells.append(cell)
    found = matrix(cells)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(found), encoding="utf-8")
    broken = [cell for cell in cells if cell.broken]
    worlds = len(cells) + sum(cell.crashes for cell in cells)
    told = f"{len(cells):,} points, {worlds:,} worlds, {len(broken)} broken"
    console.print(f"{told}; {len(found.steps)} steps × {len(found.faults)} faults: {file}")
    for cell in broken:
        console.print(f"{cell.fault} at {cell.step}: {cell.broken}", style="bold red", markup=False)
    raise typer.Exit(1 if broken else 0)
