"""`kiosk journal`: show, verify, export and forget; check another machine's export."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from kiosk.clock import SystemClock
from kiosk.commands.reading import DAMAGED, exit_code, folder_of, in_words, reading, refuse_damage
from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.config import load_settings
from kiosk.journal import export as exporting
from kiosk.journal import head as heads
from kiosk.journal.store import Journal, JournalUnavailable, Record, Standing

app = typer.Typer(no_args_is_help=True)

END_UNKNOWN = 3
_WHEN_BROKEN = 'Stop the service, keep the whole state folder, and follow docs/operations.md, "Damaged".'

State = Annotated[Path | None, typer.Option("--state", help="State folder; the user's own by default.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("show")
def show(
    visit_id: Annotated[str | None, typer.Argument(help="One visit; without it all are listed.")] = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """List the visits, or tell the story of one. Personal fields are shown only in --json and export."""
    with reading(state, sound=True) as (journal, _):
        standings = journal.standings()
        if visit_id is None:
            _list(journal, standings, as_json)
        elif visit_id not in {one.visit_id for one in standings}:
            complain(f"there is no visit {visit_id} in this journal", 2)
        else:
            _story(journal, visit_id, as_json)


@app.command("verify")
def verify(
    state: State = None,
    head: Annotated[
        Path | None, typer.Option(help="An earlier end of the chain, from `kiosk journal head`.")
    ] = None,
) -> None:
    """Check that no record and no visit's row was changed, lost or moved.

    Exit code 1 tells where it is broken; 3: it is whole as far as it goes, but nothing shows that its end was
    not cut off; 2: it could not be read.
    """
    with reading(state, sound=False) as (journal, _):
        known = None if head is None else _known_head(journal, head)
        fault = _verified(journal, known)
        unknown, length = journal.end_unknown(), journal.length
    if fault is not None:
        complain(f"The journal is broken: {fault}.\n{_WHEN_BROKEN}", DAMAGED)
    if unknown is None or (known is not None and known.seq == length):
        typer.echo(f"The journal is whole: each of its {length} records is as it was written.")
        return
    shown = f" after record {known.seq}" if known is not None else ""
    typer.echo(f"The journal is whole up to record {length}.")
    complain(f"That nothing was cut off{shown} cannot be said: {unknown}.", END_UNKNOWN)


def _verified(journal: Journal, known: heads.Head | None) -> str | None:
    """Check the journal while a terminal shows how far it has come."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("file", total=None)

        def watch(seq: int) -> None:
            progress.update(task, description="records", completed=seq, total=journal.length)

        return journal.verify(known, watch)


@app.command("head")
def head(state: State = None) -> None:
    """Print the signed end of the chain. Kept elsewhere, it shows later that no record was cut off."""
    with reading(state, sound=False) as (journal, _):
        typer.echo(json.dumps(journal.head(SystemClock().now()).plain(journal.key())))


@app.command("key")
def key(state: State = None) -> None:
    """Print the machine's public key (PEM), which checks its exports on any machine."""
    with reading(state, sound=False) as (journal, _):
        public = journal.key().public_key()
    typer.echo(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(), nl=False)


