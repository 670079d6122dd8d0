"""Who acts on a machine's open cases, and who says at the screen that they are staff."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_LONGEST_NAME = 40


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
        number: the staff number whose PIN they knew; empty where nobody checked who it was, as in every
            record of an older program.
    """

    name: str
    role: Role
    number: str = ""

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise ValueError(f"a name has 1 to {_LONGEST_NAME} printable characters")

    @property
    def verified(self) -> bool:
        """Return whether it is known that it was them, and not only said."""
        return bool(self.number)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are. What that is worth the machine's list of staff decides.

    Attributes:
        by: a staff number; while nobody is registered, a name of 1 to 40 characters.
        role: counts while nobody is registered; after that the list has it.
        pin: kept nowhere.
    """

    by: str
    role: Role = Role.TECHNICIAN
    pin: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not is_name(self.by):
            raise ValueError(f"a name has 1 to {_LONGEST_NAME} printable characters")


def is_name(written: str) -> bool:
    """Return whether something can stand in the journal as a name: 1 to 40 printable characters."""
    return 1 <= len(written.strip()) <= _LONGEST_NAME and written.isprintable()


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
