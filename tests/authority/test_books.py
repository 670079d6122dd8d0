"""A machine that does anything a kiosk and a tester may do, in any order, and watches what must hold."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from kiosk.authority import messages
from kiosk.authority.sandbox.books import IssueState
from kiosk.authority.sandbox.core import Answered, act, apply_online
from tests.authority.world import KIOSK, NOON, OPTIONS, OTHER_PERMIT, PERMIT, STRANGER, TODAY, books, scene

PERMITS = st.sampled_from([PERMIT, OTHER_PERMIT])
CHOICES = st.lists(
    st.sampled_from(list(OPTIONS)),
    min_size=1,
    max_size=2,
    unique_by=lambda option_id: OPTIONS[option_id].destination,
)


class Authority(RuleBasedStateMachine):
    approvals: Bundle[str] = Bundle("approvals")
    numbers: Bundle[str] = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        self.books = books()
        self.now = NOON
        self.count = 0
        self.given: dict[str, Answered] = {}
        self.control_numbers: set[str] = set()

    def _send(self, request: messages.Request, kiosk_id: str = KIOSK) -> messages.Answer:
        answered, self.books = act(request, self.books, scene(self.now, kiosk_id))
        request_id = getattr(request, "request_id", None)
        problem = isinstance(answered.answer, messages.ProblemAnswer)
        if request_id is not None and kiosk_id == KIOSK and not problem:
            assert self.given.setdefault(request_id, answered) == answered
        return answered.answer

    def _id(self) -> str:
        self.count += 1
        return f"r{self.count}"

    @rule(target=approvals, permit_no=PERMITS, choice=CHOICES)
    def apply(self, permit_no: str, choice: list[str]) -> Any:
        items = tuple(messages.ItemBody(option_id=name, application_no=None) for name in choice)
        request = messages.ApplyRequest(request_id=self._id(), permit_no=permit_no, items=items, on=TODAY)
        answer = self._send(request)
        return answer.approval_no if isinstance(answer, messages.ApprovedAnswer) else "none"

    @rule(permit_no=PERMITS, option_id=st.sampled_from(sorted(OPTIONS)), paid=st.booleans())
    def apply_at_home(self, permit_no: str, option_id: str, paid: bool) -> None:
        _, self.books = apply_online(permit_no, OPTIONS[option_id], self.books, TODAY, paid=paid)

    @rule(target=approvals, permit_no=PERMITS)
    def collect(self, permit_no: str) -> Any:
        waiting = self.books.records[permit_no].applications
        items = tuple(
            messages.ItemBody(option_id=a.option.option_id, application_no=a.application_no) for a in waiting
        )
        if not items:
            return "none"
        request = messages.ApplyRequest(request_id=self._id(), permit_no=permit_no, items=items, on=TODAY)
        answer = self._send(request)
        return answer.approval_no if isinstance(answer, messages.ApprovedAnswer) else "none"

    @rule(target=numbers, approval_no=approvals)
    def issue(self, approval_no: str) -> Any:
        before = set(self.books.issues)
        request = messages.IssueRequest(
            request_id=self._id(), approval_no=approval_no, payment_reference="4200001"
        )
        answer = self._send(request)
        fresh = set(self.books.issues) - before
        assert not fresh & self.control_numbers, "a control number came twice"
        self.control_numbers |= fresh
        if not isinstance(answer, messages.IssuedAnswer):
            assert not fresh
            return "000000000000"
        return answer.endorsements[0].control_no

    @rule(approval_no=approvals)
    def withdraw(self, approval_no: str) -> None:
        self._send(messages.WithdrawRequest(request_id=self._id(), approval_no=approval_no))

    @rule(number=numbers, printed=st.booleans())
    def confirm(self, number: str, printed: bool) -> None:
        request = messages.ConfirmRequest(request_id=self._id(), control_numbers=(number,), printed=printed)
        answer = self._send(request)
        if isinstance(answer, messages.AcceptedAnswer):
            state = self.books.issues[number].state
            assert (state is not IssueState.CANCELLED) == printed

    @rule(number=numbers)
    def another_kiosk_knows_nothing_of_it(self, number: str) -> None:
        request = messages.ConfirmRequest(request_id="x", control_numbers=(number,), printed=True)
        assert isinstance(self._send(request, STRANGER), messages.ProblemAnswer)

    @rule(minutes=st.integers(1, 60))
    def time_passes(self, minutes: int) -> None:
        self.now = min(self.now + timedelta(minutes=minutes), NOON + timedelta(hours=11))

    @invariant()
    def one_live_endorsement_per_place_and_it_was_printed(self) -> None:
        for number, record in self.books.records.items():
            places = [endorsement.destination for endorsement in record.endorsements]
            assert len(set(places)) == len(places)
            printed = {
                issue.endorsement.control_no
                for issue in self.books.issues.values()
                if issue.state is IssueState.PRINTED and issue.permit_no == number
            }
            assert printed == {endorsement.control_no for endorsement in record.endorsements}

    @invariant()
    def nothing_is_printed_from_one_application_twice(self) -> None:
        printed = [
            issue.application_no
            for issue in self.books.issues.values()
            if issue.application_no and issue.state in {IssueState.PRINTED, IssueState.REPLACED}
        ]
        assert len(set(printed)) == len(printed)


TestAuthority = Authority.TestCase
TestAuthority.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
