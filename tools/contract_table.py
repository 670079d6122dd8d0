"""Writes docs/contract-table.md: every driver under the contract kit, and the clauses that it passes.

Usage: python -m tools.contract_table            runs the kit, then writes the page
       python -m tools.contract_table --check    says whether the page fits the kit, without running it
"""

import inspect
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.contract import test_clauses
from tests.contract.bench import Subject
from tests.contract.entries import ENTRIES

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "contract-table.md"
KIT = "tests/contract/test_clauses.py"

Cell = tuple[str, str]
"""A driver's name in the kit, and a clause's."""

HEAD = f"""# Drivers under the contract kit

Every driver that the kit runs, and how often it is run against each clause: once per command, moment,
pace or deadline. `·`: the clause has nothing to try there. A number stands here only if every one of these
runs passed; a failure is a `✗`. The clauses are in `{KIT}`, the rules behind them in
[devices.md](devices.md#the-contract). The real stacks (pcscd, ippeveprinter) run on real time in
`tests/contract/test_real_stacks.py`.

Written by `python -m tools.contract_table`, which runs the kit; a test holds this page against the kit.

"""


def clauses() -> dict[str, Callable[..., None]]:
    """Return the clauses that are held against subjects, in the order of the file."""
    members = inspect.getmembers(test_clauses, inspect.isfunction)
    found = [
        (name, one) for name, one in members if name.startswith("test_") and _parameters(one).get("subject")
    ]
    return dict(sorted(found, key=lambda named: named[1].__code__.co_firstlineno))


def planned() -> Counter[Cell]:
    """Return how often each driver meets each clause."""
    runs: Counter[Cell] = Counter()
    for clause, function in clauses().items():
        parameters = _parameters(function)
        times = 1
        for name, values in parameters.items():
            times *= len(values) if name != "subject" else 1
        for subject in parameters["subject"]:
            runs[_driver(subject), clause] += times
    return runs


def _parameters(function: Callable[..., None]) -> Mapping[str, list[Any]]:
    marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
    return {mark.args[0]: list(mark.args[1]) for mark in marks}


def _driver(subject: Subject) -> str:
    return subject.name.partition(".")[0]


def failed() -> frozenset[Cell]:
    """Run the kit and return the cells in which anything failed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "kit.xml"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            KIT,
            f"--junitxml={report}",
            "-p",
            "no:cacheprovider",
        ]
        subprocess.run(command, cwd=ROOT, check=False)
        return frozenset(_failures(ElementTree.parse(report)))  # noqa: S314 - pytest wrote it just now


def _failures(report: "ElementTree.ElementTree[Any]") -> Iterator[Cell]:
    for case in report.iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            clause, _, arguments = case.get("name", "").partition("[")
            words = arguments.rstrip("]").split("-")
            yield next((word.partition(".")[0] for word in words if not word[:1].isdigit()), ""), clause


def page(broken: frozenset[Cell] = frozenset()) -> str:
    """Return the page; `broken` are the cells in which something failed."""
    runs = planned()
    columns = list(clauses())
    drivers = list(dict.fromkeys(driver for driver, _ in runs))
    legend = [f"{number}. {_words(clause)}" for number, clause in enumerate(columns, 1)]
    total = f"{len(drivers)} drivers, {len(columns)} clauses, {sum(runs.values())} runs."
    numbers = " | ".join(str(number) for number in range(1, len(columns) + 1))
    head = [f"| device | driver | at the other end | {numbers} |", "|---|---|---|" + "--:|" * len(columns)]
    rows = [_row(driver, [_cell(driver, clause, runs, broken) for clause in columns]) for driver in drivers]
    return "\n".join([HEAD.rstrip(), "", *legend, "", total, "", *head, *sorted(rows)]) + "\n"


def _row(driver: str, cells: list[str]) -> str:
    entry = ENTRIES[driver]
    return f"| `{entry.device}` | `{entry.driver}` | {entry.other_end} | " + " | ".join(cells) + " |"


def _cell(driver: str, clause: str, runs: Counter[Cell], broken: frozenset[Cell]) -> str:
    if (driver, clause) in broken or ("", clause) in broken:
        return "✗"
    return str(runs[driver, clause]) if runs[driver, clause] else "·"


def _words(clause: str) -> str:
    return clause.removeprefix("test_").replace("_", " ")


def main() -> int:
    """Write the page, or check it; return the exit code."""
    if "--check" in sys.argv[1:]:
        fits = PAGE.is_file() and page() == PAGE.read_text(encoding="utf-8")
        print("docs/contract-table.md fits the kit" if fits else "run: python -m tools.contract_table")
        return 0 if fits else 1
    broken = failed()
    PAGE.write_text(page(broken), encoding="utf-8")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
