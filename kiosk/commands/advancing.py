"""How far a long command is: a bar on a terminal; elsewhere, such as in a file, a line now and then."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

ENDING = "ending after those in hand"
_LINE_EVERY_S = 60.0
_NARROW = 70
"""Columns of a terminal below which there is no room for a bar beside the words."""

_SPEED_OVER_S = 300.0
"""Over how long the speed is measured: pieces that are done at the same time come in bursts."""


class Stopwatch(Protocol):
    """As much of a clock as is needed here."""

    def monotonic(self) -> float: ...


class Advance:
    """What a long command tells of itself on standard error."""

    def __init__(self, what: str, clock: Stopwatch, total: int | None) -> None:
        self._what = what
        self._clock = clock
        self._began = self._told_at = clock.monotonic()
        self._console = Console(stderr=True, highlight=False)
        self._already: int | None = None
        bar = () if self._console.width < _NARROW else (BarColumn(),)
        words = TextColumn("{task.fields[told]}", markup=False)
        columns = (TextColumn("{task.description}"), *bar, MofNCompleteColumn(), TimeRemainingColumn(), words)
        self._progress = Progress(*columns, console=self._console, speed_estimate_period=_SPEED_OVER_S)
        self._bar = self._progress.add_task(what, total=total, told="")

    @property
    def progress(self) -> Progress:
        return self._progress

    def ending(self) -> None:
        """Ctrl-C was heard."""
        self._progress.update(self._bar, description=ENDING)

    def warn(self, line: str) -> None:
        """Print a line that stays, above the bar."""
        self._progress.console.print(line, style="bold red", markup=False, soft_wrap=True)

    def reached(self, done: int, total: int, told: str) -> None:
        """Say that so many are done, and what came of them."""
        if self._already is None:
            self._already = done
        self._progress.update(self._bar, completed=done, total=total, told=told)
        now = self._clock.monotonic()
        if not self._console.is_terminal and now - self._told_at >= _LINE_EVERY_S:
            self._told_at = now
            left_s = (now - self._began) * (total - done) / max(done - self._already, 1)
            line = f"{done:,} of {total:,} {self._what}, {told}, {_minutes(left_s)} left"
            self._console.print(line, markup=False, soft_wrap=True)


@contextmanager
def advancing(what: str, clock: Stopwatch, total: int | None = None) -> Iterator[Advance]:
    """Show how far a command is, `total` once it is known, until it ends.

    Args:
        what: is counted, in words: "worlds".
    """
    shown = Advance(what, clock, total)
    with shown.progress:
        yield shown


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60.0)
    return "less than a minute" if minutes < 1 else f"{minutes} min"
