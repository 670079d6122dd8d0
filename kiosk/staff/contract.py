"""What the runtime needs to know of staff."""

from typing import Protocol

from kiosk.domain.staff import StaffDenial, StaffDenied, StaffIdentity


class StaffDesk(Protocol):
    """Tells whether this machine knows members of staff, and whether somebody is one of them."""

    def on_call(self) -> bool:
        """Return whether there is anybody to ask for."""

    async def identify(self, number: str, pin: str) -> StaffIdentity | StaffDenied:
        """Judge what somebody typed; `pin` is kept nowhere."""


class NobodyOnCall:
    """The desk of a machine without staff: nobody is asked for, and nobody is let in."""

    def on_call(self) -> bool:
        return False

    async def identify(self, number: str, pin: str) -> StaffIdentity | StaffDenied:  # noqa: ARG002 - nobody
        return StaffDenied(StaffDenial.UNAVAILABLE)
