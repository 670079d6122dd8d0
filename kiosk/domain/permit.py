"""The permit, its holder and what the issuing authority knows of both."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.endorsement import Application, Endorsement


class PermitKind(StrEnum):
    """Which of the two cards: for Hong Kong and Macao (往来港澳通行证) or for Taiwan (往来台湾通行证)."""

    HONG_KONG_MACAO = "eep"
    TAIWAN = "taiwan"


class Sex(StrEnum):
    MALE = "M"
    FEMALE = "F"
    UNSPECIFIED = "X"


@dataclass(frozen=True, slots=True)
class Permit:
    """What the chip says of the card and its holder (DG1, DG11, DG12), already parsed.

    Attributes:
        line: the 30-character printed line (the MRZ) exactly as in DG1[0:30]; of an ordinary ICAO
            chip (TD1, TD3) all its lines, concatenated.
        number: permit number, e.g. ``C00000000``.
        name_zh: full Chinese name; from DG11 when it is longer than DG1's three characters.
        surname, given: pinyin in capitals, as in DG1.
        issued: date of issue (DG12), None where the chip does not say.
    """

    line: str
    number: str
    expiry: date
    birth: date
    sex: Sex
    name_zh: str
    surname: str
    given: str
    place_of_birth: str = ""
    authority: str = ""
    issued: date | None = None


class PermitStatus(StrEnum):
    """The permit's standing in the authority's records."""

    VALID = "valid"
    CANCELLED = "cancelled"
    REPORTED_LOST = "lost"


class HolderCategory(StrEnum):
    """Registered status that decides whether the holder may use a machine (docs/facts.md, The machine)."""

    ORDINARY = "ordinary"
    STATE_EMPLOYEE = "state_employee"
    MILITARY = "military"


@dataclass(frozen=True, slots=True)
class Qualification:
    """A registered right to a kind: e.g. ``shenzhen_residence``, ``registered_firm``, ``spouse_hk``."""

    code: str
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class PermitRecord:
    """The authority's record of one permit: the ground of every eligibility decision.

    Attributes:
        household_city: administrative code (GB/T 2260, six digits) of the hukou.
        endorsements: every endorsement still on record for this permit, used up or not.
        applications: approved online applications waiting to be printed (签注打印).
        last_issued: ISO dates of the last issue per ``DESTINATION-KIND`` key, e.g. ``MAC-G``, also
            where that endorsement is used up: the Macao interval counts from it.
    """

    number: str
    status: PermitStatus
    category: HolderCategory
    household_city: str
    endorsements: tuple[Endorsement, ...] = ()
    applications: tuple[Application, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    last_issued: tuple[tuple[str, date], ...] = ()
    had_endorsement: bool = True
