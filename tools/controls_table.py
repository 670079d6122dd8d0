"""Measures how many seeds each control takes to be caught, and writes the table into docs/reliability.md.

Usage: python -m tools.controls_table

A test measures the same again and holds it against the page. Exit code 1: a control was not caught, and the
page is as it was.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from kiosk.simulation.judge import Invariant
from kiosk.simulation.quiet import be_quiet
from tests.simulation.controls import CONTROLS, Control, seeds_until_caught

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reliability.md"
HEAD = ("| invariant | broken on purpose | seeds |", "|---|---|---|")


def row(control: Control, seeds: int) -> str:
    """Return the line of the table for a control that was caught within so many seeds."""
    return f"| {control.invariant} | {control.what} | {seeds} |"


def documented() -> tuple[str, ...]:
    """Return the lines that the page has, without their heading."""
    return _split(PAGE.read_text(encoding="utf-8"))[1]


def _split(page: str) -> tuple[str, tuple[str, ...], str]:
    """Return what stands before the table's lines, the lines, and what stands after them."""
    before, heading, rest = page.partition("\n".join(HEAD) + "\n")
    table, blank, after = rest.partition("\n\n")
    if not heading or not blank:
        raise AssertionError(f"{PAGE} has no table of controls")
    return before + heading, tuple(table.split("\n")), blank + after


def write(measured: Mapping[Invariant, int]) -> None:
    """Put the table into the page."""
    before, _, after = _split(PAGE.read_text(encoding="utf-8"))
    lines = [row(control, measured[control.invariant]) for control in CONTROLS]
    PAGE.write_text(before + "\n".join(lines) + after, encoding="utf-8")


def measure(controls: Iterable[Control]) -> dict[Invariant, int]:
    """Try each control and print its line; one that is not caught is missing in what is returned."""
    measured = {}
    for control in controls:
        seeds = seeds_until_caught(control)
        if seeds is None:
            print(f"not caught within {control.within} seeds: {control.invariant}: {control.what}")
            continue
        print(row(control, seeds), flush=True)
        measured[control.invariant] = seeds
    return measured


def main() -> int:
    """Measure and write; return the exit code."""
    be_quiet()
    measured = measure(CONTROLS)
    if len(measured) < len(CONTROLS):
        return 1
    write(measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
