"""`kiosk reconcile DATE`: the networks' bills of a day against the journal."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from kiosk.app import CannotStart, RunningKiosk, real_kiosk, simulated_kiosk
from kiosk.clock import Clock, SystemClock
from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.config import Settings, SettingsInvalid, load_settings
from kiosk.documents import reconciliation_report as report
from kiosk.domain.payment import Channel
from kiosk.domain.reconciliation import Reconciliation, Stated, Sum
from kiosk.domain.text import Text
from kiosk.payments.keyfiles import write_file
from kiosk.payments.yct.adapter import YctChannel
from kiosk.payments.yct.settlement import settlement_file
from kiosk.runtime import reconciling
from kiosk.visit.invariants import violations

LEFT_OPEN = 3


class DayNotOver(Exception):
    """There is no bill of a day that has not ended."""


def reconcile(
    day: Annotated[str, typer.Argument(metavar="DATE", help="A day in Beijing, YYYY-MM-DD.")],
    state: Annotated[Path | None, typer.Option(help="State folder; the user's own by default.")] = None,
    config: Annotated[
        Path | None, typer.Option(help="Settings of a real machine; without them all is simulated.")
    ] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the report as a PDF here.")] = None,
    purse_file: Annotated[
        Path | None, typer.Option(help="Write the day's purse debits for the operator here, as CSV.")
    ] = None,
    verbose: Annotated[bool, typer.Option(help="Show the log.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Compare every network's bill of a day with the journal, book and refund late payments, and report.

    The networks finish a day's bill by 10:00 of the next. Exit code 0: the day balances, or what differed
    was settled; 1: an invariant or the journal is broken; 2: it could not start; 3: something is left to
    staff, or a bill could not be had.
    """
    log_to_stderr(verbose=verbose)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        complain(f"{day} is no day: give it as YYYY-MM-DD", 2)
    try:
        settings = load_settings(config, state=state)
        result, broken = asyncio.run(run(settings, SystemClock(), wanted, purse_file))
        if pdf is not None:
            pdf.write_bytes(report.render_reconciliation(result))
    except (SettingsInvalid, DayNotOver, *CannotStart) as error:
        complain(str(error), 2)
    except OSError as error:
        complain(f"{error.filename or pdf} cannot be written: {error.strerror}", 2)
    if as_json:
        typer.echo(json.dumps(plain(result, broken), ensure_ascii=False, indent=2))
    else:
        _say(result, broken, pdf, settings.language)
    raise typer.Exit(exit_code(result, broken))


async def run(
    settings: Settings, clock: Clock, day: date, purse_file: Path | None = None
) -> tuple[Reconciliation, tuple[str, ...]]:
    """Reconcile a day; return the report and what is broken in the journal afterwards.

    Args:
        purse_file: where the operator's file of the day's purse debits goes; it names cards, so mode 0600.

    Raises:
        DayNotOver: the networks cannot have a bill yet.
    """
    if not reconciling.is_over(day, clock.now()):
        raise DayNotOver(f"{day} is not over in Beijing: its bills are ready by 10:00 of the day after")
    async with _machine(settings, clock) as machine:
        result = await reconciling.reconcile(machine.outside, machine.journal, settings.kiosk_id, day)
        broken = [
            f"{one.visit_id}: {problem}"
            for one in result.settlements
            if one.visit_id
            for problem in violations(machine.journal.fold(one.visit_id))
        ]
        purse = machine.outside.channels.get(Channel.YCT)
        if purse_file is not None and isinstance(purse, YctChannel):
            write_file(purse_file, settlement_file(await purse.settlement(day)))
        fault = machine.journal.verify()
        return result, (*broken, *([fault.en] if fault else ()))


@asynccontextmanager
async def _machine(settings: Settings, clock: Clock) -> AsyncIterator[RunningKiosk]:
    """Put the machine together that the settings name: a real one, or without them all simulated.

    Nobody listens to notifications meanwhile: the bill and the queries tell all, and in one order.
    """
    if settings.config is not None:
        async with real_kiosk(settings, clock, notices=False) as real:
            yield real
        return
    async with simulated_kiosk(settings, clock, (), notices=False) as simulated:
        yield simulated


