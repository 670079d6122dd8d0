"""What the simulated authority answers: pure, (request, books, scene) → (answer, books).

Approval is final at once (立等可取). An approval is issued once, whatever the number of request ids that
ask for it; a control number is never used twice; of one permit and place at most one endorsement is live.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from kiosk.authority import messages
from kiosk.authority.sandbox.books import (
    Approval,
    ApprovalState,
    ApprovedItem,
    Books,
    Issue,
    IssueState,
    Remembered,
)
from kiosk.domain.beijing import beijing_date
from kiosk.domain.endorsement import Application, Endorsement, Entries, Option, Reason
from kiosk.domain.permit import PermitRecord
from kiosk.domain.validity import valid_until

MEMORY = timedelta(days=30)
"""How long an answer is remembered for its request id."""

_ENTRIES_AT_ISSUE = {Entries.ONCE: 1, Entries.TWICE: 2}

Judge = Callable[[PermitRecord, ApprovedItem, date], Reason | None]
"""The rules of the field, for one item on one day: None, or why it may not be issued."""


@dataclass(frozen=True, slots=True)
class Place:
    """An issuing place: four digits of GB/T 2260 that begin its control numbers, and its printed name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything but the books that an answer depends on."""

    kiosk_id: str
    place: Place
    options: Mapping[str, Option]
    judge: Judge
    now: datetime

    @property
    def today(self) -> date:
        return beijing_date(self.now)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with its HTTP status."""

    answer: messages.Answer
    status: int = 200


Turn = tuple[Answered, Books]
Owned = TypeVar("Owned", Approval, Issue)


def act(request: messages.Request, books: Books, scene: Scene) -> Turn:
    """Answer one verified request."""
    match request:
        case messages.StatusRequest():
            return Answered(messages.StatusAnswer()), books
        case messages.LookUpRequest(permit_no=number):
            return _look_up(books.records.get(number)), books
        case _:
            return _once(request, books, scene)


def _look_up(record: PermitRecord | None) -> Answered:
    if record is None:
        return Answered(messages.NotOnRecordAnswer())
    return Answered(messages.FoundAnswer(record=messages.RecordBody.model_validate(record)))


def _once(request: messages.Numbered, books: Books, scene: Scene) -> Turn:
    """Carry a numbered request out, or give the answer it was given before."""
    key = f"{scene.kiosk_id}/{request.request_id}"
    digest = hashlib.sha256(f"{type(request).__name__} {request.model_dump_json()}".encode()).hexdigest()
    known = books.answers.get(key)
    if known is not None and known.digest != digest:
        return _problem(messages.ID_REUSED, 409), books
    if known is not None:
        return Answered(messages.ANSWER.validate_json(known.body), known.status), books
    answered, after = _carry_out(request, books, scene)
    if isinstance(answered.answer, messages.ProblemAnswer):
        return answered, books  # nothing was done: the same id may come again once the cause is gone
    remembered = Remembered(digest, answered.status, answered.answer.model_dump_json(), scene.now)
    kept = {k: old for k, old in after.answers.items() if scene.now - old.at <= MEMORY}
    return answered, replace(after, answers={**kept, key: remembered})


def _carry_out(request: messages.Numbered, books: Books, scene: Scene) -> Turn:
    match request:
        case messages.ApplyRequest():
            return _apply(request, books, scene)
        case messages.WithdrawRequest(approval_no=number):
            return _withdraw(number, books, scene)
        case messages.IssueRequest(approval_no=number, payment_reference=reference):
            return _issue(number, reference, books, scene)
        case messages.ConfirmRequest():
            return _confirm(request, books, scene)


# --- approval -----------------------------------------------------------------------------------------


