"""Who acts on a machine's open cases, and who says at the screen that they are staff."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff answers for."""

    TECHNICIAN = "technician"
    CLERK = "clerk"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff, as written into the journal with everything they do.

    Attributes:
        name: as on the duty roster, 1 to 40 characters.
    """

    name: str
    role: Role

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= _LONGEST or not self.name.isprintable():
            raise ValueError(f"a name has 1 to {_LONGEST} printable characters")


class StaffDenial(StrEnum):
    """Why nobody is taken for a member of staff."""

    WRONG = "wrong"
    LOCKED = "locked"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class StaffIdentity:
    """A member of staff showed who they are. `number` is the one on the duty roster."""

    number: str


@dataclass(frozen=True, slots=True)
class StaffDenied:
    """Nobody was shown to be staff.

    Attributes:
        number: whose turn it was to be right; empty where nobody has the number that was typed, which
            might be a PIN typed at the wrong place.
        until: from when on this number is taken again (aware UTC); None where it is taken at once.
    """

    why: StaffDenial
    number: str = ""
    until: datetime | None = None


_LONGEST = 40
