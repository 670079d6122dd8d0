"""`kiosk case`: open cases, what is known of each, and what staff do about them.

Exit codes: 0 done and nothing open any more (`list`: nothing open); 3 done, something is still open; 1 the
case does not allow it, or the journal is damaged; 2 it could not start.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Column, Table

from kiosk.app import CannotStart, RunningKiosk, StateInUse, real_kiosk, simulated_kiosk
from kiosk.clock import SystemClock
from kiosk.commands.reading import in_words, reading
from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.config import Settings, SettingsInvalid, load_settings
from kiosk.diagnostics.cases import Case, NotAllowed, Order, act, open_cases, read_case
from kiosk.diagnostics.desk import NEEDS_THE_CARD, DeskClosed, Request, ask_desk
from kiosk.domain.money import yuan_text
from kiosk.domain.staff import Role, Staff
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.visit.case_events import CloseReason, Ground
from kiosk.visit.casework import CaseAction
from kiosk.visit.model import Overwritten

app = typer.Typer(no_args_is_help=True)

STILL_OPEN = 3
_COLUMNS = ("open", "film, card", "paid, back", "possible")

_STOP_FIRST = """`{action}` needs the card, and the running kiosk has the station.
When nobody is being served:
  systemctl stop endorsement-kiosk
  sudo -u endorsement-kiosk kiosk case {action} {number} --by '{by}' \\
    --config /etc/endorsement-kiosk/kiosk.toml
  systemctl start endorsement-kiosk"""

T = TypeVar("T")

Number = Annotated[str, typer.Argument(help="The case's number, as on the slip: the visit's number.")]
State = Annotated[Path | None, typer.Option("--state", help="State folder; the user's own by default.")]
Config = Annotated[
    Path | None, typer.Option("--config", help="Settings of a real machine; without them all is simulated.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
By = Annotated[str, typer.Option("--by", help="Your name as on the duty roster; it is written down.")]
As = Annotated[Role, typer.Option("--role", help="Your role; it is written down.")]


@app.command("list")
def list_(state: State = None, as_json: AsJson = False) -> None:
    """List the open cases. Exit code 0: there are none; 3: there are some."""
    cases = _read(state, open_cases)
    if as_json:
        typer.echo(json.dumps([_plain(case) for case in cases], ensure_ascii=False, indent=2))
    elif not cases:
        typer.echo("No case is open.")
    else:
        table = Table(Column("case", no_wrap=True), *(Column(name, overflow="fold") for name in _COLUMNS))
        for case in cases:
            kinds = "\n".join(kind.replace("_", " ") for kind in case.kinds)
            actions = " ".join(case.actions) or "kiosk recover"
            money = f"{yuan_text(case.paid)}\n{yuan_text(case.refunded)}"
            table.add_row(case.number, kinds, f"{case.film}\n{case.card}", money, actions)
        Console().print(table)
    raise typer.Exit(STILL_OPEN if cases else 0)


@app.command("show")
def show(number: Number, state: State = None, as_json: AsJson = False) -> None:
    """Tell what is known of a case, what may be done, and who did what. Nothing of the holder is shown."""
    _tell(_read(state, lambda journal: read_case(journal, number)), as_json)


@app.command("ask")
def ask(
    number: Number,
    by: By,
    role: As = Role.TECHNICIAN,
    state: State = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Ask networks and authority again about everything that is open; money found paid goes back."""
    _work(number, Order(CaseAction.ASK, _staff(by, role)), state, config, as_json)


