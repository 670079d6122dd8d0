"""The codes of every refusal an applicant may read; the words are in ``resources/data/reasons.toml``."""

from enum import StrEnum

from kiosk.domain.endorsement import Reason


class ReasonCode(StrEnum):
    """Stable ids: they stand in journals and travel between kiosk and authority. Never reuse one."""

    # the permit or its holder may not use the machine
    PERMIT_MISMATCH = "permit_mismatch"
    PERMIT_CANCELLED = "permit_cancelled"
    PERMIT_LOST = "permit_lost"
    PERMIT_EXPIRED = "permit_expired"
    STATE_EMPLOYEE = "state_employee"
    MILITARY = "military"
    TOO_YOUNG = "too_young"
    FIRST_ENDORSEMENT = "first_endorsement"
    # one option is not offered
    OTHER_PERMIT = "other_permit"
    ONLY_AT_WINDOW = "only_at_window"
    NOT_INDIVIDUAL_VISIT_CITY = "not_individual_visit_city"
    NEEDS_SHENZHEN = "needs_shenzhen"
    NEEDS_HENGQIN = "needs_hengqin"
    NEEDS_ZHUHAI = "needs_zhuhai"
    NEEDS_FIRM = "needs_firm"
    NEEDS_RELATIVE = "needs_relative"
    NEEDS_LONG_VISIT = "needs_long_visit"
    NEEDS_EVENT = "needs_event"
    NEEDS_TALENT = "needs_talent"
    UNUSED_ENDORSEMENT = "unused_endorsement"
    TOO_EARLY = "too_early"
    PERMIT_TOO_SHORT = "permit_too_short"
    # an application approved online is not printed
    NOT_APPROVED_ONLINE = "not_approved_online"
    # the authority's answer
    NOT_OFFERED = "not_offered"
    AUTHORITY_DECLINED = "authority_declined"
    UNKNOWN = "unknown"


def refuse(code: ReasonCode, **params: str) -> Reason:
    """Return the reason with its values, in the order given; dates are ISO texts."""
    return Reason(code.value, tuple(params.items()))
