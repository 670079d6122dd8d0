"""What staff do about an open case, and what comes of it. Values only, journaled like all events."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.failure import Fault
from kiosk.domain.staff import Staff
from kiosk.visit.events import Event


class CloseReason(StrEnum):
    """Why staff close a matter by hand; each covers some kinds of cases (`casework.COVERS`)."""

    HANDED_BACK = "handed_back"
    CARD_KEPT = "card_kept"
    SETTLED_OUTSIDE = "settled_outside"
    NOTHING_OWED = "nothing_owed"
    AUTHORITY_TOLD = "authority_told"


class Ground(StrEnum):
    """On what staff decide whether something was printed, where the film cannot tell any more."""

    AUTHORITY_RECORD = "authority_record"
    BORDER_RECORD = "border_record"
    HOLDER_EVIDENCE = "holder_evidence"
    MACHINE_EVIDENCE = "machine_evidence"


@dataclass(frozen=True, slots=True)
class CaseAskedAgain(Event):
    """Ask networks and authority once more about everything that is open."""

    by: Staff


@dataclass(frozen=True, slots=True)
class CaseRefundOrdered(Event):
    """Give back what was not delivered."""

    by: Staff


@dataclass(frozen=True, slots=True)
class CaseInspectionOrdered(Event):
    """The card is put in again, so that the machine looks at its film."""

    by: Staff


@dataclass(frozen=True, slots=True)
class CaseFilmSeen(Event):
    """Staff compared the film with their own eyes.

    Attributes:
        matches: it shows what was ordered.
        counts: False where it could not be asked whether something newer was issued: then a film that
            does not show it says nothing yet. Older programs did not ask and believed it.
    """

    matches: bool
    by: Staff
    counts: bool = True


@dataclass(frozen=True, slots=True)
class CaseFilmDecided(Event):
    """The film was written again since, so staff decided on another ground.

    Attributes:
        printed: what was paid for did stand on the card.
        note: what exactly that ground says, 200 characters at most.
    """

    printed: bool
    ground: Ground
    by: Staff
    note: str


@dataclass(frozen=True, slots=True)
class CaseReprintOrdered(Event):
    """The card is put in again and printed, after an inspection that found it not printed."""

    by: Staff


@dataclass(frozen=True, slots=True)
class CaseClosed(Event):
    """Staff settled the matters that the reason covers; `note` says how, 200 characters at most."""

    reason: CloseReason
    by: Staff
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaseFilmInspected(Event):
    """The machine looked at the film of the right card."""

    matches: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CaseFilmOverwritten(Event):
    """The film was written again since: what it shows now says nothing of this visit's print.

    Attributes:
        newer: number of this machine's visit that wrote it; empty where only the authority's record tells,
            and it may have been another machine.
        detail: how that is known, free of personal data.
    """

    newer: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CaseFilmNotInspected(Event):
    """The machine could not look: no card, another card, or a device that failed.

    Attributes:
        touched: the film may have been written before that.
    """

    fault: Fault
    touched: bool = False


ALL: tuple[type[Event], ...] = tuple(
    kind
    for kind in list(globals().values())
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
)
