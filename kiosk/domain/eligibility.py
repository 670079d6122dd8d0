"""The decision on every option: offered, or not offered with a reason the applicant can read.

Pure: the permit from the chip, the authority's record, the Beijing date and the catalogue decide. The
authority decides again on approval; what is offered here is what it is going to grant.
"""

from dataclasses import dataclass
from datetime import date

from kiosk.domain.catalogue import Catalogue
from kiosk.domain.catalogue_entries import Interval, OptionEntry, Requirement
from kiosk.domain.endorsement import Application, Destination, Endorsement, Offer, Reason
from kiosk.domain.face import CardFace
from kiosk.domain.mrz import permit_kind
from kiosk.domain.permit import HolderCategory, Permit, PermitRecord, PermitStatus
from kiosk.domain.reasons import ReasonCode, refuse
from kiosk.domain.validity import (
    age,
    cancelled_by,
    live,
    live_by_destination,
    next_issue,
    permit_needed_until,
    valid_until,
)

_PLACE_ORDER = {destination: place for place, destination in enumerate(Destination)}


@dataclass(frozen=True, slots=True)
class _Case:
    """What every rule looks at."""

    permit: Permit
    record: PermitRecord
    today: date
    catalogue: Catalogue

    def qualified(self, codes: frozenset[str]) -> bool:
        """Return whether the holder has one of the qualifications today."""
        return any(
            held.code in codes and (held.valid_until is None or held.valid_until >= self.today)
            for held in self.record.qualifications
        )


def may_use_machine(permit: Permit, record: PermitRecord, today: date, catalogue: Catalogue) -> Reason | None:
    """Return why this permit or its holder may not use the machine at all; None where they may."""
    return _standing(permit, record, today) or _holder(_Case(permit, record, today, catalogue))


def _standing(permit: Permit, record: PermitRecord, today: date) -> Reason | None:
    if permit.number != record.number:
        return refuse(ReasonCode.PERMIT_MISMATCH)
    if record.status is PermitStatus.CANCELLED:
        return refuse(ReasonCode.PERMIT_CANCELLED)
    if record.status is PermitStatus.REPORTED_LOST:
        return refuse(ReasonCode.PERMIT_LOST)
    if permit.expiry < today:
        return refuse(ReasonCode.PERMIT_EXPIRED, expiry=permit.expiry.isoformat())
    return None


def _holder(case: _Case) -> Reason | None:
    rules = case.catalogue.rules
    if case.record.category in rules.barred:
        military = case.record.category is HolderCategory.MILITARY
        return refuse(ReasonCode.MILITARY if military else ReasonCode.STATE_EMPLOYEE)
    if age(case.permit.birth, case.today) < rules.minimum_age:
        return refuse(ReasonCode.TOO_YOUNG, age=str(rules.minimum_age))
    if not case.record.had_endorsement and not rules.first_endorsement:
        return refuse(ReasonCode.FIRST_ENDORSEMENT)
    return None


def decide_offers(
    permit: Permit, record: PermitRecord, today: date, catalogue: Catalogue
) -> tuple[Offer, ...]:
    """Return one offer for every enabled option, in the order of the screen.

    Where the machine may not be used at all, every option carries that reason.
    """
    case = _Case(permit, record, today, catalogue)
    barred = may_use_machine(permit, record, today, catalogue)
    return tuple(_offer(entry, case, barred) for entry in catalogue.enabled)


def _offer(entry: OptionEntry, case: _Case, barred: Reason | None) -> Offer:
    option = entry.option
    until = valid_until(case.today, option.months)
    refusal = barred or _refusal(entry, until, case)
    if refusal is not None:
        return Offer(option, until, refusal)
    return Offer(
        option, until, cancels=cancelled_by(option.destination, case.record.endorsements, case.today)
    )


def _refusal(entry: OptionEntry, until: date, case: _Case) -> Reason | None:
    return (
        _other_permit(entry, case)
        or _at_window(entry)
        or _unqualified(entry, case)
        or _unused(entry, case)
        or _too_early(entry, case)
        or _too_short(until, case)
    )


def _other_permit(entry: OptionEntry, case: _Case) -> Reason | None:
    if permit_kind(case.permit.number) is entry.permit:
        return None
    return refuse(ReasonCode.OTHER_PERMIT, place=entry.option.destination.value)


def _at_window(entry: OptionEntry) -> Reason | None:
    return None if entry.at_machine else refuse(ReasonCode.ONLY_AT_WINDOW)


def _unqualified(entry: OptionEntry, case: _Case) -> Reason | None:
    for code in entry.requirements:
        requirement = case.catalogue.requirements[code]
        if not _meets(requirement, case):
            return refuse(requirement.reason)
    return None


