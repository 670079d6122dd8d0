"""The program's life between a start and a crash: after the crash nothing it still tries has any effect."""

import asyncio
from dataclasses import dataclass, field

from kiosk.simulation.fate import Fate

KILLED = "the program is killed"
POWER_CUT = "the power is cut"


class Stopped(BaseException):
    """The program ends here, in the middle of whatever it did; no handler of its own may catch it."""


@dataclass(slots=True)
class Life:
    """One run of the program.

    Attributes:
        chance: of each kind of crash at each point.
        ended: set when it crashed.
        mains: the mains went too, so that the mechanics stopped as well.
        where: name of the point at which it crashed.
    """

    fate: Fate
    chance: float
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    mains: bool = False
    where: str = ""

    @property
    def over(self) -> bool:
        return self.ended.is_set()

    def point(self, where: str) -> None:
        """Pass a point at which the program may crash; raise Stopped if it does, or has before."""
        if self.over:
            raise Stopped
        for cause in (KILLED, POWER_CUT):
            if self.fate.fault(f"{cause} {where}", self.chance):
                self.end(where, mains=cause is POWER_CUT)
                raise Stopped

    def end(self, where: str, *, mains: bool) -> None:
        """Stop the program at once."""
        if not self.over:
            self.where, self.mains = where, mains
            self.ended.set()
