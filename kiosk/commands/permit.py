"""`kiosk permit make|list|insert|read`: specimen permits, and reading the card in any PC/SC reader."""

import asyncio
import contextlib
import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Column, Table

from kiosk.clock import SystemClock
from kiosk.config import default_state
from kiosk.devices.chip.card_folder import Behaviour, Card, UnusableFolder, load_card
from kiosk.devices.chip.pcsc_reader import PcscChipReader
from kiosk.devices.chip.session import Secrets
from kiosk.devices.contracts import Completion, Done, Failed, Refused, Unknown
from kiosk.devices.simulated.pcscd_stack import PcscdStack, StackUnavailable
from kiosk.devices.simulated.specimen_maker import make_specimens
from kiosk.devices.simulated.specimen_reference import make_reference
from kiosk.devices.simulated.vpcd_card import FIRST_PORT, play_card
from kiosk.domain.chip import Check, ChipReading, Verdict
from kiosk.domain.failure import Fault
from kiosk.domain.specimens import ChipVariant, Specimen
from kiosk.shipped import load_specimens

app = typer.Typer(
    no_args_is_help=True, help="Make specimen permits, put one into the virtual reader, read a card."
)

State = Annotated[
    Path, typer.Option("--state", help="State folder of the kiosk.", default_factory=default_state)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Specimens; all of them by default.")
]

_OUT, _ERR = Console(), Console(stderr=True)


class Exit(IntEnum):
    """Exit codes of this command; 2 is typer's own, for wrong usage."""

    GENUINE = 0
    FAILED = 1
    NOT_GENUINE = 3


@app.command()
def make(
    state: State,
    names: Names = None,
    as_json: AsJson = False,
    reference: Annotated[
        bool, typer.Option("--reference", help="Make the two permits that the cost of a read is counted on.")
    ] = False,
) -> None:
    """Make specimen permits with portrait, data groups and signature, and the authority that signed them."""
    clock = SystemClock()
    chosen = () if reference and not names else _chosen(load_specimens(clock.now()), names or [])
    try:
        with Progress(console=_ERR, transient=True, disable=as_json) as progress:
            task = progress.add_task("Making permits", total=len(chosen))
            folders = make_specimens(state, chosen, clock.now(), lambda _: progress.advance(task))
        if reference:
            folders += make_reference(state, clock.now())
    except OSError as problem:
        _fail(f"cannot write to {state}: {problem.strerror}")
    if as_json:
        _print_json({"permits": [str(folder) for folder in folders], "trust": str(state / "trust")})
        return
    _OUT.print(f"{len(folders)} permits in {state / 'permits'}", soft_wrap=True)
    _OUT.print(f"their authority's certificate in {state / 'trust'}", soft_wrap=True)


@app.command("list")
def list_specimens(state: State, as_json: AsJson = False) -> None:
    """List the specimens, what each is for, and whether its permit has been made."""
    rows = [
        {
            "slug": specimen.slug,
            "name": specimen.permit.name_zh,
            "chip": specimen.chip.value,
            "profile": specimen.profile.value,
            "line": specimen.permit.line,
            "notes": specimen.notes,
            "made": (state / "permits" / specimen.slug).is_dir(),
        }
        for specimen in load_specimens(SystemClock().now())
    ]
    if as_json:
        _print_json({"specimens": rows})
        return
    table = Table(Column("specimen", no_wrap=True), Column("name", no_wrap=True), "chip", "made", "what for")
    for row in rows:
        made = "yes" if row["made"] else "no"
        chip = row["profile"] if row["chip"] == ChipVariant.GENUINE else f"{row['profile']}, {row['chip']}"
        table.add_row(str(row["slug"]), str(row["name"]), str(chip), made, str(row["notes"]))
    _OUT.print(table)


@app.command()
def insert(
    name: Annotated[str, typer.Argument(help="A specimen's name, or a folder with the files of a chip.")],
    state: State,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the virtual reader.")] = FIRST_PORT,
    mute_after: Annotated[int | None, typer.Option(min=0, help="Fall silent after so many commands.")] = None,
    pull_after: Annotated[int | None, typer.Option(min=0, help="Be pulled after so many commands.")] = None,
) -> None:
    """Put a permit into the virtual reader (vpcd) and leave it there until interrupted."""
    folder = _folder(name, state)
    card = _loaded(folder)
    if mute_after is not None or pull_after is not None:
        card = dataclasses.replace(card, behaviour=Behaviour(mute_after, pull_after))
    _play(card, folder.name, port)


def _folder(name: str, state: Path) -> Path:
    """Return the folder of a permit by its name, or a folder itself."""
    folder = Path(name) if Path(name).is_dir() else state / "permits" / name
    if not folder.is_dir():
        _fail(f"there is no permit {name!r}: make it with `kiosk permit make {name}`")
    return folder


def _loaded(folder: Path) -> Card:
    try:
        return load_card(folder)
    except UnusableFolder as problem:
        _fail(str(problem))


def _play(card: Card, name: str, port: int) -> None:
    def connected() -> None:
        _OUT.print(f"{name} is in the virtual reader at port {port}; its line is", soft_wrap=True)
        _OUT.print(card.line, style="bold", soft_wrap=True)
        if card.traits.can is not None:
            _OUT.print(f"and its access number {card.traits.can}")
        _OUT.print("Ctrl-C takes it out.")

    try:
        answered = asyncio.run(play_card(card, port, clock=SystemClock(), connected=connected))
    except KeyboardInterrupt:
        _OUT.print("taken out")
    except OSError:
        _fail(
            f"no virtual reader listens at 127.0.0.1:{port}: install pcscd and vsmartcard-vpcd, "
            "then `systemctl start pcscd`"
        )
    else:
        _OUT.print(f"out of the reader after {answered} commands")


