"""`kiosk journal`: show, verify, export and forget; accept a lost end; check another machine's export."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from kiosk.clock import SystemClock
from kiosk.commands import journal_text as text
from kiosk.commands.identity import claim
from kiosk.commands.reading import DAMAGED, exit_code, folder_of, in_words, reading, refuse_damage
from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.commands.speaking import Language, Speaker, Spoken
from kiosk.config import Settings, load_settings
from kiosk.domain.staff import Role, Staff, StaffDenied
from kiosk.journal import acceptance
from kiosk.journal import export as exporting
from kiosk.journal import head as heads
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.staff.register import StaffRegister

app = typer.Typer(no_args_is_help=True)

END_UNKNOWN = 3

State = Annotated[Path | None, typer.Option("--state", help="State folder; the user's own by default.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("show")
def show(
    visit_id: Annotated[str | None, typer.Argument(help="One visit; without it all are listed.")] = None,
    state: State = None,
    language: Spoken = None,
    as_json: AsJson = False,
) -> None:
    """List the visits, or tell the story of one. Personal fields are shown only in --json and export."""
    with reading(state, sound=True, language=language) as (journal, settings):
        say, standings = _speaker(language, settings), journal.standings()
        if visit_id is None:
            text.print_visits(journal, standings, say, as_json=as_json)
        elif visit_id not in {one.visit_id for one in standings}:
            complain(say(text.NO_VISIT).format(visit=visit_id), 2)
        else:
            text.print_story(list(journal.records(visit_id)), say, as_json=as_json)


@app.command("verify")
def verify(
    state: State = None,
    head: Annotated[
        Path | None, typer.Option(help="An earlier end of the chain, from `kiosk journal head`.")
    ] = None,
    language: Spoken = None,
) -> None:
    """Check that no record and no visit's row was changed, lost or moved.

    Exit code 1 tells where it is broken; 3: it is whole as far as it goes, but nothing shows that its end was
    not cut off, and nobody has accepted that; 2: it could not be read.
    """
    with reading(state, sound=False, language=language) as (journal, settings):
        say = _speaker(language, settings)
        known = None if head is None else _known_head(journal, head, say)
        _refuse_broken(journal, known, say)
        unknown, accepted, length = journal.end_unknown(), journal.accepted(), journal.length
    if unknown is None or (known is not None and known.seq == length):
        typer.echo(say(text.WHOLE).format(count=length))
        if accepted is not None:
            text.print_accepted(accepted, say)
        return
    typer.echo(say(text.WHOLE_UP_TO).format(count=length))
    doubt = text.UNKNOWN if known is None else text.UNKNOWN_AFTER
    told = say(doubt).format(why=say(unknown), seq=known.seq if known else 0)
    complain(f"{told}\n{say(text.ACCEPT)}", END_UNKNOWN)


@app.command("head")
def head(state: State = None, language: Spoken = None) -> None:
    """Print the signed end of the chain. Kept elsewhere, it shows later that no record was cut off."""
    with reading(state, sound=False, language=language) as (journal, _):
        typer.echo(json.dumps(journal.head(SystemClock().now()).plain(journal.key())))


@app.command("accept-loss")
def accept_loss(
    by: Annotated[str, typer.Option("--by", help="Your staff number; your name while nobody is registered.")],
    reason: Annotated[str, typer.Option(help="What is known of the loss, at most 200 characters.")],
    role: Annotated[
        Role | None, typer.Option("--role", help="Your role, while nobody is registered.")
    ] = None,
    pin_file: Annotated[
        Path | None, typer.Option("--pin-file", help="Your PIN; without it you are asked.")
    ] = None,
    state: State = None,
    language: Spoken = None,
) -> None:
    """Accept, on record, that the kept end was lost and nobody knows whether records were cut off then.

    Everything is verified first; the kiosk must be stopped. The acceptance becomes a record of the chain,
    which `verify` shows from then on. A later loss is not covered by it. Exit code 1: there is nothing to
    accept, the journal is broken, or you were not taken for staff.
    """
    if not acceptance.is_reason(reason):
        say = _speaker(language, load_settings(state=state))
        complain(say(text.REASON).format(most=acceptance.LONGEST_REASON), 2)
    with _writing(state, language) as (journal, settings, say):
        if journal.end_unknown() is None:
            complain(say(text.NOTHING_TO_ACCEPT), 1)
        who = _vouched(by, role, pin_file, settings, say)
        _refuse_broken(journal, None, say)
        accepted = journal.accept_end(who, reason.strip(), SystemClock().now())
        if accepted is not None:
            text.print_accepted(accepted, say)


@app.command("key")
def key(state: State = None, language: Spoken = None) -> None:
    """Print the machine's public key (PEM), which checks its exports on any machine."""
    with reading(state, sound=False, language=language) as (journal, _):
        public = journal.key().public_key()
    typer.echo(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(), nl=False)


