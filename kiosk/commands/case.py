"""`kiosk case`: open cases, what is known of each, and what staff do about them.

Exit codes: 0 done and nothing open any more (`list`: nothing open); 3 done, something is still open; 1 the
case does not allow it, who ordered it is not known, or the journal is damaged; 2 it could not start.
"""

import asyncio
import json
import shlex
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from kiosk.app import CannotStart, RunningKiosk, StateInUse, real_kiosk, simulated_kiosk
from kiosk.clock import SystemClock
from kiosk.commands.case_text import plain, print_case, print_cases
from kiosk.commands.identity import claim
from kiosk.commands.options import with_options
from kiosk.commands.reading import folder_of, in_words, reading
from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.commands.speaking import Speaker, Spoken
from kiosk.config import Settings, SettingsInvalid, load_settings
from kiosk.diagnostics.cases import Case, open_cases, read_case, unfinished, why_no_case
from kiosk.diagnostics.casework import NotAllowed, Order, act
from kiosk.diagnostics.desk import NEEDS_THE_CARD, DeskClosed, Request, ask_desk, attended
from kiosk.domain.staff import Claim, Role
from kiosk.domain.text import Text
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.visit.case_events import CloseReason, Ground
from kiosk.visit.casework import CaseAction

app = typer.Typer(no_args_is_help=True)

STILL_OPEN = 3

_STEPS = """
  systemctl stop endorsement-kiosk
  sudo -u endorsement-kiosk kiosk case {action} {number} --by {by} \\
    --config /etc/endorsement-kiosk/kiosk.toml
  systemctl start endorsement-kiosk"""
_STOP_FIRST = Text(
    "{action} 需要放入证件，而卡位正由运行中的程序使用。\n请在无人办理时执行：" + _STEPS,
    "`{action}` needs the card, and the running kiosk has the station.\nWhen nobody is being served:"
    + _STEPS,
)
_BESIDE = Text("另一个程序正在 {folder} 中运行，且{why}", "another kiosk works in {folder}, and {why}")
_CASE = Text("问题 {number}：{why}", "Case {number}: {why}")

