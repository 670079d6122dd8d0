"""What the channels have in common whose payer stands at a device of the machine: terminal, purse reader."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NoReturn

from kiosk.payments.contract import NoticeRefused, OrderLookup


class DeviceChannel:
    """Tells its listeners when what the payer is to do changes; no network ever notifies it.

    Args:
        simulated: whether no real money moves.
    """

    def __init__(self, *, simulated: bool) -> None:
        self._simulated = simulated
        self._listeners: list[Callable[[], None]] = []

    @property
    def simulated(self) -> bool:
        return self._simulated

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` after every change of `prompt` or of the payment's state; returns what ends it."""
        self._listeners.append(changed)
        return lambda: self._listeners.remove(changed)

    def read_notice(
        self,
        headers: Mapping[str, str],  # noqa: ARG002 - nothing of a notification is read
        body: bytes,  # noqa: ARG002
        order_of: OrderLookup,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> NoReturn:
        """Refuse with 404.

        Raises:
            NoticeRefused: always.
        """
        raise NoticeRefused("a device of the machine sends no notifications", 404, b"")

    def _tell(self) -> None:
        for changed in tuple(self._listeners):
            changed()
