"""`kiosk staff`: who may say at the screen "I am staff", by number and PIN.

Exit codes: 0 done; 1 not done, and why; 2 the list or the settings cannot be used.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from kiosk.commands.reporting import complain
from kiosk.config import SettingsInvalid, load_settings
from kiosk.staff.members import (
    NUMBER,
    Member,
    StaffListUnusable,
    hash_pin,
    read_members,
    why_weak,
    write_members,
)

app = typer.Typer(no_args_is_help=True)

State = Annotated[Path | None, typer.Option("--state", help="State folder; the user's own by default.")]
Config = Annotated[Path | None, typer.Option("--config", help="Settings of the machine.")]
Number = Annotated[str, typer.Argument(help="Staff number: 3 to 8 digits.")]


@app.command("add")
def add(
    number: Number,
    name: Annotated[str, typer.Option("--name", help="As on the duty roster.")],
    state: State = None,
    config: Config = None,
) -> None:
    """Add somebody, or give them a new PIN, which is asked for; without a terminal it is read as one line."""
    folder = _folder(state, config)
    if NUMBER.fullmatch(number) is None:
        complain("a staff number has 3 to 8 digits", 1)
    pin = _ask_pin()
    weak = why_weak(pin)
    if weak is not None:
        complain(f"this PIN is not taken: {weak}", 1)
    try:
        member = Member(number=number, name=name.strip(), pin_hash=hash_pin(pin))
    except ValidationError:
        complain("a name has 1 to 40 characters", 1)
    others = tuple(one for one in _members(folder) if one.number != number)
    write_members(folder, (*others, member))
    typer.echo(f"{number} ({member.name}) may identify themself at the screen from now on.")


@app.command("list")
def list_(state: State = None, config: Config = None) -> None:
    """List numbers and names; a PIN can be replaced, never read."""
    members = _members(_folder(state, config))
    for member in members:
        typer.echo(f"{member.number:<8}  {member.name}")
    if not members:
        typer.echo("Nobody: applicants are not offered to ask for staff.")


@app.command("remove")
def remove(number: Number, state: State = None, config: Config = None) -> None:
    """Remove somebody; a running kiosk knows it at once."""
    folder = _folder(state, config)
    members = _members(folder)
    left = tuple(one for one in members if one.number != number)
    if left == members:
        complain(f"nobody has the number {number}", 1)
    write_members(folder, left)
    typer.echo(f"{number} is removed.")


def _folder(state: Path | None, config: Path | None) -> Path:
    try:
        return load_settings(config, state=state).state
    except SettingsInvalid as error:
        complain(str(error), 2)


def _members(folder: Path) -> tuple[Member, ...]:
    try:
        return read_members(folder)
    except StaffListUnusable as error:
        complain(str(error), 2)


def _ask_pin() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(typer.prompt("PIN (six digits)", hide_input=True, confirmation_prompt=True))
