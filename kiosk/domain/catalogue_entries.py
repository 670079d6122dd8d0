"""The values a catalogue is made of: one class per kind of line in ``resources/data``."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.endorsement import Destination, Entries, Option
from kiosk.domain.failure import Severity
from kiosk.domain.money import Fen
from kiosk.domain.permit import HolderCategory, PermitKind
from kiosk.domain.reasons import ReasonCode
from kiosk.domain.text import Text


class Confidence(StrEnum):
    """How far a source can be relied upon (docs/facts.md)."""

    OFFICIAL = "official"
    PUBLIC_CODE = "public_code"
    GUIDE = "guide"
    WEAK = "weak"
    OPEN = "open"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line of data comes from."""

    title: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class City:
    """A city of the household register.

    Attributes:
        individual_visit: whether its residents may go to Hong Kong and Macao as individual visitors.
    """

    code: str
    name: Text
    individual_visit: bool
    source: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """What entitles to a kind: any one of its conditions is enough.

    Attributes:
        individual_visit: being registered in a city of the individual visit scheme.
        cities: household cities (GB/T 2260).
        qualifications: codes of `Qualification`.
        minimum_age: completed years, None where age alone does not entitle.
        reason: what an applicant reads who meets none of them.
    """

    code: str
    individual_visit: bool
    cities: frozenset[str]
    qualifications: frozenset[str]
    minimum_age: int | None
    reason: ReasonCode
    source: str


@dataclass(frozen=True, slots=True)
class OptionEntry:
    """One option with what the machine must know beside it.

    Attributes:
        explanation: one short sentence for the screen.
        enabled: whether it is shown at all.
        at_machine: whether it can be applied for here; else only printed when approved online.
        requirements: codes, all of which must be met.
    """

    option: Option
    permit: PermitKind
    explanation: Text
    enabled: bool
    at_machine: bool
    requirements: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of endorsement for one destination."""

    destination: Destination
    letter: str
    name: Text
    explanation: Text
    source: str


@dataclass(frozen=True, slots=True)
class FeeRow:
    """A line of the price list: entries and validity (months, lower bound excluded) → fee."""

    permit: PermitKind
    entries: frozenset[Entries]
    over_months: int
    up_to_months: int
    fee: Fen
    source: str


@dataclass(frozen=True, slots=True)
class Interval:
    """How long after the last issue of any of these kinds the next of them may follow.

    Attributes:
        days: for holders registered in the city of issue.
        elsewhere_months: for everybody else.
    """

    destination: Destination
    kinds: frozenset[str]
    days: int
    elsewhere_months: int
    exempt_cities: frozenset[str]
    exempt_qualifications: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that hold for every option.

    Attributes:
        city: where this machine issues (GB/T 2260); see `Catalogue.located`.
        minimum_age: completed years.
        first_endorsement: whether a permit's very first endorsement may be made here.
        outlast_days: how much longer than the endorsement the permit must be valid.
        unused_blocks: whether an unused endorsement bars another of the same kind and place.
    """

    city: str
    minimum_age: int
    first_endorsement: bool
    barred: frozenset[HolderCategory]
    outlast_days: int
    unused_blocks: bool
    intervals: tuple[Interval, ...]


class ParamKind(StrEnum):
    """How the value of a reason's parameter is put into words."""

    DATE = "date"
    NUMBER = "number"
    DESTINATION = "destination"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class ReasonEntry:
    """The words of one reason and the parameters they name."""

    text: Text
    params: tuple[tuple[str, ParamKind], ...]
    source: str


@dataclass(frozen=True, slots=True)
class FailureEntry:
    """One failure: what the applicant reads, and what the technician does."""

    applicant: Text
    cause: Text
    remedy: Text
    severity: Severity
