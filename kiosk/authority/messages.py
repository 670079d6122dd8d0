"""What travels between kiosk and authority, as pydantic models: everything that enters is bounded here.

Field by field the wire form is in docs/authority.md. Unknown fields are refused in both directions: an
answer that says more than is understood may mean something else than is understood.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from kiosk.domain.endorsement import (
    Application,
    Destination,
    Endorsement,
    Entries,
    Option,
    Reason,
    RequestedItem,
)
from kiosk.domain.money import Fen
from kiosk.domain.permit import HolderCategory, PermitRecord, PermitStatus, Qualification
from kiosk.domain.text import Text

BODY_LIMIT = 65_536
"""Longest body in either direction, bytes."""

Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_.:-]{1,64}$")]
PermitNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{9}$")]
ControlNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{6,20}$")]
Reference = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,128}$")]
Words = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,200}$")]
Amount = Annotated[int, Field(ge=0, le=1_000_000)]


class _Body(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, from_attributes=True, hide_input_in_errors=True
    )


class TextBody(_Body):
    zh: Words
    en: Words


class ReasonBody(_Body):
    """Code of the reasons' catalogue with the values its text needs."""

    code: Code
    params: tuple[tuple[Code, Words], ...] = Field(default=(), max_length=16)

    def value(self) -> Reason:
        return Reason(self.code, self.params)


class OptionBody(_Body):
    """The option applied for, in full, so that an older machine can still show and print it."""

    option_id: Code
    destination: Destination
    kind: Code
    name: TextBody
    months: Annotated[int, Field(ge=1, le=120)]
    entries: Entries
    stay_days: Annotated[int, Field(ge=1, le=3660)]
    fee: Amount

    def value(self) -> Option:
        name = Text(self.name.zh, self.name.en)
        return Option(
            self.option_id,
            self.destination,
            self.kind,
            name,
            self.months,
            self.entries,
            self.stay_days,
            Fen(self.fee),
        )


class EndorsementBody(_Body):
    destination: Destination
    kind: Code
    entries: Entries
    issued: date
    valid_until: date
    stay_days: Annotated[int, Field(ge=1, le=3660)]
    control_no: ControlNumber
    place_of_issue: Words
    entries_left: Annotated[int, Field(ge=0, le=9999)] | None

    def value(self) -> Endorsement:
        return Endorsement(
            self.destination,
            self.kind,
            self.entries,
            self.issued,
            self.valid_until,
            self.stay_days,
            self.control_no,
            self.place_of_issue,
            self.entries_left,
        )


class ApplicationBody(_Body):
    application_no: Code
    option: OptionBody
    approved: date
    paid: bool

    def value(self) -> Application:
        return Application(self.application_no, self.option.value(), self.approved, self.paid)


class QualificationBody(_Body):
    code: Code
    valid_until: date | None

    def value(self) -> Qualification:
        return Qualification(self.code, self.valid_until)


class RecordBody(_Body):
    number: PermitNumber
    status: PermitStatus
    category: HolderCategory
    household_city: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
    endorsements: tuple[EndorsementBody, ...] = Field(max_length=50)
    applications: tuple[ApplicationBody, ...] = Field(max_length=50)
    qualifications: tuple[QualificationBody, ...] = Field(max_length=50)
    last_issued: tuple[tuple[Code, date], ...] = Field(max_length=50)
    had_endorsement: bool

    def value(self) -> PermitRecord:
        return PermitRecord(
            self.number,
            self.status,
            self.category,
            self.household_city,
            tuple(body.value() for body in self.endorsements),
            tuple(body.value() for body in self.applications),
            tuple(body.value() for body in self.qualifications),
            self.last_issued,
            self.had_endorsement,
        )


# --- requests -----------------------------------------------------------------------------------------


class StatusRequest(_Body):
    """Are you open?"""


class LookUpRequest(_Body):
    permit_no: PermitNumber


class ItemBody(_Body):
    option_id: Code
    application_no: Code | None

    def value(self) -> RequestedItem:
        return RequestedItem(self.option_id, self.application_no)


class ApplyRequest(_Body):
    """`on` is the day, in Beijing, on which the kiosk made its own decision."""

    request_id: Code
    permit_no: PermitNumber
    items: tuple[ItemBody, ...] = Field(min_length=1, max_length=8)
    on: date


class WithdrawRequest(_Body):
    request_id: Code
    approval_no: Code


class IssueRequest(_Body):
    """`payment_reference` is the network's transaction number, None where nothing was to pay."""

    request_id: Code
    approval_no: Code
    payment_reference: Reference | None


class ConfirmRequest(_Body):
    request_id: Code
    control_numbers: tuple[ControlNumber, ...] = Field(min_length=1, max_length=8)
    printed: bool


Numbered = ApplyRequest | WithdrawRequest | IssueRequest | ConfirmRequest
"""Requests that change something: idempotent by `request_id`."""

Request = StatusRequest | LookUpRequest | Numbered

ID_REUSED = "request_id_reused"
"""Problem code: this request id was used for another request before."""

PATHS: dict[type[Request], str] = {
    StatusRequest: "/v1/status",
    LookUpRequest: "/v1/permits/look-up",
    ApplyRequest: "/v1/applications",
    WithdrawRequest: "/v1/withdrawals",
    IssueRequest: "/v1/issues",
    ConfirmRequest: "/v1/confirmations",
}
"""Path of each request below the service's base address; every request is a POST."""


# --- answers ------------------------------------------------------------------------------------------


class StatusAnswer(_Body):
    outcome: Literal["open"] = "open"


class FoundAnswer(_Body):
    outcome: Literal["found"] = "found"
    record: RecordBody


class NotOnRecordAnswer(_Body):
    outcome: Literal["not_on_record"] = "not_on_record"


class ApprovedAnswer(_Body):
    outcome: Literal["approved"] = "approved"
    approval_no: Code


class RefusedAnswer(_Body):
    outcome: Literal["refused"] = "refused"
    reason: ReasonBody


class IssuedAnswer(_Body):
    outcome: Literal["issued"] = "issued"
    endorsements: tuple[EndorsementBody, ...] = Field(min_length=1, max_length=8)


class AcceptedAnswer(_Body):
    outcome: Literal["accepted"] = "accepted"


class ProblemAnswer(_Body):
    """The request was not acted upon: HTTP 4xx, or 503 while out of service."""

    outcome: Literal["problem"] = "problem"
    code: Code


Answer = (
    StatusAnswer
    | FoundAnswer
    | NotOnRecordAnswer
    | ApprovedAnswer
    | RefusedAnswer
    | IssuedAnswer
    | AcceptedAnswer
    | ProblemAnswer
)


ANSWER: TypeAdapter[Answer] = TypeAdapter(Annotated[Answer, Field(discriminator="outcome")])
"""Reads any answer, told apart by its `outcome`."""
