"""`kiosk recover`: finish, refund or hand to staff whatever an earlier stop left open."""

import asyncio
import json
import os
import queue
import sys
from math import ceil
from pathlib import Path
from typing import Annotated, Any

import typer

from kiosk.app import CannotStart, simulated_kiosk
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.bench.bystander import Bystander
from kiosk.clock import SystemClock
from kiosk.commands.reading import in_words
from kiosk.commands.recover_text import Progress, print_result
from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.commands.speaking import Speaker, Spoken
from kiosk.config import Reader, Settings, SettingsInvalid, load_settings
from kiosk.domain.payment import Channel
from kiosk.journal.store import Journal
from kiosk.runtime.recovery_time import whole_s
from kiosk.runtime.thread import LoopThread
from kiosk.visit.fold import Folded
from kiosk.visit.invariants import violations

NOT_OVER = 3
"""Exit code: the time was over first; what stays open is named, and goes on at the next start."""

_AT_MOST_MIN = ceil(whole_s() / 60)
_BESIDES_S = 30.0
"""How long the machine may take to be put together and to tell how far it came, seconds."""

_STOPPING_S = 10.0
"""How long it may take to let go of its devices, seconds."""


def recover(
    state: Annotated[Path | None, typer.Option(help="State folder; the user's own by default.")] = None,
    reader: Annotated[Reader | None, typer.Option(help="Where the chip is read.")] = None,
    config: Annotated[Path | None, typer.Option(help="Settings file: which devices are real.")] = None,
    pace: Annotated[float, typer.Option(help="1 gives mechanics their true times, 0 none.")] = 0.0,
    within: Annotated[
        float, typer.Option(min=0.01, max=1440, help="Longest time to take, minutes.")
    ] = _AT_MOST_MIN,
    verbose: Annotated[bool, typer.Option(help="Show the log.")] = False,
    language: Spoken = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Finish, refund or hand to staff whatever an earlier stop left open, and list the open cases.

    Each step is told on standard error. The simulated applicant takes the card when it is presented, also
    one that belongs to no visit. Exit code 0: everything is over or an open
    case, and every invariant holds in every visit that can still be read; 1: one is broken; 2: it could not
    start; 3: the time was over first, as a device or network never answered; what stays open is named.
    """
    log_to_stderr(verbose=verbose)
    try:
        settings = load_settings(config, state=state, reader=reader, pace=pace)
    except SettingsInvalid as error:
        complain(str(error), 2)
    say = Speaker(language or settings.language)
    try:
        progress = Progress(say)
        progress.begin(within)
        told, machine = _in_time(settings, within * 60, progress)
    except (SettingsInvalid, *CannotStart) as error:
        complain(in_words(error, say.language), 2)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print_result(told, within, say)
    broken = told["invariants_broken"] or told["journal_fault"]
    _end(machine, 1 if broken else NOT_OVER if told["still_open"] is not None else 0)


def _in_time(settings: Settings, within_s: float, progress: Progress) -> tuple[dict[str, Any], LoopThread]:
    """Recover for so long at the most; return what became of it, and the thread of the machine.

    The machine has a thread of its own: a driver's call that never returns must not keep this command. It
    then says nothing any more, and the journal is read beside it.
    """
    answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    machine = LoopThread("recovery")
    machine.start(_recover(settings, within_s, progress, answers), ended=lambda: answers.put(None))
    try:
        told = answers.get(timeout=within_s + _BESIDES_S)
    except queue.Empty:
        journal = Journal.read(settings.state)
        told = _told(journal, journal.unfinished(), None, in_time=False)
        journal.close()
    except KeyboardInterrupt:
        machine.stop(_STOPPING_S)
        raise
    machine.join(_STOPPING_S)
    if machine.error is not None:
        raise machine.error
    if told is None:
        raise AssertionError("a machine that ends has told something, or why it could not")
    return told, machine


def _end(machine: LoopThread, code: int) -> None:
    """End with an exit code, also where a driver's thread is stuck: Python would wait for it for ever."""
    if machine.alive:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    raise typer.Exit(code)


async def _recover(
    settings: Settings,
    within_s: float,
    progress: Progress,
    answers: "queue.SimpleQueue[dict[str, Any] | None]",
) -> None:
    async with simulated_kiosk(settings, SystemClock(), ()) as bench:
        left_open, known = bench.journal.unfinished(), frozenset(bench.journal.visits())
        applicant = AutomaticApplicant(bench.kiosk, bench.tester, Plan(Channel.ALIPAY))
        bystander = Bystander(bench.tester, [one.visit.visit_id for one in _not_over(bench.journal)])
        for watcher in (progress, applicant, bystander):
            bench.kiosk.subscribe(watcher.watch)
        bench.machine.station.subscribe(bystander.look)
        try:
            async with asyncio.timeout(within_s) as limit:
                await bench.kiosk.recover()
                progress.in_background(_not_over(bench.journal))
                await bench.kiosk.settle()
        except TimeoutError:
            if not limit.expired():
                raise
        kept = tuple(one for one in bench.journal.visits() if one not in known)
        stray = {"visit": next(iter(kept), None)} if kept or bystander.took else None
        answers.put(_told(bench.journal, (*left_open, *kept), stray, in_time=not limit.expired()))


def _not_over(journal: Journal) -> list[Folded]:
    """Return the visits in which something waits for an outcome."""
    folds = map(journal.fold, journal.unfinished())
    return [folded for folded in folds if not folded.over]


def _told(
    journal: Journal, left_open: tuple[str, ...], stray: dict[str, Any] | None, *, in_time: bool
) -> dict[str, Any]:
    """Say how each visit that was open stands, and what is broken in any; late also what is still open.

    Args:
        stray: of a card that belonged to no visit: the visit under which it was kept, None where it was
            taken.
    """
    touched = dict.fromkeys((*left_open, *journal.unfinished()))
    folds = {visit_id: journal.fold(visit_id) for visit_id in touched}
    readable = [one.visit_id for one in journal.standings() if not one.forgotten]
    return {
        "still_open": None if in_time else [_waits(folded) for folded in folds.values() if not folded.over],
        "recovered": [
            {
                "visit": visit_id,
                "step": folds[visit_id].visit.step,
                "printed": folds[visit_id].visit.printed,
                "refunds": sorted(folds[visit_id].visit.refunded),
                "card": folds[visit_id].visit.card,
                "cases": list(folds[visit_id].visit.cases),
            }
            for visit_id in left_open
        ],
        "stray_card": stray,
        "open_cases": {
            visit_id: list(folded.visit.cases) for visit_id, folded in folds.items() if folded.visit.cases
        },
        "invariants_broken": [
            f"{visit_id}: {problem}"
            for visit_id in readable
            for problem in violations(folds.get(visit_id) or journal.fold(visit_id))
        ],
        "visits_checked": len(readable),
        "journal_fault": (fault := journal.verify()) and fault.en,
    }


def _waits(folded: Folded) -> dict[str, Any]:
    """Say what a visit waits for that was not over in time."""
    return {
        "visit": folded.visit.visit_id,
        "step": folded.visit.step,
        "waits_for": [type(numbered.effect).__name__ for numbered in folded.pending],
    }
