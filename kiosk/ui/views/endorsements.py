"""Endorsements as rows: what is on the card, what will be cancelled, what was just made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kiosk.domain.endorsement import Endorsement
from kiosk.domain.validity import live
from kiosk.ui.views.wording import Wording


@dataclass(frozen=True, slots=True)
class EndorsementRow:
    """One endorsement.

    Attributes:
        entries: code of `Entries`; the page puts it into words.
        entries_left: -1 where entries are not counted.
        live: still lets its holder in; False for used up or out of date.
    """

    destination: str
    kind: str
    valid_until: str
    entries: str
    entries_left: int
    stay_days: int
    live: bool


def endorsement_rows(
    endorsements: Iterable[Endorsement], today: date, wording: Wording
) -> tuple[EndorsementRow, ...]:
    return tuple(
        EndorsementRow(
            destination=wording.destination(endorsement.destination),
            kind=wording.kind(endorsement),
            valid_until=wording.date(endorsement.valid_until),
            entries=endorsement.entries.value,
            entries_left=-1 if endorsement.entries_left is None else endorsement.entries_left,
            stay_days=endorsement.stay_days,
            live=live(endorsement, today),
        )
        for endorsement in endorsements
    )
