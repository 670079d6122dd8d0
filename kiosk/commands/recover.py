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
from rich.console import Console

from kiosk.app import CannotStart, simulated_kiosk
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.clock import SystemClock
from kiosk.commands.reading import in_words
from kiosk.commands.reporting import complain, log_to_stderr
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
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Finish, refund or hand to staff whatever an earlier stop left open, and list the open cases.

    The simulated applicant takes the card when it is presented. Exit code 0: everything is over or an open
    case, and every invariant holds in every visit that can still be read; 1: one is broken; 2: it could not
    start; 3: the time was over first, as a device or network never answered; what stays open is named.
    """
    log_to_stderr(verbose=verbose)
    try:
        settings = load_settings(config, state=state, reader=reader, pace=pace)
        told, machine = _in_time(settings, within * 60)
    except (SettingsInvalid, *CannotStart) as error:
        complain(in_words(error), 2)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _say(told, within)
    broken = told["invariants_broken"] or told["journal_fault"]
    _end(machine, 1 if broken else NOT_OVER if told["still_open"] is not None else 0)


def _in_time(settings: Settings, within_s: float) -> tuple[dict[str, Any], LoopThread]:
    """Recover for so long at the most; return what became of it, and the thread of the machine.

    The machine has a thread of its own: a driver's call that never returns must not keep this command. It
    then says nothing any more, and the journal is read beside it.
    """
    answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    machine = LoopThread("recovery")
    machine.start(_recover(settings, within_s, answers), ended=lambda: answers.put(None))
    try:
        told = answers.get(timeout=within_s + _BESIDES_S)
    except queue.Empty:
        journal = Journal.read(settings.state)
        told = _told(journal, journal.unfinished(), in_time=False)
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
    settings: Settings, within_s: float, answers: "queue.SimpleQueue[dict[str, Any] | None]"
) -> None:
    async with simulated_kiosk(settings, SystemClock(), ()) as bench:
        left_open = bench.journal.unfinished()
        applicant = AutomaticApplicant(bench.kiosk, bench.tester, Plan(Channel.ALIPAY))
        bench.kiosk.subscribe(applicant.watch)
        try:
            async with asyncio.timeout(within_s) as limit:
                await bench.kiosk.recover()
                await bench.kiosk.settle()
        except TimeoutError:
            if not limit.expired():
                raise
        answers.put(_told(bench.journal, left_open, in_time=not limit.expired()))


def _told(journal: Journal, left_open: tuple[str, ...], *, in_time: bool) -> dict[str, Any]:
    """Say how each visit that was open stands, and what is broken in any; late also what is still open."""
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
        "open_cases": {
            visit_id: list(folded.visit.cases) for visit_id, folded in folds.items() if folded.visit.cases
        },
        "invariants_broken": [
            f"{visit_id}: {problem}"
            for visit_id in readable
            for problem in violations(folds.get(visit_id) or journal.fold(visit_id))
        ],
        "visits_checked": len(readable),
        "journal_fault": journal.verify(),
    }


def _waits(folded: Folded) -> dict[str, Any]:
    """Say what a visit waits for that was not over in time."""
    return {
        "visit": folded.visit.visit_id,
        "step": folded.visit.step,
        "waits_for": [type(numbered.effect).__name__ for numbered in folded.pending],
    }


def _say_late(console: Console, still_open: list[dict[str, Any]], within: float) -> None:
    late = f"Not over after {within:g} minutes: a device or network does not answer."
    console.print(late, style="bold red")
    for one in still_open:
        waits = f", waits for {', '.join(one['waits_for'])}" if one["waits_for"] else ""
        console.print(f"Still open {one['visit']}: step {one['step']}{waits}", style="bold yellow")
    console.print("Nothing is lost: the next start goes on from here. `kiosk doctor` tells what is wrong.")


def _say(told: dict[str, Any], within: float) -> None:
    console = Console(soft_wrap=True, highlight=False)
    if told["still_open"] is not None:
        _say_late(console, told["still_open"], within)
    elif not told["recovered"]:
        console.print("Nothing was left open.")
    for one in told["recovered"]:
        outcome = "printed" if one["printed"] else "not printed"
        refunds = f", refunded {', '.join(one['refunds'])}" if one["refunds"] else ""
        console.print(f"{one['visit']}: {outcome}{refunds}; card {one['card']}")
    for visit_id, cases in told["open_cases"].items():
        console.print(f"Open case {visit_id}: {', '.join(cases)}", style="bold yellow")
    for problem in told["invariants_broken"]:
        console.print(f"Broken: {problem}", style="bold red")
    if not told["invariants_broken"]:
        console.print(f"Every invariant holds in {told['visits_checked']} visits.")
    if told["journal_fault"]:
        console.print(f"Journal: {told['journal_fault']}", style="bold red")