@app.command("export")
def export(
    out: Annotated[Path, typer.Argument(help="File to write, JSON lines, signed.")],
    state: State = None,
    sealed: Annotated[bool, typer.Option(help="Without readable fields: nothing personal in it.")] = False,
    language: Spoken = None,
) -> None:
    """Write every record and the machine's signature; the file is readable by its owner only.

    Without --sealed it holds personal data in the clear. Of a damaged journal what can be read is written;
    exit code 1 says so.
    """
    with reading(state, sound=False, language=language) as (journal, settings):
        say = _speaker(language, settings)
        try:
            out.touch(mode=0o600)
            out.chmod(0o600)
            with out.open("wb") as file:
                at = SystemClock().now().isoformat()
                records = journal.export(readable=not sealed)
                end = exporting.write(records, at, journal.key(), settings.kiosk_id, file)
        except OSError as error:
            complain(say(text.NOT_WRITTEN).format(path=out, why=error.strerror), 2)
        typer.echo(say(text.EXPORTED).format(count=end.seq, out=out))
        refuse_damage(text.verified(journal, None, say), say.language)


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="An export.")],
    key: Annotated[Path, typer.Option(help="The machine's public key, from `kiosk journal key`.")],
    language: Spoken = None,
) -> None:
    """Check an export with nothing but the machine's public key. Exit code 1 tells what is wrong with it."""
    say = _speaker(language, load_settings())
    try:
        with file.open("rb") as content:
            checked = exporting.check(content, _public_key(key, say))
    except OSError as error:
        complain(say(text.NOT_READ).format(path=error.filename, why=error.strerror), 2)
    except exporting.ExportBroken as error:
        complain(say(text.EXPORT_BROKEN).format(where=say(error.text)), 1)
    end = checked.head
    typer.echo(say(text.EXPORT_WHOLE).format(kiosk=checked.kiosk, count=end.seq, at=end.at))


@app.command("forget")
def forget(
    visit_id: Annotated[str | None, typer.Argument(help="One visit.")] = None,
    older_than: Annotated[
        float | None, typer.Option(min=0.0, help="Every visit older than this, days.")
    ] = None,
    state: State = None,
    language: Spoken = None,
) -> None:
    """Destroy what is personal of visits; their records stay in the chain, readable by nobody.

    What is unfinished or has an open case is kept. The kiosk itself does this every day. Exit code 1: the
    visit is kept, and why.
    """
    if (visit_id is None) == (older_than is None):
        complain(_speaker(language, load_settings(state=state))(text.NAME_ONE), 2)
    with _writing(state, language) as (journal, _, say):
        count, traces = _forget(journal, visit_id, older_than, say)
    typer.echo(say(text.FORGOTTEN).format(count=count))
    if traces:
        complain(say(text.TRACES), 1)


def _forget(
    journal: Journal, visit_id: str | None, older_than: float | None, say: Speaker
) -> tuple[int, bool]:
    now = SystemClock().now()
    if visit_id is not None:
        kept = journal.why_kept(visit_id)
        if kept is not None:
            complain(say(text.KEPT).format(visit=visit_id, why=say(kept)), 1)
        return 1, journal.forget((visit_id,), now).traces
    count, traces = 0, False
    while due := journal.forgettable(now - timedelta(days=older_than or 0.0)):
        traces = journal.forget(due, now).traces
        count += len(due)
    return count, traces


@contextmanager
def _writing(state: Path | None, language: Language | None) -> Iterator[tuple[Journal, Settings, Speaker]]:
    """Open the journal of a kiosk that does not run; end the program where that cannot be."""
    from kiosk.app import StateInUse, hold  # slow to load

    log_to_stderr(verbose=False)
    settings = load_settings(state=state)
    say = _speaker(language, settings)
    folder = folder_of(settings, say.language)
    try:
        with ExitStack() as stack:
            hold(folder, stack)
            journal = Journal.open(folder)
            stack.callback(journal.close)
            yield journal, settings, say
    except StateInUse:
        complain(say(text.IN_USE).format(folder=folder), 2)
    except JournalUnavailable as error:
        complain(in_words(error, say.language), exit_code(error))


def _speaker(language: Language | None, settings: Settings) -> Speaker:
    return Speaker(language or settings.language)


def _refuse_broken(journal: Journal, known: heads.Head | None, say: Speaker) -> None:
    """Check everything; end the program where something is broken."""
    fault = text.verified(journal, known, say)
    if fault is not None:
        complain(f"{say(text.BROKEN).format(where=say(fault))}\n{say(text.WHEN_BROKEN)}", DAMAGED)


def _vouched(by: str, role: Role | None, pin_file: Path | None, settings: Settings, say: Speaker) -> Staff:
    """Return who works here; end the program where nobody vouches for them."""
    said = claim(by, role, pin_file, settings.state, say)
    judged = asyncio.run(StaffRegister(settings.state, SystemClock()).vouch(said))
    if isinstance(judged, StaffDenied):
        complain(say(text.DENIED), 1)
    return judged


def _known_head(journal: Journal, path: Path, say: Speaker) -> heads.Head:
    try:
        return heads.parse(path.read_bytes()[:4096], journal.key().public_key())
    except OSError as error:
        complain(say(text.NOT_READ).format(path=path, why=error.strerror), 2)
    except heads.HeadInvalid as error:
        complain(say(text.NO_HEAD).format(path=path, why=say(error.text)), 2)


def _public_key(path: Path, say: Speaker) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (ValueError, UnsupportedAlgorithm):
        complain(say(text.NO_KEY).format(path=path), 2)
    if not isinstance(key, Ed25519PublicKey):
        complain(say(text.OTHER_KEY).format(path=path), 2)
    return key
