"""Tries the mutants; see the package's own words."""

import argparse
import re
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import tools.mutants
from kiosk.commands.interrupting import INTERRUPTED
from tools.mutants.listed import Mutant, mutants
from tools.mutants.page import PAGE, page
from tools.mutants.trial import Interrupted, NoTrial, Trials, Verdict, copied

Judged = list[tuple[Mutant, Verdict]]


def main() -> int:
    """Try them, tell, and return the exit code."""
    options = _options()
    chosen = tuple(one for one in mutants() if all(one.has(word) for word in options.only))
    if not chosen:
        print(f"no mutant has {' and '.join(options.only)}", file=sys.stderr)
        return 2
    trials = Trials(options.seeds, options.minutes)
    with tempfile.TemporaryDirectory(prefix="kiosk-mutants-") as folder, _ends(trials):
        trees = [copied(Path(folder) / str(job)) for job in range(min(options.jobs, len(chosen)))]
        try:
            judged = _judged(trials, chosen, trees)
        except (KeyboardInterrupt, Interrupted):
            print("interrupted", file=sys.stderr)
            return INTERRUPTED
        except NoTrial as error:
            print(error, file=sys.stderr)
            return 2
    if judged is None:
        return 2
    survivors = [mutant for mutant, verdict in judged if not verdict.by]
    print(f"{len(judged) - len(survivors)} of {len(judged)} are caught")
    for mutant in survivors:
        print(f"survives: {mutant.name}: {mutant.does}")
    if options.write:
        PAGE.write_text(page(judged, options.seeds), encoding="utf-8")
    return 1 if survivors else 0


@contextmanager
def _ends(trials: Trials) -> Iterator[None]:
    """Leave no process behind, however this ends; SIGTERM ends it as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        trials.end()
        signal.signal(signal.SIGTERM, before)


def _judged(trials: Trials, chosen: Sequence[Mutant], trees: Sequence[Path]) -> Judged | None:
    """Try every mutant, telling each as it comes; None where the tree is broken without any."""
    free: SimpleQueue[Path] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def judge(mutant: Mutant) -> tuple[Mutant, Verdict]:
        tree = free.get()
        try:
            return mutant, trials.of(mutant, tree)
        finally:
            free.put(tree)

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    judged: Judged = []
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("the tree as it is", total=len(chosen))
        whole = trials.run(trees[0], sorted({test for mutant in chosen for test in mutant.tests}))
        if whole.by:
            print(f"the tree fails without any mutant: {whole}", file=sys.stderr)
            return None
        progress.update(bar, description="mutants")
        pool = ThreadPoolExecutor(len(trees))
        try:
            for done in as_completed([pool.submit(judge, mutant) for mutant in chosen]):
                mutant, verdict = done.result()
                judged.append((mutant, verdict))
                print(f"{mutant.name}: {verdict}", flush=True)
                progress.advance(bar)
        finally:
            if len(judged) < len(chosen):
                trials.end()
            pool.shutdown(cancel_futures=True)
    return sorted(judged, key=lambda one: chosen.index(one[0]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m tools.mutants",
        description=tools.mutants.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="those that have all the words")
    parser.add_argument("--seeds", type=_range, default="0-99", help="worlds to run, 0-99 by default")
    parser.add_argument("--jobs", type=_count, default=1, help="mutants on trial at the same time")
    parser.add_argument("--minutes", type=float, default=20.0, help="for worlds and for tests, each")
    parser.add_argument("--write", action="store_true", help=f"write the table into docs/{PAGE.name}")
    options = parser.parse_args()
    if options.write and options.only:
        parser.error("--write needs all of them")
    return options


def _range(text: str) -> str:
    found = re.fullmatch(r"(\d{1,9})-(\d{1,9})", text)
    if found is None or int(found[1]) > int(found[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is not a range of seeds such as 0-99")
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of mutants at a time")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
