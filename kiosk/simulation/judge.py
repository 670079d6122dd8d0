"""The judge: compares what the journal says with what is so, after every record and at every end.

Its books are the world's, not the kiosk's: what the bank really took and gave, what stands on which film,
where each card is.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.journal.store import Journal
from kiosk.simulation.art import SimulatedArt, picture_of
from kiosk.simulation.authority import Registry
from kiosk.simulation.bank import Account, Bank, OrderState
from kiosk.simulation.scene import IN_MACHINE, Card, Place, Scene
from kiosk.visit import events as e
from kiosk.visit.effects import PrintCard
from kiosk.visit.fold import Advance, Folded
from kiosk.visit.invariants import violations
from kiosk.visit.model import CardFate, CaseKind, Step, Visit


class Invariant(StrEnum):
    """What must hold in every world."""

    PAID_FIRST = "never printed unless paid or free"
    NOT_LOST = "never paid without a print, a refund or an open case"
    NOT_GIVEN_AWAY = "never printed and refunded"
    ONE_CHARGE = "never two charges for one visit"
    ONE_REFUND = "never two refunds for one charge"
    ONE_PRINT = "never printed over a film that already shows it"
    CARD_KNOWN = "the card is in a known place or in an open case"
    ONE_VISIT = "no new visit while one is unresolved"
    TRUE_STORY = "the journal says only what is so"
    NUMBER_HELD = "whoever has an open case about money was given its number"
    WHOLE_JOURNAL = "the journal is whole and folds back to what was decided"
    OWN_RULES = "the running program's own invariants and its transition table"
    AUTHORITY_TOLD = "the authority knows what stands on the card, or a case says that it does not"
    ENDS = "every visit ends, and nothing stays open without a case"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken invariant."""

    invariant: Invariant
    text: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.text}"


_MONEY_CASES = frozenset({CaseKind.PAYMENT_UNDECIDED, CaseKind.PRINT_UNVERIFIED, CaseKind.REFUND_OPEN})
_AUTHORITY_CASES = frozenset({CaseKind.REPORT_OPEN, CaseKind.WITHDRAWAL_OPEN, CaseKind.PRINT_UNVERIFIED})
_OUT_OF_MACHINE = frozenset({Place.HAND, Place.STAFF, Place.ENTRY})


@dataclass(slots=True, eq=False)
class Book:
    """What the world knows of one visit.

    Attributes:
        card: the card that was in the machine when the visit began.
        folded: the visit as of its last record.
        ordered: the picture that is to stand on the film, once a print was asked for.
        delivered: the film shows it.
    """

    card: Card | None
    folded: Folded
    ordered: bytes | None = None
    delivered: bool = False

    @property
    def visit(self) -> Visit:
        return self.folded.visit


