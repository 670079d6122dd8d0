"""Endorsements: destinations, entries, what can be asked for and what stands on a card."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.money import Fen
from kiosk.domain.text import Text


class Destination(StrEnum):
    """Where an endorsement lets its holder go, with the code of the official record model."""

    HONG_KONG = "HKG"
    MACAO = "MAC"
    TAIWAN = "TWN"


class Entries(StrEnum):
    """How often the holder may enter within the validity."""

    ONCE = "1"
    TWICE = "2"
    MULTIPLE = "M"
    WEEKLY = "W"


@dataclass(frozen=True, slots=True)
class Option:
    """One endorsement that can be applied for: a line of ``resources/data/kinds.toml``.

    Attributes:
        option_id: stable key, ``DESTINATION-KIND-VALIDITY-ENTRIES``, e.g. ``HKG-G-3M-1``.
        kind: letter of the kind, e.g. ``G``.
        name: the kind in words, e.g. 个人旅游 / Individual visit.
        months: validity in calendar months (12, 36 or 60 for years).
        stay_days: longest stay per entry, days.
    """

    option_id: str
    destination: Destination
    kind: str
    name: Text
    months: int
    entries: Entries
    stay_days: int
    fee: Fen


@dataclass(frozen=True, slots=True)
class Endorsement:
    """An endorsement as issued: what is printed in one block on the card's back.

    Attributes:
        control_no: the authority's control number, printed and encoded in the QR code.
        place_of_issue: issuing place in Chinese, as printed.
        entries_left: entries not yet used; None for multiple and weekly.
    """

    destination: Destination
    kind: str
    entries: Entries
    issued: date
    valid_until: date
    stay_days: int
    control_no: str
    place_of_issue: str
    entries_left: int | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """An application approved online and waiting to be printed (签注打印).

    Attributes:
        paid: the fee was already paid online; then the machine takes nothing for it.
    """

    application_no: str
    option: Option
    approved: date
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is not offered or not done: a code of ``resources/data/reasons.toml`` + values."""

    code: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """One option with the decision on it: offered when ``refusal`` is None.

    Attributes:
        valid_until: last day of validity if issued on the day of the decision.
        cancels: live endorsements on record that the new one would cancel.
    """

    option: Option
    valid_until: date
    refusal: Reason | None = None
    cancels: tuple[Endorsement, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestedItem:
    """One endorsement asked of the authority: an option, or an application approved online."""

    option_id: str
    application_no: str | None = None
