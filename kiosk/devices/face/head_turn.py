"""A liveness check by parallax: the person is asked to turn the head, and a flat picture cannot.

The nose lies before the eyes: when a head turns, it leaves the middle between them. A photograph or a
screen that is turned gets narrower as a whole, and its nose stays in the middle (its points lie in one
plane, whose picture is affine to it at this distance). A film that happens to turn as asked, and a mask,
pass: this is a check against pictures held up, no certified presentation attack detection (ISO/IEC 30107-3).
"""

from collections.abc import Callable
from enum import StrEnum

from kiosk.devices.face.parts import Face, Picture
from kiosk.domain.face_evidence import Liveness

ROUNDS = 2
"""Turns asked for, each to a side that is drawn by lot: a film would have to guess them all."""

AHEAD, TURNED = 0.12, 0.28
"""The nose's distance from the middle of the eyes, as a share of the eyes' distance."""

HELD = 2
"""Pictures in a row that a position must last."""

WRONG = 3
"""Turns to the other side, after which it is no person who listens."""


class Challenge(StrEnum):
    """What the screen asks the person to do."""

    LOOK_AHEAD = "look_ahead"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"


_SIDES = (Challenge.TURN_LEFT, Challenge.TURN_RIGHT)


def _by_lot() -> Challenge:
    import secrets  # noqa: PLC0415 - only a machine with this check needs it

    return secrets.choice(_SIDES)


class HeadTurn:
    """Ahead, a turn, ahead, another turn, ahead: then somebody lives.

    Args:
        side: chooses the side of the next turn.
    """

    def __init__(self, side: Callable[[], Challenge] = _by_lot) -> None:
        self._side = side
        self.begin()

    def begin(self) -> None:
        self._asked = Challenge.LOOK_AHEAD
        self._held = 0
        self._turns = 0
        self._wrong = 0
        self._live = False

    def challenge(self) -> str:
        return "" if self._live else self._asked.value

    def see(self, picture: Picture, face: Face) -> None:  # noqa: ARG002 - the landmarks say it all
        if self._live or self._wrong >= WRONG:
            return
        seen = position(face)
        if seen is self._asked:
            self._held += 1
            if self._held >= HELD:
                self._next()
        else:
            self._held = 0
            self._wrong += seen in _SIDES and self._asked in _SIDES

    def verdict(self) -> tuple[Liveness, float | None]:
        share = round(self._turns / ROUNDS, 2)
        if self._live:
            return Liveness.LIVE, share
        return (Liveness.NOT_LIVE if self._wrong >= WRONG else Liveness.UNSURE), share

    def _next(self) -> None:
        self._held = 0
        if self._asked in _SIDES:
            self._turns += 1
            self._asked = Challenge.LOOK_AHEAD
        elif self._turns >= ROUNDS:
            self._live = True
        else:
            self._asked = self._side()


def position(face: Face) -> Challenge | None:
    """Return where a face looks, None for in between. Pictures are as the camera sees them: when a
    person turns to the own left, the nose goes to the right of the picture."""
    (x1, _), (x2, _) = face.eyes
    off = (face.nose[0] - (x1 + x2) / 2) / max(x2 - x1, 1.0)
    if abs(off) <= AHEAD:
        return Challenge.LOOK_AHEAD
    if abs(off) < TURNED:
        return None
    return Challenge.TURN_LEFT if off > 0 else Challenge.TURN_RIGHT
