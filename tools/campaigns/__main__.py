"""Runs one campaign; see the package's own words."""

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from random import Random

from rich.console import Console
from rich.progress import track
from rich.table import Table

import tools.campaigns
from kiosk.commands.reporting import log_to_stderr
from tools.campaigns import controls, disk, killing, screen
from tools.campaigns.books import fresh, made_machine
from tools.campaigns.hurry import hurry
from tools.campaigns.watching import Wish

Round = Callable[[Path, Path, Random], tuple[str, list[str]]]
"""Breaks one fresh machine; returns what came of it, and what does not agree."""

ROUNDS: dict[str, Round] = {
    "kill": killing.at_any_moment,
    "money": killing.while_money_moves,
    "screen": screen.while_money_moves_on_screen,
    "disk": disk.injected,
    "full": disk.filled,
}

LEAKS = {
    "machine": "tools.campaigns.leak",
    "screen": "tools.campaigns.leak_screen",
    "kiosk": "tools.campaigns.leak_kiosk",
}
"""What can be watched for leaks, and the module that does it; Qt is loaded only for a screen."""


def main() -> int:
    """Run, print what came of it, and return the exit code."""
    options = _options()
    log_to_stderr(verbose=False)
    if options.campaign == "leak":
        wish = Wish(options.visits, options.minutes * 60.0, options.hoard, options.hoard_objects)
        return int(import_module(LEAKS[options.of]).run(wish))
    if options.control:
        controls.want()
    folder = Path(tempfile.mkdtemp(prefix="kiosk-campaign-"))
    outcomes: Counter[str] = Counter()
    disagreed = []
    for number, (outcome, problems) in _rounds(options, folder):
        outcomes[outcome] += 1
        if not sys.stdout.isatty():
            print(f"round {number}: {outcome}", flush=True)
        if problems:
            disagreed.append(number)
            _keep(folder, number, problems)
    if not disagreed:
        shutil.rmtree(folder)
    Console().print(_table(options, outcomes, disagreed))
    return 1 if disagreed else 0


def _rounds(options: argparse.Namespace, folder: Path) -> Iterator[tuple[int, tuple[str, list[str]]]]:
    """Break machine after machine; each round draws from a chance of its own, so it can be run alone."""
    template = made_machine(folder / "template")
    hurry(fresh(template, folder / "state"))
    for number in track(range(options.first, options.first + options.rounds), options.campaign):
        chance = Random(f"{options.seed}:{number}")  # noqa: S311 - reproducible, not secret
        yield number, ROUNDS[options.campaign](template, folder / "state", chance)


def _keep(folder: Path, number: int, problems: list[str]) -> None:
    """Say what does not agree, and put the machine aside as it stands."""
    kept = folder / f"round-{number}"
    shutil.copytree(folder / "state", kept)
    print(f"round {number}: {'; '.join(problems)}\nkept in {kept}", file=sys.stderr, flush=True)


def _table(options: argparse.Namespace, outcomes: Counter[str], disagreed: list[int]) -> Table:
    """Return what came of all rounds, and in which the books did not agree."""
    told = f"rounds {', '.join(map(str, disagreed))}" if disagreed else "none"
    table = Table("what came of it", title=f"{options.campaign}, seed {options.seed}", title_justify="left")
    table.add_column("rounds", justify="right")
    for outcome, count in outcomes.most_common():
        table.add_row(outcome, str(count))
    table.add_section()
    table.add_row("all", str(outcomes.total()))
    table.add_row(f"books that did not agree: {told}", str(len(disagreed)))
    return table


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m tools.campaigns",
        description=tools.campaigns.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("campaign", choices=[*ROUNDS, "leak"])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--first", type=int, default=0, help="number of the first round, to run one again")
    parser.add_argument("--seed", type=int, default=1, help="of the moments that are chosen")
    parser.add_argument("--control", action="store_true", help=controls.WHAT)
    parser.add_argument("--visits", type=int, default=5000, help="of the leak campaign")
    parser.add_argument("--minutes", type=float, default=600.0, help="of the leak campaign, at the most")
    parser.add_argument("--of", choices=LEAKS, default="machine", help="what is watched for leaks")
    parser.add_argument(
        "--hoard", type=int, default=0, help="bytes to leak a visit: a control that must fail"
    )
    parser.add_argument("--hoard-objects", type=int, default=0, help="objects to leak a visit: the same")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
