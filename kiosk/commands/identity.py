"""Who works on a case, as typed: a staff number and its PIN, or a name while nobody is registered.

The PIN comes from the terminal, unseen, or from a file that only its owner reads: never from the command
line, where every user of the machine could read it. It is judged by whoever does the work, the running kiosk
or this program (`kiosk/staff/register.py`); here it is only asked for.
"""

import os
import stat
import sys
from pathlib import Path

import typer

from kiosk.commands.reporting import complain
from kiosk.commands.speaking import Speaker
from kiosk.domain.staff import Claim, Role, is_name
from kiosk.domain.text import Text
from kiosk.staff.members import NUMBER, StaffListUnusable, read_members

_LONGEST_PIN = 64
"""Bytes of a PIN file; what is longer holds no PIN."""

_NAME = Text("--by：姓名须为 1 至 40 个可显示字符", "--by: a name has 1 to 40 printable characters")
_NUMBER = Text(
    "--by：本机已登记工作人员，须填工号（3 至 8 位数字），并输入 PIN",
    "--by: staff are registered on this machine, so a staff number (3 to 8 digits) and its PIN are needed",
)
_ANYBODY = Text(
    "本机尚未登记工作人员，记为“身份未验证”。登记：kiosk staff add 工号 --name 姓名",
    "Nobody is registered on this machine, so this is recorded as not verified. To register:"
    " kiosk staff add NUMBER --name NAME",
)
_ASK = Text("{number} 的 PIN", "PIN of {number}")
_NO_TERMINAL = Text(
    "没有终端可以输入 PIN：请用 --pin-file", "there is no terminal to type the PIN at: use --pin-file"
)
_PIN_FILE = Text("--pin-file {path}：{why}", "--pin-file {path}: {why}")
_NO_FILE = Text("不是文件", "no file")
_OPEN_TO_OTHERS = Text("其他用户可以读写，请执行 chmod 600", "others may read or write it; chmod 600 it")
_NO_PIN = Text("其中没有 PIN", "there is no PIN in it")


def claim(by: str, role: Role | None, pin_file: Path | None, state: Path, say: Speaker) -> Claim:
    """Return who somebody says they are; ask for the PIN where staff are registered in a state folder.

    Ends the program with exit code 2 where that cannot be said.
    """
    try:
        registered = bool(read_members(state))
    except StaffListUnusable as error:
        complain(say(error.text), 2)
    if not is_name(by):
        complain(say(_NAME), 2)
    if not registered:
        typer.echo(say(_ANYBODY), err=True)
        return Claim(by, role or Role.TECHNICIAN)
    if NUMBER.fullmatch(by) is None:
        complain(say(_NUMBER), 2)
    return Claim(by, pin=_typed(by, say) if pin_file is None else _read(pin_file, say))


def _typed(number: str, say: Speaker) -> str:
    if not sys.stdin.isatty():
        complain(say(_NO_TERMINAL), 2)
    return str(typer.prompt(say(_ASK).format(number=number), hide_input=True, err=True))


def _read(path: Path, say: Speaker) -> str:
    """Return the PIN in a file; end the program where others could have read it."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # no pipe is waited for
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_LONGEST_PIN + 1) if stat.S_ISREG(mode) else b""
    except OSError as error:
        complain(say(_PIN_FILE).format(path=path, why=error.strerror or error), 2)
    wrong = _why_no_pin(mode, content)
    if wrong is not None:
        complain(say(_PIN_FILE).format(path=path, why=say(wrong)), 2)
    return content.decode("ascii", errors="replace").strip()


def _why_no_pin(mode: int, content: bytes) -> Text | None:
    if not stat.S_ISREG(mode):
        return _NO_FILE
    if mode & 0o077:
        return _OPEN_TO_OTHERS
    return None if content.strip() and len(content) <= _LONGEST_PIN else _NO_PIN
