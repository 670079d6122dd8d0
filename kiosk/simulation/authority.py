"""The issuing authority: its own books, behind the same unreliable line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from kiosk.authority.contract import (
    Accepted,
    Approved,
    Found,
    Issued,
    NotApproved,
    NotOnRecord,
    Unreachable,
)
from kiosk.domain.catalogue import Catalogue
from kiosk.domain.endorsement import Endorsement, Option, Reason, RequestedItem
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.permit import PermitRecord
from kiosk.domain.validity import valid_until
from kiosk.simulation.fate import Fate
from kiosk.simulation.outside.line import FAULTS, Line
from kiosk.simulation.power import Life
from kiosk.simulation.virtual_time import VirtualClock

T = TypeVar("T")


@dataclass(slots=True)
class Approval:
    """One approval and what became of it."""

    number: str
    options: tuple[Option, ...]
    on: date
    issued: tuple[Endorsement, ...] = ()
    withdrawn: bool = False


@dataclass(slots=True)
class Registry:
    """The authority's books.

    Attributes:
        approvals: by the kiosk's request id.
        line: on which the program asks.
        printed: control numbers that were reported as on the card; unprinted likewise.
        contradicted: control numbers that were reported as both.
    """

    clock: VirtualClock
    fate: Fate
    catalogue: Catalogue
    story: Callable[[str], None]
    records: dict[str, PermitRecord] = field(default_factory=dict)
    approvals: dict[str, Approval] = field(default_factory=dict)
    refused: dict[str, Reason] = field(default_factory=dict)
    printed: set[str] = field(default_factory=set)
    unprinted: set[str] = field(default_factory=set)
    contradicted: set[str] = field(default_factory=set)
    away_until: float = 0.0
    line: Line = field(init=False)
    _count: int = 0

    def __post_init__(self) -> None:
        self.line = Line("authority", self.clock, self.fate, self.story)

    def look_up(self, permit_no: str) -> Found | NotOnRecord:
        record = self.records.get(permit_no)
        return NotOnRecord() if record is None else Found(record)

    def apply(self, request_id: str, items: Sequence[RequestedItem], on: date) -> Approved | NotApproved:
        if request_id in self.refused:
            return NotApproved(self.refused[request_id])
        if request_id not in self.approvals:
            if self.fate.fault("the authority refuses", FAULTS * 5):
                self.refused[request_id] = Reason("STATE_EMPLOYEE")
                return NotApproved(self.refused[request_id])
            options = tuple(option for item in items if (option := self.catalogue.option(item.option_id)))
            self._count += 1
            self.approvals[request_id] = Approval(f"A{self._count:06d}", options, on)
        return Approved(self.approvals[request_id].number)

    def issue(self, approval_no: str) -> Issued | NotApproved:
        approval = self.approval(approval_no)
        if approval.withdrawn:
            return NotApproved(Reason("STATE_EMPLOYEE"))
        if not approval.issued:
            if self.fate.fault("the authority does not issue after all", FAULTS):
                return NotApproved(Reason("STATE_EMPLOYEE"))
            approval.issued = tuple(self._endorsement(option, approval.on) for option in approval.options)
        return Issued(approval.issued)

    def confirm(self, numbers: Sequence[str], *, printed: bool) -> Accepted:
        (self.printed if printed else self.unprinted).update(numbers)
        self.contradicted |= self.printed & self.unprinted
        return Accepted()

    def withdraw(self, approval_no: str) -> Accepted:
        self.approval(approval_no).withdrawn = True
        return Accepted()

    def granted(self, visit_id: str) -> Approval | None:
        """Return what was granted to a visit, whether or not the program has heard of it."""
        return next((one for asked, one in self.approvals.items() if asked.startswith(f"{visit_id}-")), None)

    def approval(self, number: str) -> Approval:
        return next(approval for approval in self.approvals.values() if approval.number == number)

    def _endorsement(self, option: Option, on: date) -> Endorsement:
        self._count += 1
        until = valid_until(on, option.months)
        return Endorsement(
            option.destination,
            option.kind,
            option.entries,
            on,
            until,
            option.stay_days,
            f"CN{self._count:08d}",
            "广东广州",
        )


class SimulatedAuthority:
    """The authority for one life of the program: the line to its registry."""

    simulated = True

    def __init__(self, registry: Registry, life: Life) -> None:
        self._registry = registry
        self._life = life

    async def available(self) -> bool:
        return not self._away()

    async def look_up(self, permit_no: str) -> Found | NotOnRecord | Unreachable:
        return await self._ask("look_up", lambda: self._registry.look_up(permit_no), reads=True)

    async def apply(
        self, request_id: str, permit_no: str, items: Sequence[RequestedItem], on: date
    ) -> Approved | NotApproved | Unreachable:
        return await self._ask("apply", lambda: self._registry.apply(request_id, items, on))

    async def withdraw(self, request_id: str, approval_no: str) -> Accepted | Unreachable:
        return await self._ask("withdraw", lambda: self._registry.withdraw(approval_no))

    async def issue(
        self, request_id: str, approval_no: str, payment_reference: str | None
    ) -> Issued | NotApproved | Unreachable:
        return await self._ask("issue", lambda: self._registry.issue(approval_no))

    async def confirm(
        self, request_id: str, control_numbers: Sequence[str], *, printed: bool
    ) -> Accepted | Unreachable:
        return await self._ask("confirm", lambda: self._registry.confirm(control_numbers, printed=printed))

    async def aclose(self) -> None:
        """Nothing is held open."""

    def _away(self) -> bool:
        return self._registry.away_until > self._registry.clock.monotonic()

    async def _ask(self, name: str, act: Callable[[], T], *, reads: bool = False) -> T | Unreachable:
        registry, life = self._registry, self._life
        clock, fate = registry.clock, registry.fate
        life.point(f"before authority.{name}")
        if fate.fault("authority is out of reach", FAULTS / 2):
            registry.away_until = clock.monotonic() + fate.seconds("authority away", 5.0, 90.0)
        if self._away():
            await clock.sleep(3.0)
            return Unreachable(Fault(FailureCode.AUTHORITY_UNREACHABLE), sent=False)
        answer = await registry.line.ask(life, name, act, reads=reads)
        life.point(f"after authority.{name}")
        return Unreachable(Fault(FailureCode.AUTHORITY_UNREACHABLE)) if answer is None else answer
