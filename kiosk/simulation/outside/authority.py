"""The issuing authority: the sandbox's own rules and books (docs/authority.md), behind an unreliable line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from kiosk.authority import messages
from kiosk.authority.contract import (
    Accepted,
    Approved,
    Found,
    Issued,
    NotApproved,
    NotOnRecord,
    Unreachable,
)
from kiosk.authority.sandbox import core
from kiosk.authority.sandbox.books import Approval, ApprovalState, Books, IssueState
from kiosk.authority.sandbox.law import law_of_the_field
from kiosk.authority.sandbox.service import Law
from kiosk.domain.catalogue import Catalogue
from kiosk.domain.endorsement import Reason, RequestedItem
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.permit import Permit, PermitRecord
from kiosk.simulation.fate import Fate
from kiosk.simulation.outside.line import FAULTS, Line
from kiosk.simulation.power import Life
from kiosk.simulation.virtual_time import VirtualClock

T = TypeVar("T")

_KIOSK_ID = "GZ01"
_PLACE = core.Place("4401", "广东广州")
_DECLINED = Reason("STATE_EMPLOYEE")
_CONTRADICTIONS = frozenset({"already_printed", "already_cancelled"})
_NEVER = frozenset(
    {
        messages.ID_REUSED,
        "approval_unknown",
        "control_number_unknown",
        "item_unknown",
        "payment_reference_missing",
        "two_items_for_one_destination",
    }
)
"""Problems that a program which keeps to the protocol never meets, whatever breaks."""


@dataclass(frozen=True, slots=True)
class Granted:
    """An approval as the judge sees it."""

    number: str
    withdrawn: bool


@dataclass(slots=True)
class Registry:
    """The authority's books, and what was asked of them.

    Attributes:
        books: the sandbox's own; records change as prints are confirmed.
        line: on which the program asks.
        contradicted: control numbers that were reported as on the card and as not, or were given back and
            reported as on the card.
        overtaken: applications that came, or came again, when their day was over.
        protest: called with a problem that only a wrong request can bring about.
    """

    clock: VirtualClock
    fate: Fate
    catalogue: Catalogue
    story: Callable[[str], None]
    protest: Callable[[str], None] = lambda _: None
    books: Books = field(default_factory=Books)
    contradicted: set[str] = field(default_factory=set)
    overtaken: set[str] = field(default_factory=set)
    away_until: float = 0.0
    line: Line = field(init=False)
    _permits: dict[str, Permit] = field(default_factory=dict)
    _law: Law = field(init=False)
    _granted: dict[str, str] = field(default_factory=dict)
    _not_issued: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.line = Line("authority", self.clock, self.fate, self.story)
        self._law = law_of_the_field(self._permits, self.catalogue)

    @property
    def printed(self) -> frozenset[str]:
        """Control numbers that were reported as on the card."""
        return self._numbers({IssueState.PRINTED, IssueState.REPLACED})

    @property
    def unprinted(self) -> frozenset[str]:
        """Control numbers that were reported as not on the card, or given back."""
        return self._numbers({IssueState.CANCELLED})

    def enter(self, permit: Permit, record: PermitRecord) -> None:
        """Put a holder on record."""
        self._permits[permit.number] = permit
        self.books = self.books.with_record(record)

    def granted(self, visit_id: str) -> Granted | None:
        """Return what was granted to a visit, whether or not the program has heard of it."""
        number = next((no for asked, no in self._granted.items() if asked.startswith(f"{visit_id}-")), None)
        if number is None:
            return None
        return Granted(number, self.books.approvals[number].state is ApprovalState.WITHDRAWN)

    def look_up(self, permit_no: str) -> Found | NotOnRecord:
        record = self.books.records.get(permit_no)
        return NotOnRecord() if record is None else Found(record)

    def apply(self, request: messages.ApplyRequest) -> Approved | NotApproved | Unreachable:
        """Approve once per request id; some applications are declined whatever the rules say."""
        declined = not self._known(request) and self.fate.fault("the authority refuses", FAULTS * 5)
        before = self.books.refusals
        if declined:
            self.books = replace(self.books, refusals={**before, request.permit_no: _DECLINED})
        answer = self._answer(request)
        self.books = replace(self.books, refusals=before)
        match answer:
            case messages.ApprovedAnswer(approval_no=number):
                self._granted[request.request_id] = number
                return Approved(number)
            case messages.RefusedAnswer(reason=reason):
                return NotApproved(reason.value())
            case _:
                return _problem(answer)

    def issue(self, request: messages.IssueRequest) -> Issued | NotApproved | Unreachable:
        """Issue once per approval; now and then an authority does not although it has approved."""
        approval: Approval | None = self.books.approvals.get(request.approval_no)
        open_still = approval is not None and approval.state is ApprovalState.OPEN
        refused = request.request_id in self._not_issued
        if refused or (open_still and self.fate.fault("the authority does not issue after all", FAULTS)):
            self._not_issued.add(request.request_id)
            return NotApproved(_DECLINED)
        match self._answer(request):
            case messages.IssuedAnswer(endorsements=bodies):
                return Issued(tuple(body.value() for body in bodies))
            case answer:
                return _problem(answer)

    def confirm(self, request: messages.ConfirmRequest) -> Accepted | Unreachable:
        return self._accepted(request, request.control_numbers)

    def withdraw(self, request: messages.WithdrawRequest) -> Accepted | Unreachable:
        issues = self.books.issues_of(request.approval_no)
        return self._accepted(request, tuple(issue.endorsement.control_no for issue in issues))

    def _accepted(self, request: messages.Numbered, numbers: Sequence[str]) -> Accepted | Unreachable:
        answer = self._answer(request)
        if isinstance(answer, messages.AcceptedAnswer):
            return Accepted()
        if isinstance(answer, messages.ProblemAnswer) and answer.code in _CONTRADICTIONS:
            self.contradicted.update(numbers)
        return _problem(answer)

    def leaves_open(self, visit_id: str) -> bool:
        """Return whether a visit was granted nothing and never hears it: its application's day is over."""
        asked_late = any(asked.startswith(f"{visit_id}-") for asked in self.overtaken)
        return asked_late and self.granted(visit_id) is None

    def _known(self, request: messages.Numbered) -> bool:
        return f"{_KIOSK_ID}/{request.request_id}" in self.books.answers

    def _answer(self, request: messages.Numbered) -> messages.Answer:
        scene = core.Scene(_KIOSK_ID, _PLACE, self._law.options, self._law.judge, self.clock.unset())
        answered, self.books = core.act(request, self.books, scene)
        answer = answered.answer
        if isinstance(answer, messages.ProblemAnswer):
            self.story(f"the authority answers {request.request_id} with {answer.code}")
            if answer.code == "wrong_day":
                self.overtaken.add(request.request_id)
            if answer.code in _NEVER:
                self.protest(f"{request.request_id} is answered with {answer.code}")
        return answer

    def _numbers(self, states: set[IssueState]) -> frozenset[str]:
        return frozenset(number for number, issue in self.books.issues.items() if issue.state in states)