def _apply(request: messages.ApplyRequest, books: Books, scene: Scene) -> Turn:
    record = books.records.get(request.permit_no)
    if record is None:
        return _problem("permit_not_on_record", 404), books
    if abs(request.on - scene.today) > timedelta(days=1):
        return _problem("wrong_day", 422), books  # one day apart is a visit around midnight
    items = tuple(_item(body, record, scene.options) for body in request.items)
    known = tuple(item for item in items if item is not None)
    if len(known) != len(items):
        return _problem("item_unknown", 422), books
    if len({item.option.destination for item in known}) != len(known):
        return _problem("two_items_for_one_destination", 422), books
    reason = _refusal(known, record, books, scene)
    if reason is not None:
        return Answered(messages.RefusedAnswer(reason=messages.ReasonBody.model_validate(reason))), books
    serial, books = books.next_number("approval")
    approval = Approval(f"AP{serial:08d}", scene.kiosk_id, record.number, known, scene.today)
    return Answered(messages.ApprovedAnswer(approval_no=approval.number)), books.with_approval(approval)


def _item(
    body: messages.ItemBody, record: PermitRecord, options: Mapping[str, Option]
) -> ApprovedItem | None:
    """Return what an item means, None where catalogue or record do not know it."""
    if body.application_no is None:
        option = options.get(body.option_id)
        return None if option is None else ApprovedItem(option)
    for application in record.applications:
        same = application.application_no == body.application_no
        if same and application.option.option_id == body.option_id:
            return ApprovedItem(application.option, application.application_no, application.paid)
    return None


def _refusal(
    items: tuple[ApprovedItem, ...], record: PermitRecord, books: Books, scene: Scene
) -> Reason | None:
    """Return why the application is refused: a tester's order first, then the rules of the field."""
    ordered = books.refusals.get(record.number)
    if ordered is not None:
        return ordered
    reasons = (scene.judge(record, item, scene.today) for item in items)
    return next((reason for reason in reasons if reason is not None), None)


def _withdraw(approval_no: str, books: Books, scene: Scene) -> Turn:
    """Give an approval back, with the control numbers it has got but that were never printed."""
    approval = _own(books.approvals.get(approval_no), scene)
    if approval is None:
        return _problem("approval_unknown", 404), books
    issues = books.issues_of(approval_no)
    if any(issue.state in {IssueState.PRINTED, IssueState.REPLACED} for issue in issues):
        return _problem("already_printed", 409), books
    for issue in issues:
        books = books.with_issue(replace(issue, state=IssueState.CANCELLED))
    books = books.with_approval(replace(approval, state=ApprovalState.WITHDRAWN))
    return Answered(messages.AcceptedAnswer()), books


# --- issue and confirmation ---------------------------------------------------------------------------


def _issue(approval_no: str, reference: str | None, books: Books, scene: Scene) -> Turn:
    approval = _own(books.approvals.get(approval_no), scene)
    if approval is None:
        return _problem("approval_unknown", 404), books
    if approval.state is ApprovalState.WITHDRAWN:
        return _problem("approval_withdrawn", 409), books
    if approval.state is ApprovalState.ISSUED:
        return _issued_before(books.issues_of(approval_no)), books
    if reference is None and any(item.option.fee and not item.paid for item in approval.items):
        return _problem("payment_reference_missing", 422), books
    if any(_spent(item, approval.permit_no, books) for item in approval.items):
        return _problem("application_spent", 409), books
    for item in approval.items:
        books = _with_control_number(item, approval, books, scene)
    books = books.with_approval(replace(approval, state=ApprovalState.ISSUED))
    return _issued_before(books.issues_of(approval_no)), books


def _with_control_number(item: ApprovedItem, approval: Approval, books: Books, scene: Scene) -> Books:
    """Give the next control number of the place to one approved item."""
    serial, books = books.next_number("issue")
    number, books = books.next_number(f"control/{scene.place.code}")
    option = item.option
    endorsement = Endorsement(
        destination=option.destination,
        kind=option.kind,
        entries=option.entries,
        issued=scene.today,
        valid_until=valid_until(scene.today, option.months),
        stay_days=option.stay_days,
        control_no=f"{scene.place.code}{number:08d}",
        place_of_issue=scene.place.name,
        entries_left=_ENTRIES_AT_ISSUE.get(option.entries),
    )
    return books.with_issue(
        Issue(
            endorsement,
            serial,
            scene.kiosk_id,
            approval.permit_no,
            approval.number,
            item.application_no,
        )
    )


