"""What work on an open case asks of the machine."""

from dataclasses import dataclass
from typing import ClassVar

from kiosk.domain.face import CardFace
from kiosk.visit.effects import Effect


@dataclass(frozen=True, slots=True)
class InspectAgain(Effect):
    """Take the card in, make sure that it is the visit's own, compare its film with `face`, give it back.

    After a crash nobody waits with the card any more: it is given back as a stray one is, and the
    inspection has to be ordered again.

    Attributes:
        line: the printed line of the permit, 30 characters.
        known: control numbers that were on record before the visit: whatever is issued since is newer.
    """

    face: CardFace
    line: str
    known: tuple[str, ...] = ()
    ask_first: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class PrintAgain(Effect):
    """As `InspectAgain`, but where the film does not show `face`, print it and look again.

    After a crash the film of the card inside is the answer; without it nobody knows until an inspection.
    """

    face: CardFace
    line: str
    known: tuple[str, ...] = ()
    ask_first: ClassVar[bool] = True


ALL: tuple[type[Effect], ...] = (InspectAgain, PrintAgain)
