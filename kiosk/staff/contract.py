"""What the runtime needs to know of staff."""

from typing import Protocol

from kiosk.domain.staff import Claim, Staff, StaffDenial, StaffDenied, StaffIdentity


class StaffDesk(Protocol):
    """Tells whether this machine knows members of staff, and whether somebody is one of them."""

    def on_call(self) -> bool:
        """Return whether there is anybody to ask for."""

    async def identify(self, number: str, pin: str) -> StaffIdentity | StaffDenied:
        """Judge what somebody typed at the screen; `pin` is kept nowhere."""

    async def vouch(self, claim: Claim) -> Staff | StaffDenied:
        """Judge who works on a case: a registered number with its PIN, verified.

        While nobody is registered, whoever they say they are, not verified.
        """


class NobodyOnCall:
    """The desk of a machine without staff: nobody is asked for at the screen, and nobody is let in."""

    def on_call(self) -> bool:
        return False

    async def identify(self, number: str, pin: str) -> StaffIdentity | StaffDenied:  # noqa: ARG002 - nobody
        return StaffDenied(StaffDenial.UNAVAILABLE)

    async def vouch(self, claim: Claim) -> Staff | StaffDenied:
        return Staff(claim.by, claim.role)