@app.command("refund")
def refund(
    number: Number,
    by: By,
    role: As = Role.TECHNICIAN,
    state: State = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Give back what was not delivered, under the one refund number it can have."""
    _work(number, Order(CaseAction.REFUND, _staff(by, role)), state, config, as_json)


@app.command("inspect")
def inspect(
    number: Number,
    by: By,
    seen: Annotated[
        bool | None,
        typer.Option("--printed/--not-printed", help="You looked at the card; without it the machine does."),
    ] = None,
    role: As = Role.TECHNICIAN,
    state: State = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Find out what stands on the card: put it in within a minute, or say what you see on it."""
    action = CaseAction.INSPECT if seen is None else CaseAction.SEEN
    _work(number, Order(action, _staff(by, role), matches=bool(seen)), state, config, as_json)


@app.command("decide")
def decide(
    number: Number,
    by: By,
    printed: Annotated[bool, typer.Option("--printed/--not-printed", help="What you are sure of.")],
    ground: Annotated[Ground, typer.Option(help="What you know it from.")],
    note: Annotated[str, typer.Option(help="What exactly that says, at most 200 characters.")],
    role: As = Role.TECHNICIAN,
    state: State = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Decide whether it was printed where the film was written again since and cannot tell any more.

    Decided as printed, the matter is settled; decided as not printed, the money can be refunded.
    """
    order = Order(CaseAction.DECIDE, _staff(by, role), matches=printed, note=note, ground=ground)
    _work(number, order, state, config, as_json)


@app.command("reprint")
def reprint(
    number: Number,
    by: By,
    role: As = Role.TECHNICIAN,
    state: State = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Print the card after an inspection that found it not printed: put it in within a minute."""
    _work(number, Order(CaseAction.REPRINT, _staff(by, role)), state, config, as_json)


@app.command("close")
def close(
    number: Number,
    by: By,
    reason: Annotated[CloseReason, typer.Option(help="What settled it.")],
    note: Annotated[str, typer.Option(help="How, at most 200 characters.")] = "",
    role: As = Role.TECHNICIAN,
    state: State = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Close by hand what was settled outside of the machine."""
    order = Order(CaseAction.CLOSE, _staff(by, role), reason=reason, note=note)
    _work(number, order, state, config, as_json)


def _staff(name: str, role: Role) -> Staff:
    try:
        return Staff(name, role)
    except ValueError as error:
        complain(f"--by: {error}", 2)


def _read(state: Path | None, look: Callable[[Journal], T]) -> T:
    """Look at the journal, also beside a running kiosk; a damaged one is not believed."""
    with reading(state, sound=True) as (journal, _):
        return look(journal)


def _work(number: str, order: Order, state: Path | None, config: Path | None, as_json: bool) -> None:
    log_to_stderr(verbose=False)
    try:
        case = asyncio.run(_act(number, order, state, config))
    except NotAllowed as error:
        complain(f"Case {number}: {error}", 1)
    except DeskClosed as error:
        complain(f"Case {number}: {error}", 2)
    except (SettingsInvalid, JournalUnavailable, *CannotStart) as error:
        complain(in_words(error), 2)
    _tell(case, as_json)
    raise typer.Exit(STILL_OPEN if case.kinds else 0)


async def _act(number: str, order: Order, state: Path | None, config: Path | None) -> Case:
    settings = load_settings(config, state=state)
    try:
        async with _machine(settings, simulate=config is None) as machine:
            return await act(machine.outside, machine.journal, number, order)
    except StateInUse:
        return await _beside(settings, number, order)


async def _beside(settings: Settings, number: str, order: Order) -> Case:
    """Have the kiosk that runs do it; what needs the card needs the station, and so the kiosk stopped."""
    if order.action in NEEDS_THE_CARD:
        raise DeskClosed(_STOP_FIRST.format(action=order.action, number=number, by=order.by.name))
    try:
        return await ask_desk(settings.state, Request(number, order))
    except DeskClosed as error:
        raise DeskClosed(f"another kiosk works in {settings.state}, and {error}") from error


@asynccontextmanager
async def _machine(settings: Settings, *, simulate: bool) -> AsyncIterator[RunningKiosk]:
    made = simulated_kiosk(settings, SystemClock(), ()) if simulate else real_kiosk(settings, SystemClock())
    async with made as machine:
        yield machine


def _tell(case: Case, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_plain(case), ensure_ascii=False, indent=2))
        return
    typer.echo(f"Case {case.number}: {', '.join(case.kinds) or 'nothing open'}")
    typer.echo(f"  paid {yuan_text(case.paid)}, refunded {yuan_text(case.refunded)} yuan")
    typer.echo(f"  film {case.film}, card {case.card}, ended by {case.ending or 'nothing unusual'}")
    for fact in case.facts:
        typer.echo(f"  ! {fact.en}\n  ! {fact.zh}")
    for word, orders in (("not delivered", case.undelivered), ("undecided", case.undecided)):
        if orders:
            typer.echo(f"  {word}: {', '.join(orders)}")
    for deed in case.deeds:
        who = f"{deed.by.name} ({deed.by.role})" if deed.by else "the machine"
        typer.echo(f"  {deed.at:%Y-%m-%d %H:%M:%S} {who}: {deed.what} {deed.detail}".rstrip())
    if case.waiting:
        typer.echo("  Something still waits for an outcome: run kiosk recover.")
    elif case.kinds:
        typer.echo(f"  possible: {', '.join(case.actions)}; reasons to close: {', '.join(case.reasons)}")


def _overwritten(since: Overwritten | None) -> dict[str, Any] | None:
    if since is None:
        return None
    return {"by": since.newer or None, "known_before": since.known, "decided_on": since.ground or None}


def _plain(case: Case) -> dict[str, Any]:
    return {
        "case": case.number,
        "began": case.began.isoformat() if case.began else None,
        "open": list(case.kinds),
        "film": case.film,
        "card": case.card,
        "whose_card": case.whose,
        "overwritten": _overwritten(case.overwritten),
        "facts": [{"zh": fact.zh, "en": fact.en} for fact in case.facts],
        "paid_fen": case.paid,
        "refunded_fen": case.refunded,
        "undelivered": list(case.undelivered),
        "undecided": list(case.undecided),
        "ended_by": case.ending,
        "waiting": case.waiting,
        "actions": list(case.actions),
        "reasons": list(case.reasons),
        "deeds": [
            {
                "at": deed.at.isoformat(),
                "by": deed.by.name if deed.by else None,
                "role": deed.by.role if deed.by else None,
                "what": deed.what,
                "detail": deed.detail,
            }
            for deed in case.deeds
        ],
    }
