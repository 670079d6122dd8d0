"""Who acts on a machine's open cases."""

from dataclasses import dataclass
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


_LONGEST = 40