@dataclass(slots=True, eq=False)
class Judge:
    """Counts every check and collects what was found broken."""

    scene: Scene
    bank: Bank
    registry: Registry
    art: SimulatedArt
    story: Callable[[str], None]
    books: dict[str, Book] = field(default_factory=dict)
    numbers_shown: set[str] = field(default_factory=set)
    checked: Counter[Invariant] = field(default_factory=Counter)
    found: list[Violation] = field(default_factory=list)
    records: int = 0

    # --- while it happens ------------------------------------------------------------------------

    def witness(self, step: Advance, event: e.Event) -> None:
        """See one record that is on the disk now."""
        visit = step.folded.visit
        self.records += 1
        self.story(f"{visit.visit_id[-5:]} {type(event).__name__} -> {visit.step}")
        if isinstance(event, e.CardInserted):
            self._begun(visit)
            self.books[visit.visit_id] = Book(self.scene.card, step.folded)
        book = self.books[visit.visit_id]
        book.folded = step.folded
        for numbered in step.started:
            if isinstance(numbered.effect, PrintCard):
                book.ordered = picture_of(numbered.effect.face)
        broken = violations(step.folded)
        self._check(Invariant.OWN_RULES, not broken, "; ".join(broken))
        self._true(book, event)
        if visit.step is Step.ENDED:
            self._card(book)
        if step.folded.over:
            self._money(book)

    def film_changes(self, card: Card, film: bytes) -> None:
        """See a film just before it is written to."""
        book = self._book_of(card)
        face = self.art.faces.get(film)
        if book is None:
            self._check(Invariant.PAID_FIRST, face is None, "a card without a visit is printed")
            return
        if face is not None:
            owed, kept = book.visit.total, self._kept(book.visit)
            self._check(Invariant.PAID_FIRST, kept >= owed, f"{owed} fen owed, {kept} fen paid")
        else:
            again = book.ordered is not None and card.film == book.ordered
            self._check(Invariant.ONE_PRINT, not again, "a film that shows what was ordered is erased")
        book.delivered = book.ordered is not None and film == book.ordered

    def money_moved(self, order_number: str) -> None:
        """See that a charge was made, or a refund asked for or made."""
        for book in self.books.values():
            accounts = tuple(self._accounts(book.visit))
            if all(account.order.number != order_number for account in accounts):
                continue
            charged = [account for account in accounts if account.kept > 0]
            self._check(Invariant.ONE_CHARGE, len(charged) <= 1, f"{len(charged)} payments are kept")
            asked = [account.asked for account in accounts]
            once = all(len(numbers) <= 1 for numbers in asked)
            self._check(Invariant.ONE_REFUND, once, f"refund numbers per order: {[*map(sorted, asked)]}")

    def broke_off(self, error: BaseException) -> None:
        """The program stopped by itself, with an error that nothing explains."""
        name = type(error).__name__
        self._check(Invariant.OWN_RULES, False, f"the program broke off: {name}: {error}")

    def reopened(self, journal: Journal) -> None:
        """See the journal as a new start of the program finds it: every committed record is there."""
        self._check(Invariant.WHOLE_JOURNAL, set(journal.visits()) == set(self.books), "visits are missing")
        for visit_id in journal.unfinished():
            book = self.books.get(visit_id)
            same = book is not None and journal.fold(visit_id) == book.folded
            self._check(Invariant.WHOLE_JOURNAL, same, f"{visit_id} folds back differently after a restart")

    # --- at the end ------------------------------------------------------------------------------

    def close(self, journal: Journal) -> None:
        """Check every visit once more when all faults are over and everything was recovered."""
        self._check(Invariant.WHOLE_JOURNAL, (fault := journal.verify()) is None, str(fault))
        kept = set(journal.visits())
        self._check(Invariant.WHOLE_JOURNAL, kept == set(self.books), "visits are missing")
        for visit_id, book in self.books.items():
            same = visit_id in kept and journal.fold(visit_id) == book.folded
            self._check(Invariant.WHOLE_JOURNAL, same, f"{visit_id} folds back differently")
            open_effects = [type(numbered.effect).__name__ for numbered in book.folded.pending]
            ended = f"{visit_id} stands at {book.visit.step} with {open_effects} open"
            self._check(Invariant.ENDS, book.folded.over, ended)
            self._money(book)
            self._authority(book)
            payable = [
                account.order.number
                for account in self._accounts(book.visit)
                if account.state is OrderState.OPEN and account.shown
            ]
            explained = CaseKind.PAYMENT_UNDECIDED in book.visit.cases
            self._check(Invariant.ENDS, not payable or explained, f"{payable} can still be paid")
        card = self.scene.card
        stuck = card is not None and card.place in IN_MACHINE - {Place.JAMMED}
        self._check(Invariant.CARD_KNOWN, not stuck, "a card is left in the machine")

    def ending(self, book: Book) -> str:
        """Return in words what became of a visit: print, money, card, cases."""
        charged = any(account.order.number in self.bank.charges for account in self._accounts(book.visit))
        if book.delivered and self._kept(book.visit) >= book.visit.total:
            print_and_money = "printed"
        elif charged:
            print_and_money = "refunded" if self._kept(book.visit) == 0 else "paid"
        else:
            print_and_money = "nothing taken"
        cases = f", case: {' '.join(book.visit.cases)}" if book.visit.cases else ""
        return f"{print_and_money}, card {book.visit.card}{cases}"

    # --- parts -----------------------------------------------------------------------------------

    def _begun(self, visit: Visit) -> None:
        running = [known for known, book in self.books.items() if book.visit.step is not Step.ENDED]
        self._check(Invariant.ONE_VISIT, not running, f"{running} still run as {visit.visit_id} begins")
        self._check(Invariant.ONE_VISIT, visit.visit_id not in self.books, "a visit's number came twice")

    def _true(self, book: Book, event: e.Event) -> None:
        """Compare what a record claims of the outside with the world."""
        match event:
            case e.PaymentSettled(payment):
                account = self.bank.accounts.get(payment.order_number)
                paid = account is not None and account.state is OrderState.PAID
                self._check(Invariant.TRUE_STORY, paid, f"{payment.order_number} is not paid")
            case e.PaymentClosed(number) | e.PaymentDeclined(number):
                account = self.bank.accounts.get(number)
                final = account is None or account.state is OrderState.CLOSED or not account.shown
                self._check(Invariant.TRUE_STORY, final, f"{number} can still be paid, or is")
            case e.RefundDone(number):
                made = any(number in account.refunds for account in self._accounts(book.visit))
                self._check(Invariant.TRUE_STORY, made, f"{number} was not made")
            case e.CardInspected(True):
                self._check(Invariant.TRUE_STORY, book.delivered, "the film does not show it")

    def _card(self, book: Book) -> None:
        card, visit = book.card, book.visit
        if card is None:
            self._check(Invariant.CARD_KNOWN, False, f"{visit.visit_id} began without a card")
            return
        match visit.card:
            case CardFate.TAKEN | CardFate.REMOVED:
                known = card.place in _OUT_OF_MACHINE or self._book_of(card) is not book
            case CardFate.RETAINED:
                known = card.place in {Place.BIN, Place.STAFF}
            case CardFate.UNKNOWN:
                known = CaseKind.CARD_LOST_SIGHT in visit.cases
            case CardFate.INSIDE | CardFate.PRESENTED:
                known = False
        text = f"{visit.visit_id} says {visit.card}, the card is {card.place}"
        self._check(Invariant.CARD_KNOWN, known, text)

    def _money(self, book: Book) -> None:
        visit = book.visit
        explained = bool(_MONEY_CASES.intersection(visit.cases))
        kept, owed = self._kept(visit), visit.total if book.delivered else 0
        sums = f"{visit.visit_id}: {kept} fen kept, {owed} fen worth printed, cases {list(visit.cases)}"
        self._check(Invariant.NOT_LOST, kept <= owed or explained, sums)
        self._check(Invariant.NOT_GIVEN_AWAY, kept >= owed or explained, sums)
        given = visit.visit_id in self.numbers_shown or any(
            slip.number == visit.visit_id for slip in self.scene.slips
        )
        self._check(Invariant.NUMBER_HELD, given or not explained, f"{visit.visit_id}: {list(visit.cases)}")

    def _authority(self, book: Book) -> None:
        """Compare the authority's books with the film, where it issued or approved anything."""
        visit, explained = book.visit, bool(_AUTHORITY_CASES.intersection(book.visit.cases))
        numbers = {endorsement.control_no for endorsement in visit.endorsements}
        if numbers:
            told = numbers <= (self.registry.printed if book.delivered else self.registry.unprinted)
            text = f"{visit.visit_id}: printed is {book.delivered}, and it was not told so"
            self._check(Invariant.AUTHORITY_TOLD, told or explained, text)
        elif visit.approval_no is not None:
            returned = self.registry.approval(visit.approval_no).withdrawn
            text = f"{visit.visit_id}: {visit.approval_no} was neither used nor given back"
            self._check(Invariant.AUTHORITY_TOLD, returned or explained, text)

    def _accounts(self, visit: Visit) -> Iterator[Account]:
        for order in visit.orders:
            if order.number in self.bank.accounts:
                yield self.bank.accounts[order.number]

    def _kept(self, visit: Visit) -> int:
        return sum(account.kept for account in self._accounts(visit))

    def _book_of(self, card: Card) -> Book | None:
        """Return the newest visit of a card."""
        return next((book for book in reversed(self.books.values()) if book.card is card), None)

    def _check(self, invariant: Invariant, holds: bool, text: str) -> None:
        self.checked[invariant] += 1
        if not holds:
            violation = Violation(invariant, text)
            self.found.append(violation)
            self.story(f"BROKEN: {violation}")
