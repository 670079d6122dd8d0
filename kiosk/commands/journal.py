"""`kiosk journal`: show, verify and export the journal."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.config import load_settings
from kiosk.journal.store import Journal, JournalUnavailable, Record
from kiosk.visit.fold import Folded

app = typer.Typer(no_args_is_help=True)

State = Annotated[Path | None, typer.Option("--state", help="State folder; the user's own by default.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("show")
def show(
    visit_id: Annotated[str | None, typer.Argument(help="One visit; without it all are listed.")] = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """List the visits, or tell the story of one. Personal fields are shown only in --json and export."""
    with _journal(state) as journal:
        if visit_id is None:
            _list(journal, as_json)
        elif visit_id not in journal.visits():
            complain(f"there is no visit {visit_id} in this journal", 2)
        else:
            _story(journal, visit_id, as_json)


@app.command("verify")
def verify(state: State = None) -> None:
    """Check that no record was changed, lost or moved. Exit code 1 tells where the chain is broken."""
    with _journal(state) as journal:
        fault = journal.verify()
    if fault is not None:
        complain(f"The journal is broken: {fault}.", 1)
    typer.echo("The journal is whole: every record is as it was written.")


@app.command("export")
def export(
    out: Annotated[Path, typer.Argument(help="File to write, JSON lines; it will hold personal data.")],
    state: State = None,
) -> None:
    """Write every record, readable, one JSON object a line; the file is readable by its owner only."""
    with _journal(state) as journal:
        try:
            out.touch(mode=0o600)
            out.chmod(0o600)
            with out.open("w", encoding="utf-8") as file:
                count = 0
                for visit_id in journal.visits():
                    for record in journal.records(visit_id):
                        file.write(json.dumps(_plain(record), ensure_ascii=False) + "\n")
                        count += 1
        except OSError as error:
            complain(f"{out} cannot be written: {error.strerror}", 2)
    typer.echo(f"{count} records written to {out}")


@contextmanager
def _journal(state: Path | None) -> Iterator[Journal]:
    log_to_stderr(verbose=False)
    folder = load_settings(state=state).state
    if not (folder / "journal.db").is_file():
        complain(f"there is no journal in {folder}", 2)
    try:
        journal = Journal.open(folder)
        try:
            yield journal
        finally:
            journal.close()
    except JournalUnavailable as error:
        complain(str(error), 2)


def _list(journal: Journal, as_json: bool) -> None:
    rows = [_row(visit_id, journal.fold(visit_id)) for visit_id in journal.visits()]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table("visit", "step", "printed", "ended early", "open")
    for row in rows:
        table.add_row(*(str(value or "") for value in row.values()))
    Console().print(table)


def _row(visit_id: str, folded: Folded) -> dict[str, Any]:
    visit = folded.visit
    return {
        "visit": visit_id,
        "step": visit.step,
        "printed": "yes" if visit.printed else "no",
        "ended_early": visit.ending.code if visit.ending else None,
        "open": ", ".join(visit.cases),
    }


def _story(journal: Journal, visit_id: str, as_json: bool) -> None:
    records = list(journal.records(visit_id))
    if as_json:
        typer.echo(json.dumps([_plain(record) for record in records], ensure_ascii=False, indent=2))
        return
    table = Table("record", "time (UTC)", "what", "name", "effect")
    for record in records:
        number = "" if record.number is None else str(record.number)
        table.add_row(str(record.seq), f"{record.at:%Y-%m-%d %H:%M:%S}", record.kind, record.name, number)
    Console().print(table)


def _plain(record: Record) -> dict[str, Any]:
    return {
        "seq": record.seq,
        "visit": record.visit_id,
        "kind": record.kind,
        "name": record.name,
        "effect": record.number,
        "at": record.at.isoformat(),
        "fields": None if record.fields is None else json.loads(record.fields),
    }
