"""`kiosk simulate --matrix`: each single fault alone at each point where it can strike, as one page."""

from contextlib import closing
from pathlib import Path

import typer
from rich.console import Console

from kiosk.clock import SystemClock
from kiosk.commands.advancing import advancing
from kiosk.commands.interrupting import INTERRUPTED, until_interrupted
from kiosk.commands.reporting import complain
from kiosk.simulation.points.every_point import Cell, every, matrix, walk
from kiosk.simulation.points.matrix_page import page
from kiosk.simulation.points.walked import Walked, walked


def write_matrix(file: Path, jobs: int, *, deep: bool) -> None:
    """Walk through every point, from where an earlier walk was ended; write the page, and exit."""
    known = _known(file, deep=deep)
    points = every()
    left = [point for point in points if point not in known.cells]
    if known.cells:
        typer.echo(f"{len(known.cells):,} of {len(points):,} points are known from before.", err=True)
    with (
        advancing("points", SystemClock(), len(points)) as shown,
        until_interrupted(shown.ending) as interrupted,
        closing(walk(left, deep=deep, jobs=jobs)) as walking,
    ):
        shown.reached(len(known.cells), len(points), _told(known))
        for point, cell in walking:
            known.keep(point, cell)
            if cell.broken:
                shown.warn(_broken(cell))
            shown.reached(len(known.cells), len(points), _told(known))
            if interrupted():
                break
    cells = [known.cells[point] for point in points if point in known.cells]
    cut = len(cells) < len(points)
    _say(cells, f" (of {len(points):,} points); the same command goes on from here" if cut else "")
    if not cut:
        _write(file, cells)
        known.forget()
    raise typer.Exit(INTERRUPTED if cut else 1 if any(cell.broken for cell in cells) else 0)


def _known(file: Path, *, deep: bool) -> Walked:
    """Return what is known already; complain where nothing can be written, before there is work to lose."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = not file.exists()
        with file.open("ab"):
            pass
        if new:
            file.unlink()
        return walked(file.with_name(f"{file.name}.part"), deep=deep)
    except OSError as error:
        complain(f"--matrix: {file} cannot be written: {error.strerror}", 2)


def _told(known: Walked) -> str:
    broken = sum(bool(cell.broken) for cell in known.cells.values())
    return f"{_worlds(list(known.cells.values())):,} worlds, {broken} broken"


def _worlds(cells: list[Cell]) -> int:
    return sum(1 + cell.crashes for cell in cells)


def _say(cells: list[Cell], of: str) -> None:
    console = Console(soft_wrap=True, highlight=False)
    broken = [cell for cell in cells if cell.broken]
    console.print(f"{len(cells):,} points, {_worlds(cells):,} worlds, {len(broken)} broken{of}")
    for cell in broken:
        console.print(_broken(cell), style="bold red", markup=False)


def _broken(cell: Cell) -> str:
    return f"{cell.fault} at {cell.step}: {'; '.join(cell.broken)}"


def _write(file: Path, cells: list[Cell]) -> None:
    found = matrix(cells)
    try:
        file.write_text(page(found), encoding="utf-8")
    except OSError as error:
        complain(f"--matrix: {file} cannot be written: {error.strerror}", 2)
    typer.echo(f"{len(found.steps)} steps × {len(found.faults)} faults: {file}")