def _problem(answer: messages.Answer) -> Unreachable:
    """Return what `HttpAuthority` makes of a signed problem."""
    code = answer.code if isinstance(answer, messages.ProblemAnswer) else answer.outcome
    reused = code == messages.ID_REUSED
    kind = FailureCode.REQUEST_ID_REUSED if reused else FailureCode.AUTHORITY_UNREACHABLE
    return Unreachable(Fault(kind, f"refused by the service: {code}"), sent=reused)


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
        bodies = tuple(messages.ItemBody.model_validate(item) for item in items)
        request = messages.ApplyRequest(request_id=request_id, permit_no=permit_no, items=bodies, on=on)
        return await self._ask("apply", lambda: self._registry.apply(request))

    async def withdraw(self, request_id: str, approval_no: str) -> Accepted | Unreachable:
        request = messages.WithdrawRequest(request_id=request_id, approval_no=approval_no)
        return await self._ask("withdraw", lambda: self._registry.withdraw(request))

    async def issue(
        self, request_id: str, approval_no: str, payment_reference: str | None
    ) -> Issued | NotApproved | Unreachable:
        request = messages.IssueRequest(
            request_id=request_id, approval_no=approval_no, payment_reference=payment_reference
        )
        return await self._ask("issue", lambda: self._registry.issue(request))

    async def confirm(
        self, request_id: str, control_numbers: Sequence[str], *, printed: bool
    ) -> Accepted | Unreachable:
        request = messages.ConfirmRequest(
            request_id=request_id, control_numbers=tuple(control_numbers), printed=printed
        )
        return await self._ask("confirm", lambda: self._registry.confirm(request))

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
