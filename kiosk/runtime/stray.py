"""A card that belongs to no visit: drawn in just before a stop, or freed after a jam."""

import structlog

from kiosk.devices.contracts import Done, Failed, MediaAction, MediaPosition
from kiosk.domain.failure import FailureCode
from kiosk.runtime.health import WAY_FREE
from kiosk.runtime.outside import Outside
from kiosk.runtime.patience import EJECT_S, JAM_AGAIN_S
from kiosk.visit.limits import TAKE_CARD_S

_log = structlog.get_logger()


class StrayCards:
    """Gives such a card back.

    A jam that the motor could not free is staff's; the motor tries again only now and then.
    """

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._rests_until = 0.0

    async def give_back(self) -> bool:
        """Present what is inside, if anything; return whether it lies there and nobody takes it."""
        station = self._outside.devices.station
        if not await self._in_the_way():
            return False
        _log.warning("a card without a visit is given back")
        reset = await station.reset(MediaAction.EJECT, deadline_s=EJECT_S)
        if not isinstance(reset, Done):
            self._rests_until = self._outside.clock.monotonic() + JAM_AGAIN_S
            return False
        if reset.value is not MediaPosition.EXIT:
            return False
        taken = await station.wait_taken(deadline_s=TAKE_CARD_S)
        return isinstance(taken, Failed) and taken.fault.code is FailureCode.CARD_LEFT

    async def _in_the_way(self) -> bool:
        where = await self._outside.devices.station.locate()
        rests = where is MediaPosition.JAMMED and self._outside.clock.monotonic() < self._rests_until
        return where not in WAY_FREE and not rests