@app.command()
def read(
    state: State,
    *,
    mrz: Annotated[str | None, typer.Option("--mrz", help="The printed line, which opens the chip.")] = None,
    insert_name: Annotated[
        str | None,
        typer.Option(
            "--insert",
            metavar="NAME",
            help="First put this permit into a virtual reader of a pcscd started for it; gives the line too.",
        ),
    ] = None,
    can: Annotated[
        str | None, typer.Option("--can", help="The card access number: opens the chip by PACE in its stead.")
    ] = None,
    reader: Annotated[str | None, typer.Option(help="Part of the name of the reader to use.")] = None,
    trust: Annotated[
        Path | None, typer.Option(help="Folder of trusted authorities; by default that of the state folder.")
    ] = None,
    deadline: Annotated[float, typer.Option(min=1, max=600, help="Longest time to take, seconds.")] = 30.0,
    as_json: AsJson = False,
) -> None:
    """Read the card in any PC/SC reader; exit code 0 genuine, 3 read but not genuine, 1 not read."""
    folder = None if insert_name is None else _folder(insert_name, state)
    line = mrz or (None if folder is None else _loaded(folder).line)
    if line is None:
        raise typer.BadParameter("the printed line is needed", param_hint="--mrz")
    with (
        _stack_with(folder),
        Progress(console=_ERR, transient=True, disable=as_json) as progress,
    ):
        task = progress.add_task("Reading", total=1.0)
        completion = asyncio.run(
            _read(
                Secrets(line, can),
                reader,
                trust or state / "trust",
                deadline,
                lambda part: progress.update(task, completed=part),
            )
        )
    match completion:
        case Done(reading):
            _show_json(reading) if as_json else _show(reading)
            raise typer.Exit(Exit.GENUINE if reading.genuine else Exit.NOT_GENUINE)
        case Refused(fault) | Failed(fault) | Unknown(fault):
            _report(fault, as_json)
            raise typer.Exit(Exit.FAILED)


@contextlib.contextmanager
def _stack_with(folder: Path | None) -> Iterator[None]:
    """Run a pcscd of our own with a permit in its virtual reader; nothing where no permit is given."""
    if folder is None:
        yield
        return
    try:
        with PcscdStack() as stack:
            stack.plug(folder)
            yield
    except StackUnavailable as problem:
        _fail(str(problem))


async def _read(
    known: Secrets, reader: str | None, trust: Path, deadline: float, progress: Callable[[float], None]
) -> Completion[ChipReading]:
    driver = PcscChipReader(SystemClock(), trust, reader=reader)
    try:
        return await driver.read(known.line, deadline_s=deadline, progress=progress, can=known.can)
    finally:
        await driver.close()


_COLOURS: Mapping[Verdict, str] = {Verdict.GENUINE: "green", Verdict.ALTERED: "bold red"}


def _show(reading: ChipReading) -> None:
    data = Table(show_header=False, title="Permit")
    for name, value in _fields(reading).items():
        data.add_row(name, escape(value))
    checks = Table("check", "verdict", "detail", title="Checks")
    for result in reading.checks:
        colour = _COLOURS.get(result.verdict, "yellow")
        checks.add_row(result.check.value, f"[{colour}]{result.verdict.value}[/]", escape(result.detail))
    for check in _not_offered(reading):
        checks.add_row(check.value, "[dim]not offered[/]", "")
    counts = reading.counts
    _OUT.print(data, checks)
    _OUT.print(f"portrait: {len(reading.portrait)} bytes")
    _OUT.print(
        f"{reading.protocol}: {counts.apdus} commands, {counts.wire_bytes} bytes on the wire "
        f"for {counts.payload_bytes} of files ({_ratio(reading):.3f} x)",
        soft_wrap=True,
    )


def _not_offered(reading: ChipReading) -> tuple[Check, ...]:
    """Return the checks that this chip has nothing for."""
    made = {result.check for result in reading.checks}
    return tuple(check for check in Check if check not in made)


def _show_json(reading: ChipReading) -> None:
    _print_json(
        {
            "permit": _fields(reading),
            "checks": [
                {"check": r.check.value, "verdict": r.verdict.value, "detail": r.detail}
                for r in reading.checks
            ],
            "not_offered": [check.value for check in _not_offered(reading)],
            "genuine": reading.genuine,
            "protocol": reading.protocol,
            "portrait_bytes": len(reading.portrait),
            "counts": {**dataclasses.asdict(reading.counts), "wire_per_payload": round(_ratio(reading), 4)},
        }
    )


def _fields(reading: ChipReading) -> dict[str, str]:
    values = dataclasses.asdict(reading.permit)
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _ratio(reading: ChipReading) -> float:
    return reading.counts.wire_bytes / max(reading.counts.payload_bytes, 1)


def _chosen(known: tuple[Specimen, ...], names: list[str]) -> tuple[Specimen, ...]:
    unknown = set(names) - {specimen.slug for specimen in known}
    if unknown:
        _fail(f"no specimen named {', '.join(sorted(unknown))}: see `kiosk permit list`")
    return tuple(specimen for specimen in known if not names or specimen.slug in names)


def _report(fault: Fault, as_json: bool) -> None:
    if as_json:
        _print_json({"failure": fault.code.value, "detail": fault.detail})
    else:
        _ERR.print(f"{fault.code.value}: {fault.detail}", soft_wrap=True, markup=False)


def _print_json(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _fail(words: str) -> NoReturn:
    _ERR.print(words, soft_wrap=True, markup=False)
    raise typer.Exit(Exit.FAILED)