def _spent(item: ApprovedItem, permit_no: str, books: Books) -> bool:
    """Return whether an online application was printed, or may just be printed, on another approval."""
    if item.application_no is None:
        return False
    waiting = {application.application_no for application in books.records[permit_no].applications}
    under_way = {issue.application_no for issue in books.issues.values() if issue.state is IssueState.ISSUED}
    return item.application_no not in waiting or item.application_no in under_way


def _issued_before(issues: tuple[Issue, ...]) -> Answered:
    if any(issue.state is IssueState.CANCELLED for issue in issues):
        return _problem("already_cancelled", 409)
    bodies = tuple(messages.EndorsementBody.model_validate(issue.endorsement) for issue in issues)
    return Answered(messages.IssuedAnswer(endorsements=bodies))


def _confirm(request: messages.ConfirmRequest, books: Books, scene: Scene) -> Turn:
    issues = [_own(books.issues.get(number), scene) for number in request.control_numbers]
    known = [issue for issue in issues if issue is not None]
    if len(known) != len(issues):
        return _problem("control_number_unknown", 404), books
    contrary = {IssueState.CANCELLED} if request.printed else {IssueState.PRINTED, IssueState.REPLACED}
    if any(issue.state in contrary for issue in known):
        return _problem("already_cancelled" if request.printed else "already_printed", 409), books
    for issue in known:
        if issue.state is IssueState.ISSUED:
            books = _printed(issue, books) if request.printed else _cancelled(issue, books)
    return Answered(messages.AcceptedAnswer()), books


def _cancelled(issue: Issue, books: Books) -> Books:
    return books.with_issue(replace(issue, state=IssueState.CANCELLED))


def _printed(issue: Issue, books: Books) -> Books:
    """Enter a printed endorsement: it replaces the one for its place, unless a newer one did already."""
    rivals = [other for other in books.issues.values() if _same_block(other, issue)]
    printed = [other for other in rivals if other.state is IssueState.PRINTED]
    record = _without_application(books.records[issue.permit_no], issue.application_no)
    if any(other.serial > issue.serial for other in printed):
        return books.with_record(record).with_issue(replace(issue, state=IssueState.REPLACED))
    for other in printed:
        books = books.with_issue(replace(other, state=IssueState.REPLACED))
    record = _with_endorsement(record, issue.endorsement)
    return books.with_record(record).with_issue(replace(issue, state=IssueState.PRINTED))


def _same_block(one: Issue, other: Issue) -> bool:
    return (
        one.permit_no == other.permit_no
        and one.endorsement.destination is other.endorsement.destination
        and one.serial != other.serial
    )


def _without_application(record: PermitRecord, application_no: str | None) -> PermitRecord:
    waiting = tuple(a for a in record.applications if a.application_no != application_no)
    return replace(record, applications=waiting)


def _with_endorsement(record: PermitRecord, fresh: Endorsement) -> PermitRecord:
    """Return the record with a new endorsement in the place of the old one."""
    others = tuple(e for e in record.endorsements if e.destination is not fresh.destination)
    dates = {**dict(record.last_issued), f"{fresh.destination}-{fresh.kind}": fresh.issued}
    return replace(
        record,
        endorsements=(*others, fresh),
        last_issued=tuple(sorted(dates.items())),
        had_endorsement=True,
    )


# --- what a tester does -------------------------------------------------------------------------------


def apply_online(
    permit_no: str, option: Option, books: Books, today: date, *, paid: bool
) -> tuple[Application | None, Books]:
    """Enter an application approved online; one waits per place, None where the permit is not known."""
    record = books.records.get(permit_no)
    if record is None:
        return None, books
    serial, books = books.next_number("application")
    application = Application(f"WEB{serial:08d}", option, today, paid)
    others = (a for a in record.applications if a.option.destination is not option.destination)
    return application, books.with_record(replace(record, applications=(*others, application)))


def _own(entry: Owned | None, scene: Scene) -> Owned | None:
    """Return an entry if it is the calling kiosk's: another kiosk's is as good as unknown."""
    return entry if entry is not None and entry.kiosk_id == scene.kiosk_id else None


def _problem(code: str, status: int) -> Answered:
    return Answered(messages.ProblemAnswer(code=code), status)
