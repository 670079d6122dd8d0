"""`kiosk staff`: who is staff of this machine, by number and PIN: at the screen, and in work on cases.

Exit codes: 0 done; 1 not done, and why; 2 the list or the settings cannot be used.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from kiosk.commands.reporting import complain
from kiosk.commands.speaking import Language, Speaker, Spoken
from kiosk.config import SettingsInvalid, load_settings
from kiosk.diagnostics.case_words import ROLES
from kiosk.domain.staff import Role
from kiosk.domain.text import Text
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

_NOT_A_NUMBER = Text("工号须为 3 至 8 位数字", "a staff number has 3 to 8 digits")
_NOT_A_NAME = Text("姓名须为 1 至 40 个可显示字符", "a name has 1 to 40 printable characters")
_NOT_TAKEN = Text("此 PIN 不能使用：{why}", "this PIN is not taken: {why}")
_ASK = Text("PIN（六位数字）", "PIN (six digits)")
_ASK_AGAIN = Text("再次输入 PIN", "PIN once more")
_NOT_THE_SAME = Text("两次输入的 PIN 不同", "the two PINs are not the same")
_ADDED = Text(
    "{number}（{name}，{role}）已登记：可在屏幕上和处理问题时证明身份。",
    "{number} ({name}, {role}) is registered: at the screen, and for work on cases.",
)
_FIRST = Text(
    "从现在起，kiosk case 的每项处理都须填工号（--by）并输入 PIN。",
    "From now on everything that kiosk case does needs a staff number (--by) and its PIN.",
)
_NOBODY = Text(
    "无人登记：申请人不能呼叫工作人员；处理问题的人身份不作验证。",
    "Nobody: applicants are not offered to ask for staff, and who works on cases is not verified.",
)
_REMOVED = Text("{number} 已删除。", "{number} is removed.")
_NO_SUCH = Text("没有工号 {number}", "nobody has the number {number}")

State = Annotated[Path | None, typer.Option("--state", help="State folder; the user's own by default.")]
Config = Annotated[Path | None, typer.Option("--config", help="Settings of the machine.")]
Number = Annotated[str, typer.Argument(help="Staff number: 3 to 8 digits.")]


@app.command("add")
def add(
    number: Number,
    name: Annotated[str, typer.Option("--name", help="As on the duty roster.")],
    role: Annotated[Role, typer.Option("--role", help="What they answer for.")] = Role.CLERK,
    state: State = None,
    config: Config = None,
    language: Spoken = None,
) -> None:
    """Add somebody, or give them a new PIN, which is asked for; without a terminal it is read as one line."""
    roster = _roster(state, config, language)
    say, members = roster.say, roster.members()
    if NUMBER.fullmatch(number) is None:
        complain(say(_NOT_A_NUMBER), 1)
    pin = _ask_pin(say)
    weak = why_weak(pin)
    if weak is not None:
        complain(say(_NOT_TAKEN).format(why=say(weak)), 1)
    try:
        member = Member(number=number, name=name.strip(), role=role, pin_hash=hash_pin(pin))
    except ValidationError:
        complain(say(_NOT_A_NAME), 1)
    write_members(roster.folder, (*(one for one in members if one.number != number), member))
    typer.echo(say(_ADDED).format(number=number, name=member.name, role=say(ROLES[role])))
    if not members:
        typer.echo(say(_FIRST))


@app.command("list")
def list_(state: State = None, config: Config = None, language: Spoken = None) -> None:
    """List numbers, names and roles; a PIN can be replaced, never read."""
    roster = _roster(state, config, language)
    members = roster.members()
    for member in members:
        typer.echo(f"{member.number:<8}  {member.name}  {roster.say(ROLES[member.role])}")
    if not members:
        typer.echo(roster.say(_NOBODY))


@app.command("remove")
def remove(number: Number, state: State = None, config: Config = None, language: Spoken = None) -> None:
    """Remove somebody; a running kiosk knows it at once."""
    roster = _roster(state, config, language)
    members = roster.members()
    left = tuple(one for one in members if one.number != number)
    if left == members:
        complain(roster.say(_NO_SUCH).format(number=number), 1)
    write_members(roster.folder, left)
    typer.echo(roster.say(_REMOVED).format(number=number))
    if not left:
        typer.echo(roster.say(_NOBODY))


@dataclass(frozen=True, slots=True)
class _Roster:
    """The list of staff of one state folder, and how to speak of it."""

    folder: Path
    say: Speaker

    def members(self) -> tuple[Member, ...]:
        try:
            return read_members(self.folder)
        except StaffListUnusable as error:
            complain(self.say(error.text), 2)


def _roster(state: Path | None, config: Path | None, language: Language | None) -> _Roster:
    try:
        settings = load_settings(config, state=state)
    except SettingsInvalid as error:
        complain(str(error), 2)
    return _Roster(settings.state, Speaker(language or settings.language))


def _ask_pin(say: Speaker) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    first, again = (str(typer.prompt(say(asked), hide_input=True)) for asked in (_ASK, _ASK_AGAIN))
    if first != again:
        complain(say(_NOT_THE_SAME), 1)
    return first
