"""From scanning our code to showing one's own and back, in one touch: closed first, then opened anew."""

from dataclasses import dataclass

from kiosk.domain.payment import Order
from kiosk.visit.events import MethodChosen
from kiosk.visit.model import Step, Visit

_ON_THE_WAY = frozenset({Step.PAYING, Step.CLOSING_PAYMENT})


@dataclass(slots=True)
class OtherSide:
    """Remembers that the same way to pay is wanted the other way round, until the open order is closed.

    If that order turns out to be paid, or the visit ends, the wish is dropped.
    """

    _left: Order | None = None

    def wish(self, order: Order) -> None:
        """The applicant leaves this order for its other side."""
        self._left = order

    def due(self, visit: Visit | None) -> MethodChosen | None:
        """Return the choice to make now, at most once; None while the order is not closed yet."""
        left = self._left
        if left is None:
            return None
        if visit is None or visit.ending is not None or visit.order != left:
            self._left = None
        elif visit.step not in _ON_THE_WAY:
            self._left = None
            if visit.step is Step.CHOOSING_METHOD and _offered(visit, left):
                return MethodChosen(left.channel, payer_code=not left.payer_code)
        return None


def _offered(visit: Visit, left: Order) -> bool:
    return left.channel in (visit.channels if left.payer_code else visit.payer_code_channels)