Number = Annotated[str, typer.Argument(help="The case's number, as on the slip: the visit's number.")]
State = Annotated[Path | None, typer.Option("--state", help="State folder; the user's own by default.")]
Config = Annotated[
    Path | None, typer.Option("--config", help="Settings of a real machine; without them all is simulated.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
By = Annotated[
    str,
    typer.Option("--by", help="Your staff number; your name while no staff are registered. Written down."),
]
As = Annotated[
    Role | None,
    typer.Option("--role", help="Your role, while no staff are registered; technician if not given."),
]
PinFile = Annotated[
    Path | None,
    typer.Option("--pin-file", help="File with your PIN, mode 0600; without it the PIN is asked for."),
]

Wish = Callable[[Claim], Order]
"""What is ordered, once it is known who says it."""


@app.command("list")
def list_(state: State = None, language: Spoken = None, as_json: AsJson = False) -> None:
    """List the open cases, and the visits that wait for recovery.

    Exit code 0: there are none; 3: there are some. A visit that the running kiosk is at counts as none.
    """
    with reading(state, sound=True, language=language) as (journal, settings):
        cases, waiting = open_cases(journal), unfinished(journal)
    at_work = attended(settings.state)
    if as_json:
        typer.echo(json.dumps([plain(case) for case in (*cases, *waiting)], ensure_ascii=False, indent=2))
    else:
        print_cases(cases, waiting, Speaker(language or settings.language), at_work=at_work)
    raise typer.Exit(STILL_OPEN if cases or (waiting and not at_work) else 0)


@app.command("show")
def show(number: Number, state: State = None, language: Spoken = None, as_json: AsJson = False) -> None:
    """Tell what is known of a case, what may be done, and who did what. Nothing of the holder is shown."""
    with reading(state, sound=True, language=language) as (journal, settings):
        say = Speaker(language or settings.language)
        no_case = why_no_case(journal, number)
        if no_case is None:
            _tell(read_case(journal, number), say, settings, as_json=as_json)
        elif not no_case.forgotten:
            complain(say(no_case.text), 2)
        elif as_json:
            typer.echo(json.dumps({"case": number, "open": [], "forgotten": True}, indent=2))
        else:
            typer.echo(say(no_case.text))


def _carry_out(
    wish: Wish,
    number: Number,
    by: By,
    role: As = None,
    pin_file: PinFile = None,
    state: State = None,
    config: Config = None,
    language: Spoken = None,
    as_json: AsJson = False,
) -> None:
    """Do what is wished, tell the case as it stands then, and end the program."""
    try:
        settings = load_settings(config, state=state)
    except SettingsInvalid as error:
        complain(str(error), 2)
    say = Speaker(language or settings.language)
    log_to_stderr(verbose=False)
    _check_number(number, settings, say)
    order = wish(claim(by, role, pin_file, settings.state, say))
    try:
        case = asyncio.run(_act(number, order, settings))
    except (NotAllowed, DeskClosed) as error:
        told = say(_CASE).format(number=number, why=say(error.text))
        complain(told, 1 if isinstance(error, NotAllowed) else 2)
    except (SettingsInvalid, JournalUnavailable, *CannotStart) as error:
        complain(in_words(error, say.language), 2)
    _tell(case, say, settings, as_json=as_json)
    raise typer.Exit(STILL_OPEN if case.kinds else 0)


def _ordering(wish: Callable[..., Wish]) -> Callable[..., Wish]:
    """Make a command of what says which order is wished; the options of every order are `_carry_out`'s."""
    app.command(wish.__name__)(with_options(_carry_out, wish))
    return wish


@_ordering
def ask() -> Wish:
    """Ask networks and authority again about everything that is open; money found paid goes back."""
    return partial(Order, CaseAction.ASK)


@_ordering
def refund() -> Wish:
    """Give back what was not delivered, under the one refund number it can have."""
    return partial(Order, CaseAction.REFUND)


@_ordering
def inspect(
    seen: Annotated[
        bool | None,
        typer.Option("--printed/--not-printed", help="You looked at the card; without it the machine does."),
    ] = None,
) -> Wish:
    """Find out what stands on the card: put it in within a minute, or say what you see on it."""
    action = CaseAction.INSPECT if seen is None else CaseAction.SEEN
    return partial(Order, action, matches=bool(seen))


@_ordering
def decide(
    printed: Annotated[bool, typer.Option("--printed/--not-printed", help="What you are sure of.")],
    ground: Annotated[Ground, typer.Option(help="What you know it from.")],
    note: Annotated[str, typer.Option(help="What exactly that says, at most 200 characters.")],
) -> Wish:
    """Decide whether it was printed where the film was written again since and cannot tell any more.

    Decided as printed, the matter is settled; decided as not printed, the money can be refunded.
    """
    return partial(Order, CaseAction.DECIDE, matches=printed, note=note, ground=ground)


@_ordering
def reprint() -> Wish:
    """Print the card after an inspection that found it not printed: put it in within a minute."""
    return partial(Order, CaseAction.REPRINT)


@_ordering
def close(
    reason: Annotated[CloseReason, typer.Option(help="What settled it.")],
    note: Annotated[str, typer.Option(help="How, at most 200 characters.")] = "",
) -> Wish:
    """Close by hand what was settled outside of the machine."""
    return partial(Order, CaseAction.CLOSE, reason=reason, note=note)


def _check_number(number: str, settings: Settings, say: Speaker) -> None:
    """End where there is no such case, before a machine is started for it."""
    folder = folder_of(settings, say.language)
    with suppress(JournalUnavailable):  # the machine says it, with what it can do about it
        journal = Journal.read(folder)
        try:
            no_case = why_no_case(journal, number)
        finally:
            journal.close()
        if no_case is not None:
            complain(say(no_case.text), 2)


async def _act(number: str, order: Order, settings: Settings) -> Case:
    try:
        async with _machine(settings) as machine:
            return await act(machine.outside, machine.journal, number, order)
    except StateInUse:
        return await _beside(settings, number, order)


async def _beside(settings: Settings, number: str, order: Order) -> Case:
    """Have the kiosk that runs do it; what needs the card needs the station, and so the kiosk stopped."""
    if order.action in NEEDS_THE_CARD:
        raise DeskClosed(_STOP_FIRST.fill(action=order.action, number=number, by=shlex.quote(order.by.by)))
    try:
        return await ask_desk(settings.state, Request(number, order))
    except DeskClosed as error:
        folder, why = str(settings.state), error.text
        raise DeskClosed(
            Text(_BESIDE.zh.format(folder=folder, why=why.zh), _BESIDE.en.format(folder=folder, why=why.en))
        ) from error


@asynccontextmanager
async def _machine(settings: Settings) -> AsyncIterator[RunningKiosk]:
    """Put the machine of the settings file together; without one, a simulated machine."""
    simulate = settings.config is None
    made = simulated_kiosk(settings, SystemClock(), ()) if simulate else real_kiosk(settings, SystemClock())
    async with made as machine:
        yield machine


def _tell(case: Case, say: Speaker, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(plain(case), ensure_ascii=False, indent=2))
    else:
        print_case(case, say, at_work=case.waiting and attended(settings.state))
