"""Dates, amounts and catalogue names in the applicant's language; fixed sentences live in QML."""

from dataclasses import dataclass
from datetime import date

from kiosk.domain.catalogue import Catalogue, date_text
from kiosk.domain.endorsement import Destination, Endorsement, Reason
from kiosk.domain.failure import Fault
from kiosk.domain.money import Fen, yuan_text


@dataclass(frozen=True, slots=True)
class Wording:
    """The catalogue read in one language (``zh_CN`` or ``en``)."""

    catalogue: Catalogue
    language: str

    def date(self, day: date | None) -> str:
        return date_text(day).in_language(self.language) if day else ""

    def amount(self, fen: Fen) -> str:
        """Return an amount with its sign, ``¥15.00``."""
        return f"¥{yuan_text(fen)}"

    def destination(self, destination: Destination) -> str:
        return self.catalogue.destination_name(destination).in_language(self.language)

    def kind(self, endorsement: Endorsement) -> str:
        """Return the kind of an issued endorsement in words, its letter where the catalogue has none."""
        known = self.catalogue.kinds.get((endorsement.destination, endorsement.kind))
        return known.name.in_language(self.language) if known else endorsement.kind

    def reason(self, reason: Reason | None) -> str:
        return self.catalogue.reason_text(reason).in_language(self.language) if reason else ""

    def failure(self, fault: Fault | None) -> str:
        """Return what an applicant reads about a fault; its detail is the technician's."""
        return self.catalogue.failure(fault.code).applicant.in_language(self.language) if fault else ""