def _meets(requirement: Requirement, case: _Case) -> bool:
    household = case.catalogue.cities.get(case.record.household_city)
    old_enough = requirement.minimum_age is not None and (
        age(case.permit.birth, case.today) >= requirement.minimum_age
    )
    return (
        case.record.household_city in requirement.cities
        or (requirement.individual_visit and household is not None and household.individual_visit)
        or old_enough
        or case.qualified(requirement.qualifications)
    )


def _unused(entry: OptionEntry, case: _Case) -> Reason | None:
    if not case.catalogue.rules.unused_blocks:
        return None
    option = entry.option
    last_days = [
        held.valid_until
        for held in case.record.endorsements
        if held.destination is option.destination and held.kind == option.kind and live(held, case.today)
    ]
    if not last_days:
        return None
    return refuse(
        ReasonCode.UNUSED_ENDORSEMENT, place=option.destination.value, until=max(last_days).isoformat()
    )


def _too_early(entry: OptionEntry, case: _Case) -> Reason | None:
    option = entry.option
    for interval in case.catalogue.rules.intervals:
        if interval.destination is not option.destination or option.kind not in interval.kinds:
            continue
        issued = _last_issue(interval, case.record)
        if issued is None or _exempt(interval, case):
            continue
        start = _next_start(interval, issued, case)
        if case.today < start:
            return refuse(
                ReasonCode.TOO_EARLY,
                place=option.destination.value,
                issued=issued.isoformat(),
                start=start.isoformat(),
                days=str((start - case.today).days),
            )
    return None


def _last_issue(interval: Interval, record: PermitRecord) -> date | None:
    keys = {f"{interval.destination.value}-{kind}" for kind in interval.kinds}
    days = [issued for key, issued in record.last_issued if key in keys]
    days += [held.issued for held in record.endorsements if f"{held.destination.value}-{held.kind}" in keys]
    return max(days, default=None)


def _exempt(interval: Interval, case: _Case) -> bool:
    return case.record.household_city in interval.exempt_cities or case.qualified(
        interval.exempt_qualifications
    )


def _next_start(interval: Interval, issued: date, case: _Case) -> date:
    if case.record.household_city == case.catalogue.rules.city:
        return next_issue(issued, days=interval.days)
    return next_issue(issued, months=interval.elsewhere_months)


def _too_short(until: date, case: _Case) -> Reason | None:
    days = case.catalogue.rules.outlast_days
    needed = permit_needed_until(until, days)
    if case.permit.expiry >= needed:
        return None
    return refuse(
        ReasonCode.PERMIT_TOO_SHORT,
        expiry=case.permit.expiry.isoformat(),
        needed=needed.isoformat(),
        days=str(days),
    )


def collectable(
    application: Application, permit: Permit, record: PermitRecord, today: date, catalogue: Catalogue
) -> Reason | None:
    """Return why an application approved online cannot be printed now; None where it can (签注打印).

    The authority has weighed kind, qualification and interval already; what may have changed since is
    the permit, its holder's standing and the application itself.
    """
    barred = may_use_machine(permit, record, today, catalogue)
    if barred is not None:
        return barred
    if application not in record.applications:
        return refuse(ReasonCode.NOT_APPROVED_ONLINE)
    case = _Case(permit, record, today, catalogue)
    entry = catalogue.entries.get(application.option.option_id)
    if entry is None:
        return refuse(ReasonCode.NOT_OFFERED)
    return _other_permit(entry, case) or _too_short(valid_until(today, application.option.months), case)


def cancelled_by_application(
    application: Application, record: PermitRecord, today: date
) -> tuple[Endorsement, ...]:
    """Return the live endorsements that printing an application approved online would cancel."""
    return cancelled_by(application.option.destination, record.endorsements, today)


def card_face(permit: Permit, record: PermitRecord, new: tuple[Endorsement, ...], today: date) -> CardFace:
    """Return what the film must say: the new endorsements, and the live ones of other destinations.

    The film is erased and written whole, so an endorsement that is not named here is lost. ValueError
    for two new ones of one destination.
    """
    places = {endorsement.destination for endorsement in new}
    kept = [
        endorsement
        for place, endorsement in live_by_destination(record.endorsements, today).items()
        if place not in places
    ]
    ordered = sorted([*new, *kept], key=lambda endorsement: _PLACE_ORDER[endorsement.destination])
    return CardFace(permit.number, permit.name_zh, tuple(ordered))


def masked_number(number: str) -> str:
    """Return a permit number with all but its first two and last three characters masked."""
    hidden = len(number) - 5
    return number[:2] + "*" * hidden + number[-3:] if hidden > 0 else "*" * len(number)
