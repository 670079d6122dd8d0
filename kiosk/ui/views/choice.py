"""What can be chosen: destinations, applications approved online, and the options of one destination."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kiosk.domain.beijing import beijing_date
from kiosk.domain.endorsement import Destination, Offer, Option
from kiosk.domain.money import Fen
from kiosk.runtime.snapshot import Snapshot
from kiosk.ui.views.endorsements import EndorsementRow, endorsement_rows
from kiosk.ui.views.wording import Wording
from kiosk.visit.model import Visit


@dataclass(frozen=True, slots=True)
class DestinationRow:
    """One destination: how many options it offers, or why none; and what is on the card for it.

    The reason is that of the catalogue's first kind, the one that most people come for.
    """

    code: str
    name: str
    offered: int
    reason: str
    endorsements: tuple[EndorsementRow, ...]


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One application approved online, ready to be printed."""

    application_no: str
    destination: str
    kind: str
    months: int
    entries: str
    fee: str
    paid: bool


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option that can be chosen."""

    option_id: str
    months: int
    entries: str
    stay_days: int
    fee: str
    valid_until: str
    cancels: bool


@dataclass(frozen=True, slots=True)
class OfferedRow:
    """The options of one kind that can be chosen, with one sentence about what they are."""

    kind: str
    letter: str
    explanation: str
    options: tuple[OptionRow, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """Validity and entries of an option, put into words by the page."""

    months: int
    entries: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Options of one kind that are not offered for one and the same reason."""

    kind: str
    letter: str
    variants: tuple[Variant, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """Everything there is to choose from.

    Attributes:
        both: codes of the destinations that can be chosen together; empty where they cannot.
        together: numbers of the applications that can be printed in one visit, one per destination.
        destination: the one whose options are asked for, in words; `place` of `places` in this visit.
    """

    destinations: tuple[DestinationRow, ...] = ()
    both: tuple[str, ...] = ()
    applications: tuple[ApplicationRow, ...] = ()
    together: tuple[str, ...] = ()
    destination: str = ""
    place: int = 0
    places: int = 0
    offered: tuple[OfferedRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()


def choice_view(snapshot: Snapshot, wording: Wording) -> ChoiceView:
    visit = snapshot.visit
    if visit is None or visit.record is None:
        return ChoiceView()
    today = beijing_date(snapshot.now)
    destinations = _destination_rows(visit, today, wording)
    pair = tuple(row.code for row in destinations if row.offered and row.code != Destination.TAIWAN)
    asked = visit.wanted[0] if visit.wanted else None
    here = tuple(offer for offer in visit.offers if offer.option.destination is asked)
    return ChoiceView(
        destinations=destinations,
        both=pair if len(pair) > 1 else (),
        applications=_application_rows(visit, wording),
        together=_together(visit),
        destination=wording.destination(asked) if asked else "",
        place=len(visit.items) + 1 if asked else 0,
        places=len(visit.items) + len(visit.wanted),
        offered=_offered_rows(here, wording),
        refused=_refused_rows(here, wording),
    )


def _destination_rows(visit: Visit, today: date, wording: Wording) -> tuple[DestinationRow, ...]:
    present = {offer.option.destination for offer in visit.offers}
    return tuple(
        _destination_row(visit, destination, today, wording)
        for destination in Destination
        if destination in present
    )


def _destination_row(visit: Visit, destination: Destination, today: date, wording: Wording) -> DestinationRow:
    here = [offer for offer in visit.offers if offer.option.destination is destination]
    reasons = [offer.refusal for offer in here if offer.refusal is not None]
    offered = len(here) - len(reasons)
    on_card = [e for e in visit.record.endorsements if e.destination is destination] if visit.record else []
    return DestinationRow(
        code=destination.value,
        name=wording.destination(destination),
        offered=offered,
        reason="" if offered else wording.reason(reasons[0]),
        endorsements=tuple(row for row in endorsement_rows(on_card, today, wording) if row.live),
    )


def _application_rows(visit: Visit, wording: Wording) -> tuple[ApplicationRow, ...]:
    applications = visit.record.applications if visit.record else ()
    return tuple(
        ApplicationRow(
            application_no=application.application_no,
            destination=wording.destination(application.option.destination),
            kind=application.option.name.in_language(wording.language),
            months=application.option.months,
            entries=application.option.entries.value,
            fee=wording.amount(Fen(0) if application.paid else application.option.fee),
            paid=application.paid,
        )
        for application in applications
    )


def _together(visit: Visit) -> tuple[str, ...]:
    """Return the applications to print at once: only where there is no doubt which, one per place."""
    applications = visit.record.applications if visit.record else ()
    places = {application.option.destination for application in applications}
    if len(applications) < 2 or len(places) != len(applications):
        return ()
    return tuple(application.application_no for application in applications)


def _offered_rows(offers: Iterable[Offer], wording: Wording) -> tuple[OfferedRow, ...]:
    groups: dict[tuple[str, str, str], list[OptionRow]] = {}
    for offer in offers:
        if offer.refusal is not None:
            continue
        option = offer.option
        key = (option.name.in_language(wording.language), option.kind, _explanation(option, wording))
        groups.setdefault(key, []).append(_option_row(offer, wording))
    return tuple(
        OfferedRow(kind, letter, explanation, tuple(options))
        for (kind, letter, explanation), options in groups.items()
    )


def _option_row(offer: Offer, wording: Wording) -> OptionRow:
    option = offer.option
    return OptionRow(
        option_id=option.option_id,
        months=option.months,
        entries=option.entries.value,
        stay_days=option.stay_days,
        fee=wording.amount(option.fee),
        valid_until=wording.date(offer.valid_until),
        cancels=bool(offer.cancels),
    )


def _explanation(option: Option, wording: Wording) -> str:
    known = wording.catalogue.entries.get(option.option_id)
    return known.explanation.in_language(wording.language) if known else ""


def _refused_rows(offers: Iterable[Offer], wording: Wording) -> tuple[RefusedRow, ...]:
    """Group by kind and reason, in the order of the catalogue: one sentence is enough for all of them."""
    groups: dict[tuple[str, str, str], list[Variant]] = {}
    for offer in offers:
        if offer.refusal is None:
            continue
        option = offer.option
        key = (option.name.in_language(wording.language), option.kind, wording.reason(offer.refusal))
        groups.setdefault(key, []).append(Variant(option.months, option.entries.value))
    return tuple(
        RefusedRow(kind, letter, tuple(variants), reason)
        for (kind, letter, reason), variants in groups.items()
    )
