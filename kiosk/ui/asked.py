"""What came of "I have paid": a snapshot tells only that the network is being asked, not that it was."""

from dataclasses import dataclass

from kiosk.runtime.snapshot import Snapshot
from kiosk.visit.model import Step


@dataclass(slots=True)
class Asked:
    """Follows the snapshots of one order; another order starts anew."""

    _number: str = ""
    _was_asking: bool = False
    _answered: bool = False

    def not_yet(self, snapshot: Snapshot) -> bool:
        """Return whether the network was asked, has answered, and the order is still waiting."""
        visit = snapshot.visit
        waiting = visit is not None and visit.step is Step.PAYING
        number = visit.order.number if visit is not None and visit.order is not None and waiting else ""
        if number != self._number:
            self._number, self._was_asking, self._answered = number, False, False
        asking = snapshot.asking_payment and bool(number)
        self._answered = self._answered or (self._was_asking and not asking)
        self._was_asking = asking
        return self._answered and not asking
