"""Invented holders: for the maker of specimen cards and for the authority's sandbox.

The file gives every date relative to today, so that a permit that expires soon always does. A relative
date is ``-30d``, ``+1y2m``, ``-36y40d``: years and months first, by the calendar, then days.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kiosk.domain.catalogue import Catalogue
from kiosk.domain.endorsement import Application, Endorsement, Entries, Option
from kiosk.domain.face import CardFace
from kiosk.domain.mrz import PermitLine, build_line, permit_kind
from kiosk.domain.permit import (
    HolderCategory,
    Permit,
    PermitKind,
    PermitRecord,
    PermitStatus,
    Qualification,
    Sex,
)
from kiosk.domain.toml_table import Table
from kiosk.domain.validity import add_months, age, valid_until

_SLUG = re.compile(r"[a-z]{1,20}(-[a-z]{1,20}){0,4}")
_RELATIVE = re.compile(r"([+-])(?=\d)(?:(\d{1,3})y)?(?:(\d{1,3})m)?(?:(\d{1,5})d)?")
_LAST_ISSUED = re.compile(r"(HKG|MAC|TWN)-[A-Z]")
_CODES = {PermitKind.HONG_KONG_MACAO: "CS", PermitKind.TAIWAN: "CD"}
_ENTRIES_LEFT = {Entries.ONCE: 1, Entries.TWICE: 2}
_ADULT, _ADULT_MONTHS, _CHILD_MONTHS = 16, 120, 60  # validity of the card by age at issue, docs/facts.md


class ChipVariant(StrEnum):
    """What the specimen's chip is like; all but GENUINE must be told apart by the machine."""

    GENUINE = "genuine"
    ALTERED = "altered"  # one group's content does not match its digest in the SOD
    UNSIGNED = "unsigned"  # the SOD has no valid signature
    WRONG_ISSUER = "wrong_issuer"  # the document signer descends from a foreign CSCA
    MUTE = "mute"  # never answers
    SLOW = "slow"  # answers, but asks for waiting time extensions
    CLONED = "cloned"  # every file is genuine, the chip's private keys are others
    DOWNGRADED = "downgraded"  # EF.CardAccess was taken away: PACE is signed but no longer offered


class ChipProfile(StrEnum):
    """How the specimen's chip is opened and what it can prove (ICAO Doc 9303-11)."""

    BAC = "bac"
    BAC_ACTIVE = "bac_active"  # active authentication with RSA
    PACE_CHIP = "pace_chip"  # PACE and chip authentication, AES-128, short answers
    PACE_ACTIVE = "pace_active"  # PACE with AES-256, active authentication with ECDSA, long answers


@dataclass(frozen=True, slots=True)
class Specimen:
    """One invented holder with card and record.

    Attributes:
        slug: name in pinyin, the specimen's name on the command line.
        record: None for a permit that the authority does not know.
        profile: generation of the chip.
        film: what stands on the card's back now.
        portrait_seed: seed of the drawn portrait.
        notes: what the specimen is for; `notes_zh` says the same in Chinese.
    """

    slug: str
    permit: Permit
    record: PermitRecord | None
    chip: ChipVariant
    profile: ChipProfile
    film: CardFace
    portrait_seed: int
    notes: str
    notes_zh: str


def parse_specimens(holders_toml: str, catalogue: Catalogue, today: date) -> tuple[Specimen, ...]:
    """Parse the holders as of today (Beijing date); ValueError names the entry of the first fault."""
    file = Table.parse("holders.toml", holders_toml)
    found: dict[str, Specimen] = {}
    numbers: set[str] = set()
    for table in file.rows("holder"):
        specimen = _specimen(table, catalogue, today)
        if specimen.slug in found or specimen.permit.number in numbers:
            table.fail("slug and number must each stand once")
        found[specimen.slug] = specimen
        numbers.add(specimen.permit.number)
    file.finish()
    return tuple(found.values())


def relative_date(text: str, today: date) -> date:
    """Return the day that a relative date means; ValueError for any other text."""
    match = _RELATIVE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a relative date such as -1y30d: {text!r:.40}")
    sign = -1 if match[1] == "-" else 1
    years, months, days = (int(match[group] or 0) for group in (2, 3, 4))
    return add_months(today, sign * (years * 12 + months)) + sign * timedelta(days=days)


def _specimen(table: Table, catalogue: Catalogue, today: date) -> Specimen:
    slug = table.text("slug")
    table.named(f"holder {slug}")
    if not _SLUG.fullmatch(slug):
        table.fail("the slug must be small letters in words joined by -")
    permit = _permit(table, today)
    endorsements = tuple(_endorsement(row, catalogue, today) for row in table.rows("endorsement"))
    record = _record(table, permit, endorsements, catalogue, today)
    specimen = Specimen(
        slug=slug,
        permit=permit,
        record=record if not table.has("registered") or table.flag("registered") else None,
        chip=table.choice("chip", ChipVariant) if table.has("chip") else ChipVariant.GENUINE,
        profile=table.choice("profile", ChipProfile) if table.has("profile") else ChipProfile.BAC,
        film=_film(permit, endorsements),
        portrait_seed=table.integer("portrait_seed", 0, 2**31),
        notes=table.text("notes"),
        notes_zh=table.text("notes_zh"),
    )
    table.finish()
    return specimen


