"""What the simulated authority keeps: values only; `store` puts them on disk, `core` changes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from kiosk.domain.endorsement import Endorsement, Option, Reason
from kiosk.domain.permit import PermitRecord


class ApprovalState(StrEnum):
    OPEN = "open"
    WITHDRAWN = "withdrawn"
    ISSUED = "issued"


@dataclass(frozen=True, slots=True)
class ApprovedItem:
    """One endorsement approved; `paid` where the fee was taken online."""

    option: Option
    application_no: str | None = None
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Approval:
    number: str
    kiosk_id: str
    permit_no: str
    items: tuple[ApprovedItem, ...]
    approved: date
    state: ApprovalState = ApprovalState.OPEN


class IssueState(StrEnum):
    """A control number's life; only PRINTED ones are live endorsements."""

    ISSUED = "issued"
    PRINTED = "printed"
    REPLACED = "replaced"  # a newer one for the same place was printed
    CANCELLED = "cancelled"  # reported as not printed


@dataclass(frozen=True, slots=True)
class Issue:
    """One control number with what it stands for; `serial` counts all issues of this authority."""

    endorsement: Endorsement
    serial: int
    kiosk_id: str
    permit_no: str
    approval_no: str
    application_no: str | None
    state: IssueState = IssueState.ISSUED


@dataclass(frozen=True, slots=True)
class Remembered:
    """The final answer to a request id, given again to the same request and to no other."""

    digest: str
    status: int
    body: str
    at: datetime


class OutageMode(StrEnum):
    """How the service fails on a tester's order."""

    DOWN = "down"  # HTTP 503, nothing done
    LOST = "lost"  # done, but the answer never arrives whole
    FORGED = "forged"  # done, answered with a signature that does not verify
    SILENT = "silent"  # nothing done, no answer before the caller gives up


@dataclass(frozen=True, slots=True)
class Outage:
    """`left` requests still fail; None: all until it is lifted."""

    mode: OutageMode
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """Everything the authority knows; keys are the numbers people and machines use.

    Attributes:
        records: by permit number, as they stand now.
        issues: by control number.
        answers: by ``kiosk/request id``.
        nonces: ``kiosk/nonce`` of requests within the time window, against replay.
        sequences: last number given out, per sequence.
        refusals: by permit number: what a tester ordered to be refused, and why.
        outages: by operation (``apply``, ``issue`` ...) or ``*`` for all.
    """

    records: Mapping[str, PermitRecord] = field(default_factory=dict)
    approvals: Mapping[str, Approval] = field(default_factory=dict)
    issues: Mapping[str, Issue] = field(default_factory=dict)
    answers: Mapping[str, Remembered] = field(default_factory=dict)
    nonces: Mapping[str, datetime] = field(default_factory=dict)
    sequences: Mapping[str, int] = field(default_factory=dict)
    refusals: Mapping[str, Reason] = field(default_factory=dict)
    outages: Mapping[str, Outage] = field(default_factory=dict)

    def next_number(self, sequence: str) -> tuple[int, "Books"]:
        """Return the next number of a sequence, from 1, and the books in which it is used up."""
        number = self.sequences.get(sequence, 0) + 1
        return number, replace(self, sequences={**self.sequences, sequence: number})

    def with_record(self, record: PermitRecord) -> "Books":
        return replace(self, records={**self.records, record.number: record})

    def with_approval(self, approval: Approval) -> "Books":
        return replace(self, approvals={**self.approvals, approval.number: approval})

    def with_issue(self, issue: Issue) -> "Books":
        return replace(self, issues={**self.issues, issue.endorsement.control_no: issue})

    def issues_of(self, approval_no: str) -> tuple[Issue, ...]:
        """Return an approval's issues in the order of its items."""
        found = (issue for issue in self.issues.values() if issue.approval_no == approval_no)
        return tuple(sorted(found, key=lambda issue: issue.serial))
