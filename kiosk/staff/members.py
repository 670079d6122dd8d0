"""The list of staff in the state folder: number, name, role, PIN as an Argon2id hash (RFC 9106); mode 0600.

The cost is the least that OWASP's Password Storage Cheat Sheet names for Argon2id (19 MiB, 2 passes, 1
lane). A PIN of six digits cannot resist somebody who has the file, whatever the hash: what protects it is
the file's mode, and that wrong PINs lock the number.
"""

import itertools
import os
import re
import secrets
import stat
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from kiosk.domain.staff import Role, is_name
from kiosk.domain.text import Text

FOLDER, LIST = "staff", "members.json"
NUMBER = re.compile(r"[0-9]{3,8}")
PIN = re.compile(r"[0-9]{6}")
_LONGEST_FILE = 256 * 1024  # bytes
_MOST = 500
_MEMORY_KIB, _PASSES, _LANES = 19 * 1024, 2, 1


_UNREADABLE = Text("{path}：无法读取（{why}）。", "{path}: cannot be read ({why}).")
_OPEN_TO_OTHERS = Text(
    "{path}：其他用户可以读写。请执行 chmod 600。", "{path}: others may read or write it. chmod 600 it."
)
_NO_LIST = Text(
    "{path}：不是工作人员名单。请删除该文件，重新登记所有人。",
    "{path}: not a list of staff. Remove it and add everybody again.",
)
_SIX_DIGITS = Text("PIN 须为六位数字", "a PIN has six digits")
_ROW = Text(
    "同一数字重复或数字相连，最先被猜到",
    "the same digit again and again, or digits in a row, are guessed first",
)
_THREE = Text("至少使用三个不同的数字", "use at least three different digits")


class StaffListUnusable(Exception):
    """The list cannot be read; `text` names the file, what is wrong and the remedy."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def _name(written: str) -> str:
    if not is_name(written):
        raise ValueError("no name")
    return written


class Member(BaseModel):
    """One member of staff, as the file has them; a list of an older program has no roles."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{3,8}$")]
    name: Annotated[str, AfterValidator(_name)]
    role: Role = Role.CLERK
    pin_hash: Annotated[str, StringConstraints(pattern=r"^\$argon2id\$", max_length=200)]


class _Members(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    members: tuple[Member, ...]


def read_members(state: Path) -> tuple[Member, ...]:
    """Return the staff of a state folder; none where there is no list. Raise StaffListUnusable."""
    path = state / FOLDER / LIST
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(_LONGEST_FILE + 1)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise StaffListUnusable(_UNREADABLE.fill(path=str(path), why=error.strerror or "")) from error
    if mode & 0o077:
        raise StaffListUnusable(_OPEN_TO_OTHERS.fill(path=str(path)))
    try:
        return _Members.model_validate_json(content[: _LONGEST_FILE + 1]).members[:_MOST]
    except ValidationError as error:
        raise StaffListUnusable(_NO_LIST.fill(path=str(path))) from error


def write_members(state: Path, members: tuple[Member, ...]) -> None:
    """Write the list as a whole; a running kiosk takes it at the next question."""
    ordered = tuple(sorted(members, key=lambda member: member.number))
    write_secret(state / FOLDER / LIST, _Members(members=ordered).model_dump_json(indent=2).encode())


def write_secret(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 that is either the old one or the new one, never half of it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def why_weak(pin: str) -> Text | None:
    """Return why a PIN is not taken, None for a good one."""
    if PIN.fullmatch(pin) is None:
        return _SIX_DIGITS
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        return _ROW
    if len(set(pin)) < 3:
        return _THREE
    return None


def hash_pin(pin: str) -> str:
    """Return the Argon2id hash of a PIN, with its parameters and salt; takes some 30 ms."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - only a machine whose staff is asked for needs it

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES).hash(pin)


def pin_is(pin_hash: str, pin: str) -> bool:
    """Return whether a hash is that of a PIN; False for a hash that cannot be used."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - see above
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415

    try:
        return PasswordHasher().verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False
