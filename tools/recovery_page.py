"""Writes the table of recovery into docs/recovery.md from the program's own.

Usage: python tools/recovery_page.py
"""

import sys
from pathlib import Path

from kiosk.diagnostics.recovery import INTENTS, STEPS, WAYS, rows
from kiosk.runtime.recovery_time import background_s, before_service_s, visit_s, whole_s

PAGE = Path(__file__).resolve().parents[1] / "docs" / "recovery.md"
BEGIN, END = "<!-- made by tools/recovery_page.py: begin -->", "<!-- end -->"


def table() -> str:
    """Return the three tables: steps, effects, and every kind of record."""
    lines = ["## Where the visit stands", "", "| step | at the next start |", "|---|---|"]
    lines += [f"| `{step}` | {WAYS[way]} |" for step, way in STEPS.items()]
    lines += ["", "## What was asked for and has no outcome", ""]
    lines += ["| intent | how | what | at most |", "|---|---|---|---|"]
    for effect, remedy in INTENTS.items():
        limit = "–" if remedy.longest_s is None else f"{remedy.longest_s:.0f} s"
        lines.append(f"| `{effect.__name__}` | {remedy.how} | {remedy.what} | {limit} |")
    lines += [
        "",
        "## Every kind of record",
        "",
        "| last record | kind | may stand in | then |",
        "|---|---|---|---|",
    ]
    for row in rows():
        steps = ", ".join(f"`{step}`" for step in row.stands) if len(row.stands) <= _MOST else "any step"
        lines.append(f"| `{row.name}` | {row.kind} | {steps or '–'} | {'; or '.join(row.then)} |")
    lines += [
        "",
        "## How long all of it may take",
        "",
        "| what | at most |",
        "|---|---|",
        f"| one visit, until the next applicant can be served | {visit_s() / 60:.0f} min |",
        f"| with a card that belongs to no visit | {before_service_s() / 60:.0f} min |",
        f"| in the background: an order past its own time, then a refund | {background_s() / 60:.0f} min |",
        f"| everything | {whole_s() / 60:.0f} min |",
    ]
    return "\n".join(lines)


_MOST = 6


def page(old: str) -> str:
    """Return the page with its generated part made anew."""
    before, rest = old.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
