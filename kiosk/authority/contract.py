"""What the kiosk asks of the issuing authority. Every call is idempotent by the kiosk's request id.

The real service's wire format is not public: ours is documented in docs/authority.md and stays behind
this contract. Calls never raise for what a network can do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kiosk.domain.endorsement import Endorsement, Reason, RequestedItem
from kiosk.domain.failure import Fault
from kiosk.domain.permit import PermitRecord


@dataclass(frozen=True, slots=True)
class Found:
    """The permit is on record."""

    record: PermitRecord


@dataclass(frozen=True, slots=True)
class NotOnRecord:
    """The authority does not know the permit."""


@dataclass(frozen=True, slots=True)
class Approved:
    """Every requested item was approved; `approval_no` stands on slip and journal."""

    approval_no: str


@dataclass(frozen=True, slots=True)
class NotApproved:
    """Refused, with a reason the applicant can read."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Issued:
    """The endorsements to print, with control numbers, in the order of the requested items."""

    endorsements: tuple[Endorsement, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The authority took note (confirmation, withdrawal)."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No usable answer. `sent` tells whether the request may have been acted upon."""

    fault: Fault
    sent: bool = True


class Authority(Protocol):
    """The issuing authority. `request_id` is ours, stored in the journal before the call."""

    @property
    def simulated(self) -> bool: ...

    async def available(self) -> bool: ...

    async def look_up(self, permit_no: str) -> Found | NotOnRecord | Unreachable: ...

    async def apply(
        self, request_id: str, permit_no: str, items: Sequence[RequestedItem], on: date
    ) -> Approved | NotApproved | Unreachable:
        """Ask for approval; the answer is final at once (立等可取)."""

    async def withdraw(self, request_id: str, approval_no: str) -> Accepted | Unreachable:
        """Give an approval back that will not be printed."""

    async def issue(
        self, request_id: str, approval_no: str, payment_reference: str | None
    ) -> Issued | NotApproved | Unreachable:
        """Turn an approval into endorsements with control numbers, valid from today."""

    async def confirm(
        self, request_id: str, control_numbers: Sequence[str], *, printed: bool
    ) -> Accepted | Unreachable:
        """Report the result of the print (the official model's print result and cancelled flag)."""

    async def aclose(self) -> None: ...
