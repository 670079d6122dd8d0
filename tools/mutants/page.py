"""The page that tells which mutant is caught by what."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from tools.mutants.listed import ROOT, Mutant
from tools.mutants.trial import Verdict

PAGE = ROOT / "docs" / "mutants.md"

_HEAD = """# One line wrong

Each row is one line of the program as a careless engineer could get it wrong, and what catches it: the first
world of the simulation that ends otherwise than it must, or, where none of seeds {seeds} does, a test.
`python -m tools.mutants` tries them one after the other in a copy of the tree; `--write` writes this page.
It shows what the worlds see, what needs a test of its own, and whether both still see anything at all.

{caught} of {all} are caught, {worlds} by the worlds, {tests} by tests.
"""


def page(judged: Sequence[tuple[Mutant, Verdict]], seeds: str) -> str:
    """Return the whole page."""
    caught = sum(1 for _, verdict in judged if verdict.by)
    tests = sum(1 for _, verdict in judged if verdict.by.startswith("tests"))
    head = _HEAD.format(seeds=seeds, caught=caught, all=len(judged), worlds=caught - tests, tests=tests)
    groups = groupby(judged, key=lambda one: one[0].group)
    return head + "".join(_section(title, tuple(rows)) for title, rows in groups)


def _section(title: str, rows: Sequence[tuple[Mutant, Verdict]]) -> str:
    lines = [f"\n## {title}", "| | what the changed program does | where | caught by |", "|---|---|---|---|"]
    lines += [
        f"| {mutant.name} | {mutant.does} | `{Path(mutant.file).relative_to('kiosk')}` | {_by(verdict)} |"
        for mutant, verdict in rows
    ]
    return "\n".join(lines) + "\n"


def _by(verdict: Verdict) -> str:
    if not verdict.by:
        return "**nothing**"
    file, _, test = verdict.by.rpartition("::")
    return f"`{test.partition('[')[0]}` (`{file}`)" if file else verdict.by
