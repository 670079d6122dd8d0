"""What a tester may do to the simulated authority: the page and the JSON interface both go through here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk.authority.sandbox.books import Books, Issue, Outage, OutageMode
from kiosk.authority.sandbox.core import apply_online
from kiosk.authority.sandbox.service import OPERATIONS
from kiosk.authority.sandbox.store import Store
from kiosk.clock import Clock
from kiosk.domain.beijing import beijing_date
from kiosk.domain.endorsement import Application, Option, Reason
from kiosk.domain.permit import PermitRecord

ALL_OPERATIONS = "*"
_LONGEST_OUTAGE = 1000  # requests


@dataclass(frozen=True, slots=True)
class Person:
    """A specimen holder as the desk shows them, with the record to begin with."""

    name: str
    notes: str
    record: PermitRecord


@dataclass(frozen=True, slots=True)
class File:
    """Everything the authority holds on one permit, for the tester to see."""

    person: Person
    record: PermitRecord
    issues: tuple[Issue, ...]
    refusal: Reason | None


class Rejected(Exception):
    """The tester asked for something that does not exist; the text says what."""


class Desk:
    """A tester's actions on the books.

    Args:
        people: the specimen holders; whoever is not in the books yet is entered at once.
        options: every option that can be applied for, by id.
    """

    def __init__(
        self, store: Store, people: Sequence[Person], options: Mapping[str, Option], clock: Clock
    ) -> None:
        self._store = store
        self._people = {person.record.number: person for person in people}
        self._options = options
        self._clock = clock
        store.change(lambda books: (None, self._entered(books)))

    @property
    def options(self) -> Mapping[str, Option]:
        return self._options

    def files(self) -> tuple[File, ...]:
        """Return every specimen's file, in the order of the specimens."""
        books = self._store.read()
        return tuple(self._file(person, books) for person in self._people.values())

    def outages(self) -> Mapping[str, Outage]:
        return self._store.read().outages

    def apply_online(self, permit_no: str, option_id: str, *, paid: bool) -> Application:
        """Enter an application approved online, so that the machine has something to collect."""
        option = self._options.get(option_id)
        if option is None:
            raise Rejected("option_unknown")
        today = beijing_date(self._clock.now())
        application = self._store.change(
            lambda books: apply_online(permit_no, option, books, today, paid=paid)
        )
        if application is None:
            raise Rejected("permit_not_on_record")
        return application

    def refuse(self, permit_no: str, reason: Reason | None) -> None:
        """Refuse every application for a permit with this reason; None decides by the rules again."""
        if permit_no not in self._people:
            raise Rejected("permit_not_on_record")
        self._store.change(lambda books: (None, _with_refusal(books, permit_no, reason)))

    def fail(self, operation: str, mode: OutageMode | None, left: int | None = None) -> None:
        """Let an operation (``*``: all) fail `left` times, or until it is lifted (mode None)."""
        if operation not in OPERATIONS and operation != ALL_OPERATIONS:
            raise Rejected("operation_unknown")
        if left is not None and not 1 <= left <= _LONGEST_OUTAGE:
            raise Rejected("left_out_of_range")
        outage = None if mode is None else Outage(mode, left)
        self._store.change(lambda books: (None, _with_outage(books, operation, outage)))

    def reset(self) -> None:
        """Forget everything but the numbers already given out, which must never come again."""
        self._store.change(lambda books: (None, self._entered(Books(sequences=books.sequences))))

    def _entered(self, books: Books) -> Books:
        fresh = {
            number: person.record for number, person in self._people.items() if number not in books.records
        }
        return replace(books, records={**books.records, **fresh}) if fresh else books

    def _file(self, person: Person, books: Books) -> File:
        number = person.record.number
        issues = sorted(
            (issue for issue in books.issues.values() if issue.permit_no == number),
            key=lambda issue: issue.serial,
        )
        return File(person, books.records[number], tuple(issues), books.refusals.get(number))


def _with_refusal(books: Books, permit_no: str, reason: Reason | None) -> Books:
    others = {number: known for number, known in books.refusals.items() if number != permit_no}
    return replace(books, refusals=others if reason is None else {**others, permit_no: reason})


def _with_outage(books: Books, operation: str, outage: Outage | None) -> Books:
    if outage is None and operation == ALL_OPERATIONS:
        return replace(books, outages={})
    others = {name: known for name, known in books.outages.items() if name != operation}
    return replace(books, outages=others if outage is None else {**others, operation: outage})