def _day(table: Table, key: str, today: date) -> date:
    return _parsed(table, table.text(key), today)


def _parsed(table: Table, text: str, today: date) -> date:
    try:
        return relative_date(text, today)
    except ValueError as error:
        table.fail(str(error))


def _permit(table: Table, today: date) -> Permit:
    number, kind = table.text("number"), permit_kind(table.text("number"))
    if kind is None:
        table.fail("the number has the form of neither permit")
    birth, issued = _day(table, "born", today), _day(table, "issued", today)
    expiry = valid_until(issued, _ADULT_MONTHS if age(birth, issued) >= _ADULT else _CHILD_MONTHS)
    return Permit(
        line=build_line(PermitLine(_CODES[kind], number, expiry, birth)),
        number=number,
        expiry=expiry,
        birth=birth,
        sex=table.choice("sex", Sex),
        name_zh=table.text("name"),
        surname=table.text("surname"),
        given=table.text("given"),
        place_of_birth=table.text("place_of_birth"),
        authority=table.text("authority"),
        issued=issued,
    )


def _endorsement(row: Table, catalogue: Catalogue, today: date) -> Endorsement:
    option, issued = _option(row, catalogue), _day(row, "issued", today)
    full = _ENTRIES_LEFT.get(option.entries)
    if full is not None and row.has("entries_left"):
        full = row.integer("entries_left", 0, full)
    endorsement = Endorsement(
        destination=option.destination,
        kind=option.kind,
        entries=option.entries,
        issued=issued,
        valid_until=valid_until(issued, option.months),
        stay_days=option.stay_days,
        control_no=row.text("control_no"),
        place_of_issue=row.text("place_of_issue"),
        entries_left=full,
    )
    row.finish()
    return endorsement


def _option(row: Table, catalogue: Catalogue) -> Option:
    option = catalogue.option(row.text("option"))
    if option is None:
        row.fail(f"there is no option {row.text('option')!r:.30}")
    return option


def _record(
    table: Table,
    permit: Permit,
    endorsements: tuple[Endorsement, ...],
    catalogue: Catalogue,
    today: date,
) -> PermitRecord:
    household = table.text("household_city")
    if household not in catalogue.cities:
        table.fail("'household_city' is not listed in cities.toml")
    return PermitRecord(
        number=permit.number,
        status=table.choice("status", PermitStatus) if table.has("status") else PermitStatus.VALID,
        category=table.choice("category", HolderCategory)
        if table.has("category")
        else HolderCategory.ORDINARY,
        household_city=household,
        endorsements=endorsements,
        applications=tuple(_application(row, catalogue, today) for row in table.rows("application")),
        qualifications=tuple(_qualification(row, today) for row in table.rows("qualification")),
        last_issued=_last_issued(table, endorsements, today),
        had_endorsement=table.flag("had_endorsement") if table.has("had_endorsement") else True,
    )


def _application(row: Table, catalogue: Catalogue, today: date) -> Application:
    application = Application(
        row.text("number"), _option(row, catalogue), _day(row, "approved", today), row.flag("paid")
    )
    row.finish()
    return application


def _qualification(row: Table, today: date) -> Qualification:
    until = _day(row, "valid_until", today) if row.has("valid_until") else None
    qualification = Qualification(row.text("code"), until)
    row.finish()
    return qualification


def _last_issued(
    table: Table, endorsements: tuple[Endorsement, ...], today: date
) -> tuple[tuple[str, date], ...]:
    """Return the last issue per key: what the file says, and what the endorsements themselves say."""
    days: dict[str, date] = {}
    for endorsement in endorsements:
        key = f"{endorsement.destination.value}-{endorsement.kind}"
        days[key] = max(endorsement.issued, days.get(key, endorsement.issued))
    for key, text in table.pairs("last_issued"):
        if not _LAST_ISSUED.fullmatch(key):
            table.fail(f"{key!r:.20} is not a destination with a kind")
        day = _parsed(table, text, today)
        days[key] = max(day, days.get(key, day))
    return tuple(sorted(days.items()))


def _film(permit: Permit, endorsements: tuple[Endorsement, ...]) -> CardFace:
    """Return what was last written for each destination, whether it still holds or not."""
    newest: Mapping[str, Endorsement] = {
        endorsement.destination.value: endorsement
        for endorsement in sorted(endorsements, key=lambda e: (e.issued, e.control_no))
    }
    return CardFace(permit.number, permit.name_zh, tuple(newest[key] for key in sorted(newest)))