def exit_code(result: Reconciliation, broken: tuple[str, ...]) -> int:
    """Return the command's exit code."""
    if broken:
        return 1
    return LEFT_OPEN if result.open or not result.complete else 0


def plain(result: Reconciliation, broken: tuple[str, ...]) -> dict[str, Any]:
    """Return the report as plain values; amounts in fen."""
    return {
        "day": result.day.isoformat(),
        "kiosk": result.kiosk_id,
        "channels": [
            {
                "channel": one.channel,
                "bill": {"pay": _plain_sum(one.billed_pay), "refund": _plain_sum(one.billed_refund)},
                "journal": {"pay": _plain_sum(one.booked_pay), "refund": _plain_sum(one.booked_refund)},
                "agreed": one.agreed,
                "fault": one.fault or None,
                "stated": _plain_stated(one.stated),
                "unexplained": one.unexplained,
            }
            for one in result.totals
        ],
        "differences": [
            {
                "difference": one.finding.difference,
                "channel": one.finding.either.channel,
                "movement": one.finding.either.movement,
                "number": one.finding.either.number,
                "billed_fen": [line.amount for line in one.finding.billed],
                "booked_fen": one.finding.booked.amount if one.finding.booked else None,
                "outcome": one.remedy,
                "visit": one.visit_id or None,
                "note": {"zh": one.note.zh, "en": one.note.en},
            }
            for one in result.settlements
        ],
        "left_to_staff": len(result.open),
        "broken": list(broken),
    }


def _plain_stated(stated: Stated | None) -> dict[str, dict[str, int]] | None:
    return None if stated is None else {"pay": _plain_sum(stated.pay), "refund": _plain_sum(stated.refund)}


def _plain_sum(total: Sum) -> dict[str, int]:
    return {"count": total.count, "fen": total.amount}


def _say(result: Reconciliation, broken: tuple[str, ...], pdf: Path | None, language: str) -> None:
    console, words = Console(highlight=False), _Words(language)
    console.print(_totals(result, words))
    if result.settlements:
        console.print(_differences(result, words))
    for problem in broken:
        console.print(f"Broken: {problem}", style="bold red")
    if result.open:
        console.print(words(report.OPEN.fill(count=str(len(result.open)))), style="bold yellow")
    elif result.complete:
        console.print(words(report.BALANCED))
    if pdf is not None:
        console.print(f"PDF: {pdf}", markup=False)


@dataclass(frozen=True, slots=True)
class _Words:
    """Says a text in one language."""

    language: str

    def __call__(self, text: Text) -> str:
        return text.in_language(self.language)


def _totals(result: Reconciliation, words: _Words) -> Table:
    table = Table(*map(words, report.TOTAL_COLUMNS), title=f"{words(report.TITLE)} {result.day}")
    for one in result.totals:
        table.add_row(words(report.channel_name(one.channel)), *report.total_sums(one, words.language))
        if one.stated is not None:
            table.add_row(words(report.STATED), *report.stated_sums(one, one.stated, words.language))
    return table


def _differences(result: Reconciliation, words: _Words) -> Table:
    """Return the differences in eighty columns: no number may be cut, it is what is looked for."""
    table = Table(title=words(report.DIFFERENCES), show_lines=True)
    channel, kind, number, bill, own, _, outcome = map(words, report.DIFFERENCE_COLUMNS)
    table.add_column(f"{channel}\n{kind}")
    table.add_column(number, no_wrap=True)
    table.add_column(f"{bill}\n{own}", justify="right")
    table.add_column(outcome, ratio=1, overflow="fold")
    for one in result.settlements:
        either = one.finding.either
        verdict = f"{words(report.KINDS[one.finding.difference])} · {words(report.REMEDIES[one.remedy])}"
        table.add_row(
            f"{words(report.channel_name(either.channel))}\n{words(report.MOVEMENTS[either.movement])}",
            "\n".join(part for part in (either.number, one.visit_id) if part),
            "\n".join(report.amounts(one)),
            "\n".join(part for part in (verdict, words(one.note)) if part),
        )
    return table
