"""`kiosk recover`: finish, refund or hand to staff whatever an earlier stop left open."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from kiosk.app import CannotStart, SimulatedKiosk, simulated_kiosk
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.clock import SystemClock
from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.config import Reader, Settings, SettingsInvalid, load_settings
from kiosk.domain.payment import Channel
from kiosk.visit.invariants import violations


def recover(
    state: Annotated[Path | None, typer.Option(help="State folder; the user's own by default.")] = None,
    reader: Annotated[Reader | None, typer.Option(help="Where the chip is read.")] = None,
    config: Annotated[Path | None, typer.Option(help="Settings file: which devices are real.")] = None,
    pace: Annotated[float, typer.Option(help="1 gives mechanics their true times, 0 none.")] = 0.0,
    verbose: Annotated[bool, typer.Option(help="Show the log.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Finish, refund or hand to staff whatever an earlier stop left open, and list the open cases.

    The simulated applicant takes the card when it is presented. Exit code 0: every invariant holds in
    every visit that can still be read; 1: one is broken; 2: it could not start.
    """
    log_to_stderr(verbose=verbose)
    try:
        settings = load_settings(config, state=state, reader=reader, pace=pace)
        told = asyncio.run(_recover(settings))
    except (SettingsInvalid, *CannotStart) as error:
        complain(str(error), 2)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _say(told)
    raise typer.Exit(1 if told["invariants_broken"] or told["journal_fault"] else 0)


async def _recover(settings: Settings) -> dict[str, Any]:
    async with simulated_kiosk(settings, SystemClock(), ()) as bench:
        left_open = bench.journal.unfinished()
        applicant = AutomaticApplicant(bench.kiosk, bench.tester, Plan(Channel.ALIPAY))
        bench.kiosk.subscribe(applicant.watch)
        await bench.kiosk.recover()
        await bench.kiosk.settle()
        return _told(bench, left_open)


def _told(bench: SimulatedKiosk, left_open: tuple[str, ...]) -> dict[str, Any]:
    """Say how each visit that was open stands, and what is broken in any."""
    touched = dict.fromkeys((*left_open, *bench.journal.unfinished()))
    folds = {visit_id: bench.journal.fold(visit_id) for visit_id in touched}
    readable = [one.visit_id for one in bench.journal.standings() if not one.forgotten]
    return {
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
            for problem in violations(folds.get(visit_id) or bench.journal.fold(visit_id))
        ],
        "visits_checked": len(readable),
        "journal_fault": bench.journal.verify(),
    }


def _say(told: dict[str, Any]) -> None:
    console = Console(soft_wrap=True, highlight=False)
    if not told["recovered"]:
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
