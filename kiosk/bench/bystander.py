"""Whoever a card belongs to that no visit knows of: takes it when the machine gives it back."""

import asyncio
from collections.abc import Collection

from kiosk.bench.tester import Tester
from kiosk.devices.contracts import MediaPosition
from kiosk.runtime.snapshot import Snapshot
from kiosk.visit.model import Step


class Bystander:
    """Takes a card from the exit once no visit is open any more to which it could belong; on the loop.

    Attributes:
        took: a card was taken.
    """

    def __init__(self, tester: Tester, still_open: Collection[str]) -> None:
        self.took = False
        self._tester = tester
        self._still_open = set(still_open)
        self._on_screen = False

    def watch(self, snapshot: Snapshot) -> None:
        """Follow what is on the screen."""
        visit = snapshot.visit
        self._on_screen = visit is not None
        if visit is not None and visit.step is Step.ENDED:
            self._still_open.discard(visit.visit_id)
        self.look()

    def look(self) -> None:
        """Look at the exit soon: acting at once would move the card from within its own announcement."""
        asyncio.get_running_loop().call_soon(self._take)

    def _take(self) -> None:
        if self._on_screen or self._still_open:
            return
        if self._tester.machine.mechanism.state().position is MediaPosition.EXIT:
            self._tester.pull_card()
            self.took = True