@app.command("export")
def export(
    out: Annotated[Path, typer.Argument(help="File to write, JSON lines, signed.")],
    state: State = None,
    sealed: Annotated[bool, typer.Option(help="Without readable fields: nothing personal in it.")] = False,
) -> None:
    """Write every record and the machine's signature; the file is readable by its owner only.

    Without --sealed it holds personal data in the clear. Of a damaged journal what can be read is written;
    exit code 1 says so.
    """
    with reading(state, sound=False) as (journal, settings):
        try:
            out.touch(mode=0o600)
            out.chmod(0o600)
            with out.open("wb") as file:
                at = SystemClock().now().isoformat()
                records = journal.export(readable=not sealed)
                end = exporting.write(records, at, journal.key(), settings.kiosk_id, file)
        except OSError as error:
            complain(f"{out} cannot be written: {error.strerror}", 2)
        typer.echo(f"{end.seq} records written to {out}")
        refuse_damage(_verified(journal, None))


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="An export.")],
    key: Annotated[Path, typer.Option(help="The machine's public key, from `kiosk journal key`.")],
) -> None:
    """Check an export with nothing but the machine's public key. Exit code 1 tells what is wrong with it."""
    try:
        with file.open("rb") as content:
            checked = exporting.check(content, _public_key(key))
    except OSError as error:
        complain(f"{error.filename} cannot be read: {error.strerror}", 2)
    except exporting.ExportBroken as error:
        complain(f"The export is broken: {error}.", 1)
    end = checked.head
    typer.echo(f"The export of kiosk {checked.kiosk} is whole: {end.seq} records, signed {end.at}.")


@app.command("forget")
def forget(
    visit_id: Annotated[str | None, typer.Argument(help="One visit.")] = None,
    older_than: Annotated[
        float | None, typer.Option(min=0.0, help="Every visit older than this, days.")
    ] = None,
    state: State = None,
) -> None:
    """Destroy what is personal of visits; their records stay in the chain, readable by nobody.

    What is unfinished or has an open case is kept. The kiosk itself does this every day. Exit code 1: the
    visit is kept, and why.
    """
    if (visit_id is None) == (older_than is None):
        complain("Name a visit, or give --older-than DAYS.", 2)
    from kiosk.app import StateInUse, only_one

    log_to_stderr(verbose=False)
    folder = folder_of(load_settings(state=state))
    try:
        with only_one(folder):
            journal = Journal.open(folder)
            try:
                count, traces = _forget(journal, visit_id, older_than)
            finally:
                journal.close()
    except StateInUse as error:
        complain(str(error), 2)
    except JournalUnavailable as error:
        complain(in_words(error), exit_code(error))
    typer.echo(f"Forgotten: {count}.")
    if traces:
        complain("Another program reads the journal; until it ends, the log still holds the keys.", 1)


def _forget(journal: Journal, visit_id: str | None, older_than: float | None) -> tuple[int, bool]:
    now = SystemClock().now()
    if visit_id is not None:
        kept = journal.why_kept(visit_id)
        if kept is not None:
            complain(f"{visit_id} is kept: {kept}.", 1)
        return 1, journal.forget((visit_id,), now).traces
    count, traces = 0, False
    while due := journal.forgettable(now - timedelta(days=older_than or 0.0)):
        traces = journal.forget(due, now).traces
        count += len(due)
    return count, traces


def _known_head(journal: Journal, path: Path) -> heads.Head:
    try:
        return heads.parse(path.read_bytes()[:4096], journal.key().public_key())
    except OSError as error:
        complain(f"{path} cannot be read: {error.strerror}", 2)
    except heads.HeadInvalid as error:
        complain(f"{path}: {error}", 2)


def _public_key(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (ValueError, UnsupportedAlgorithm):
        complain(f"{path} is no public key: use what `kiosk journal key` printed", 2)
    if not isinstance(key, Ed25519PublicKey):
        complain(f"{path} is no Ed25519 key: use what `kiosk journal key` printed", 2)
    return key


def _list(journal: Journal, standings: tuple[Standing, ...], as_json: bool) -> None:
    rows = [_row(journal, one) for one in standings]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table("visit", "step", "printed", "ended early", "open")
    for row in rows:
        table.add_row(*(str(value or "") for value in row.values()))
    Console().print(table)


def _row(journal: Journal, standing: Standing) -> dict[str, Any]:
    row: dict[str, Any] = {"visit": standing.visit_id, "step": standing.step}
    if standing.forgotten:
        return row | {"printed": "forgotten", "ended_early": None, "open": ""}
    visit = journal.fold(standing.visit_id).visit
    return row | {
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
