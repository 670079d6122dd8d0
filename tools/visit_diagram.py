"""Writes the visit's diagram and table into docs/visit.md from the program's own transition table.

Usage: python tools/visit_diagram.py [--check]   (--check only says whether the page is up to date)
"""

import sys
from pathlib import Path

from kiosk.visit.model import Step
from kiosk.visit.table import OUT, TABLE

PAGE = Path(__file__).resolve().parents[1] / "docs" / "visit.md"
BEGIN, END = "<!-- made by tools/visit_diagram.py: begin -->", "<!-- end -->"


def diagram() -> str:
    """Return the ways as a Mermaid state diagram; the early end stands as one state, `out`."""
    lines = ["```mermaid", "stateDiagram-v2"]
    for step, row in TABLE.items():
        ways: dict[str, list[str]] = {}
        for event, targets in row.ways.items():
            for target in _named(targets):
                if target != step:
                    ways.setdefault(target, []).append(event.__name__)
        for target, names in sorted(ways.items()):
            label = names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"
            lines.append(f"    {step} --> {target}: {label}")
    lines += [f"    out --> {step}" for step in sorted(OUT)]
    return "\n".join([*lines, "```"])


def _named(targets: frozenset[Step]) -> list[str]:
    """Return the names of targets, the early end under its one name."""
    return (["out"] if targets >= OUT else []) + sorted(targets - OUT if targets >= OUT else targets)


def table() -> str:
    """Return every step with its stage, its time for the applicant and its ways."""
    lines = ["| step | stage | applicant's time | event | may lead to |", "|---|---|---|---|---|"]
    for step, row in TABLE.items():
        limit = "–" if row.applicant_s is None else f"{row.applicant_s:.0f} s"
        if not row.ways:
            lines.append(f"| `{step}` | {row.stage} | {limit} | | |")
        for number, (event, targets) in enumerate(row.ways.items()):
            head = f"| `{step}` | {row.stage} | {limit} " if number == 0 else "| | | "
            shown = [f"`{target}`" for target in _named(targets)]
            lines.append(f"{head}| {event.__name__} | {', '.join(shown)} |")
    return "\n".join(lines)


def page(old: str) -> str:
    """Return the page with its generated part made anew."""
    before, rest = old.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{diagram()}\n\n{table()}\n\n{END}{after}"


def main() -> int:
    """Write the page, or check it."""
    old = PAGE.read_text(encoding="utf-8")
    new = page(old)
    if "--check" in sys.argv:
        return 0 if new == old else 1
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
