"""Runs one campaign; see the package's own words."""

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from rich.progress import track

import tools.campaigns
from kiosk.commands.reporting import log_to_stderr
from tools.campaigns import disk, killing, leak, screen
from tools.campaigns.books import made_machine

Round = Callable[[Path, Path, Random], tuple[str, list[str]]]
"""Breaks one fresh machine; returns what came of it, and what does not agree."""

ROUNDS: dict[str, Round] = {
    "kill": killing.at_any_moment,
    "money": killing.while_money_moves,
    "screen": screen.while_money_moves_on_screen,
    "disk": disk.injected,
    "full": disk.filled,
}


def main() -> int:
    """Run, print what came of it, and return the exit code."""
    options = _options()
    log_to_stderr(verbose=False)
    if options.campaign == "leak":
        return leak.run(leak.Wish(options.visits, options.minutes * 60.0, options.hoard))
    folder = Path(tempfile.mkdtemp(prefix="kiosk-campaign-"))
    outcomes: Counter[str] = Counter()
    for number, (outcome, problems) in enumerate(_rounds(options, folder)):
        outcomes[outcome] += 1
        if not sys.stdout.isatty():
            print(f"round {number}: {outcome}", flush=True)
        if problems:
            print(f"round {number}: {'; '.join(problems)}\nkept in {folder}", file=sys.stderr)
            return 1
    shutil.rmtree(folder)
    print(f"{options.campaign}: {options.rounds} rounds, seed {options.seed}, every book agrees")
    for outcome, count in outcomes.most_common():
        print(f"  {count:5} {outcome}")
    return 0


def _rounds(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, list[str]]]:
    template = made_machine(folder / "template")
    chance = Random(options.seed)  # noqa: S311 - reproducible, not secret
    for _ in track(range(options.rounds), options.campaign):
        yield ROUNDS[options.campaign](template, folder / "state", chance)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m tools.campaigns",
        description=tools.campaigns.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("campaign", choices=[*ROUNDS, "leak"])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the moments that are chosen")
    parser.add_argument("--visits", type=int, default=5000, help="of the leak campaign")
    parser.add_argument("--minutes", type=float, default=600.0, help="of the leak campaign, at the most")
    parser.add_argument(
        "--hoard", type=int, default=0, help="bytes to leak a visit: a control that must fail"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
