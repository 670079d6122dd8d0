"""The judge: compares what the journal says with what is so, after every record and at every end.

Its books are the world's, not the kiosk's: what the bank really took and gave, what stands on which film,
where each card is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.diagnostics.cases import Case
from kiosk.domain.slip import Slip
from kiosk.domain.whose import Whose
from kiosk.journal.store import Journal
from kiosk.runtime.snapshot import Service, Snapshot
from kiosk.simulation.book import MONEY_CASES, Book, booked, final
from kiosk.simulation.hardware.art import SimulatedArt, picture_of
from kiosk.simulation.hardware.scene import IN_MACHINE, Card, Place, Scene
from kiosk.simulation.matters import excused, missing, refunded, unearned
from kiosk.simulation.outside.authority import Registry
from kiosk.simulation.outside.bank import Account, Bank, OrderState
from kiosk.simulation.told import not_back, wrong_on_slip
from kiosk.visit import events as e
from kiosk.visit.case_events import CaseFilmInspected
from kiosk.visit.effects import Issue, OpenPayment, PrintCard, PrintSlip, ReadPayerCode, RefundPayment
from kiosk.visit.fold import Advance
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
    NOTICED = "a payment of which a network was told that the machine has heard is in the journal"
    ASKED = "no notification is believed before the network was asked"
    OWN_CARD = "only the film of the visit's own card is written or believed"
    RECORDED = "no purse is debited without a record on the disk"
    GUARDED = "no visit begins while the door is open or the power is low"
    CASES_TRUE = "a case tells what was paid and given back, and who did what about it"
    FORGOTTEN = "what is forgotten was due and can be read by nobody, and nothing open is forgotten"
    ENDS = "every visit ends, and nothing stays open without a case"
    EARNED = "a case is open where the machine could not do it itself, and only there"
    GIVEN_UP = "whoever has cancelled is asked for no money, and nothing is issued or printed for them"
    TOLD = "slip and screen tell the applicant only what is so"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken invariant."""

    invariant: Invariant
    text: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.text}"


_GOES_ON = (Issue, OpenPayment, PrintCard, ReadPayerCode)
_AUTHORITY_CASES = frozenset({CaseKind.REPORT_OPEN, CaseKind.WITHDRAWAL_OPEN})
_NOTICED_AFTER_S = 15.0
"""How long a machine may take to notice its door or its battery, a card just being drawn in included."""

_OUT_OF_MACHINE = frozenset({Place.HAND, Place.STAFF, Place.ENTRY})
_KEPT = frozenset({Place.BIN, Place.STAFF})


@dataclass(slots=True, eq=False)
class Judge:
    """Counts every check and collects what was found broken.

    Attributes:
        reported: orders of which a reconciliation has told staff that the books do not agree.
        there: whether whoever a card belongs to stands at the machine now, and has not given up.
    """

    scene: Scene
    bank: Bank
    registry: Registry
    art: SimulatedArt
    story: Callable[[str], None]
    books: dict[str, Book] = field(default_factory=dict)
    checked: Counter[Invariant] = field(default_factory=Counter)
    found: list[Violation] = field(default_factory=list)
    records: int = 0
    retention: timedelta | None = None
    reported: set[str] = field(default_factory=set)
    there: Callable[[Card], bool] = lambda _: False
    working_on: Book | None = None
    _printed_for: Book | None = None

    # --- while it happens ------------------------------------------------------------------------

    def witness(self, step: Advance, event: e.Event) -> None:
        """See one record that is on the disk now."""
        visit = step.folded.visit
        self.records += 1
        self.story(f"{visit.visit_id[-5:]} {type(event).__name__} -> {visit.step}")
        if isinstance(event, e.CardInserted):
            self._begun(visit)
            self.books[visit.visit_id] = Book(self.scene.card, step.folded, guarded_s=self.scene.guarded_s())
        book = self.books[visit.visit_id]
        before, book.folded, book.last_at = book.folded.visit, step.folded, self.scene.clock.now()
        book.records += 1
        book.deeds += hasattr(event, "by")
        self._allowed_to_begin(book, event)
        for numbered in step.started:
            match numbered.effect:
                case PrintCard(face):
                    book.ordered = picture_of(face)
                case RefundPayment(order):
                    text = f"{order.number} was settled by hand, and goes back once more"
                    self._check(Invariant.ONE_REFUND, order.number not in book.paid_out, text)
                case PrintSlip():
                    book.slip_number = visit.case_number
        broken = violations(step.folded)
        self._check(Invariant.OWN_RULES, not broken, "; ".join(broken))
        self._true(book, event)
        if before.print_state is not visit.print_state:
            self._seen(book, event)
        book.follow(before, event)
        if book.cancelled:
            on = [type(one.effect).__name__ for one in step.started if isinstance(one.effect, _GOES_ON)]
            self._check(Invariant.GIVEN_UP, not on, f"{visit.visit_id} was cancelled, and {on} begins")
        opened = MONEY_CASES.intersection(visit.cases) - set(before.cases)
        if opened and before.step is not Step.ENDED and self._there(book):
            book.number_due = True
        if visit.step is Step.ENDED and (before.step is not Step.ENDED or before.card is not visit.card):
            self._card(book)
        if step.folded.over:
            self._money(book)

    def print_sent(self) -> None:
        """See for whom a print begins; whatever becomes of the program, the printer writes it to the end."""
        self._printed_for = self.working_on or next(reversed(self.books.values()), None)

    def film_changes(self, card: Card, film: bytes) -> None:
        """See a film just before it is written to."""
        face, served = self.art.faces.get(film), self._printed_for
        own = served is not None and served.card is card
        book = served if own else self.book_of(card)
        self._check(Invariant.OWN_CARD, own, f"the film of card {card.permit.number} is written")
        if book is None:
            self._check(Invariant.PAID_FIRST, face is None, "a card without a visit is printed")
            return
        if face is not None:
            owed, kept = book.visit.total, self.kept(book.visit)
            self._check(Invariant.PAID_FIRST, kept >= owed, f"{owed} fen owed, {kept} fen paid")
        else:
            again = book.ordered is not None and card.film == book.ordered
            self._check(Invariant.ONE_PRINT, not again, "a film that shows what was ordered is erased")
        book.written(film)

    def money_moved(self, order_number: str) -> None:
        """See that a charge was made, or a refund asked for or made."""
        for book in self.books.values():
            accounts = tuple(self._accounts(book.visit))
            if all(account.order.number != order_number for account in accounts):
                continue
            charged = [account for account in accounts if account.kept > 0 and not account.belied]
            once = all(account.doubled == 0 for account in charged)
            text = f"{len(charged)} payments are kept"
            self._check(Invariant.ONE_CHARGE, len(charged) <= 1 and once, text)
            asked = [account.asked for account in accounts]
            once = all(len(numbers) <= 1 for numbers in asked)
            self._check(Invariant.ONE_REFUND, once, f"refund numbers per order: {[*map(sorted, asked)]}")

    def purse_debited(self, *, recorded: bool) -> None:
        """See that a purse has paid."""
        self._check(Invariant.RECORDED, recorded, "nothing on the disk knows whose debit it was")

    def screen_shown(self, screen: Snapshot) -> None:
        """See a new screen: whether it tells the number of a case, and where it says that money is back."""
        shown = screen.visit
        for book in self.books.values():
            if not book.number_due or book.number_given or not self._there(book):
                continue
            told = shown is not None and shown.case_number == book.visit.visit_id
            if told:
                book.number_given = True
            elif screen.service is not Service.RECOVERING:
                book.number_missed = True
        if shown is not None:
            self._told(shown, not_back(shown, screen.money_back, self.bank))

    def slip_came_out(self, slip: Slip) -> None:
        """Compare a slip with the visit, the film and the bank."""
        book = self.books[slip.number]
        book.number_given = book.number_given or slip.case_number == book.visit.visit_id
        self._told(book.visit, wrong_on_slip(slip, book, self.art, self.bank))

    def forgot(self, visit_ids: Sequence[str], at: datetime) -> None:
        """See that visits were forgotten."""
        for visit_id in visit_ids:
            book = self.books[visit_id]
            open_still = bool(book.visit.cases) or not book.folded.over
            due = (
                self.retention is not None and book.last_at is not None and at - book.last_at > self.retention
            )
            self._check(Invariant.FORGOTTEN, due and not open_still, f"{visit_id}: due {due}")
            book.forgotten = True

    def case_told(self, case: Case) -> None:
        """Compare what a case tells with the bank's books, and with everything that staff ordered."""
        book = self.books[case.number]
        by_staff = sum(deed.by is not None for deed in case.deeds)
        text = f"{case.number}: {by_staff} of {book.deeds} deeds are told"
        self._check(Invariant.CASES_TRUE, by_staff == book.deeds, text)
        unsure = {CaseKind.PAYMENT_UNDECIDED, CaseKind.REFUND_OPEN}.intersection(book.visit.cases)
        if not unsure and not book.settled:
            told, kept = case.paid - case.refunded, self.kept(book.visit)
            self._check(Invariant.CASES_TRUE, told == kept, f"{case.number}: {told} told, {kept} kept")

    def broke_off(self, error: BaseException) -> None:
        """The program stopped by itself, with an error that nothing explains."""
        name = type(error).__name__
        self._check(Invariant.OWN_RULES, False, f"the program broke off: {name}: {error}")

    def asked_wrongly(self, problem: str) -> None:
        """The authority was asked for what no program may ask, whatever breaks."""
        self._check(Invariant.OWN_RULES, False, problem)

    def reopened(self, journal: Journal) -> None:
        """See the journal as a new start of the program finds it: every committed record is there."""
        self._check(Invariant.WHOLE_JOURNAL, set(journal.visits()) == set(self.books), "visits are missing")
        for visit_id in journal.unfinished():
            book = self.books.get(visit_id)
            same = book is not None and journal.fold(visit_id) == book.folded
            self._check(Invariant.WHOLE_JOURNAL, same, f"{visit_id} folds back differently after a restart")

    # --- at the end ------------------------------------------------------------------------------

    def before_reconciling(self) -> None:
        """Check, before bills are compared, that what notifications told was not taken and forgotten."""
        for book in self.books.values():
            for account in self._accounts(book.visit):
                number = account.order.number
                if account.state is OrderState.PAID and number in self.bank.courier.acknowledged:
                    known = booked(book.visit, number) or excused(book, number, self.reported)
                    self._check(Invariant.NOTICED, known, f"{number} was notified, and is not booked")

    def close(self, journal: Journal) -> None:
        """Check every visit once more when all faults are over and everything was recovered."""
        self._check(Invariant.WHOLE_JOURNAL, (fault := journal.verify()) is None, str(fault))
        kept = set(journal.visits())
        self._check(Invariant.WHOLE_JOURNAL, kept == set(self.books), "visits are missing")
        for visit_id, book in self.books.items():
            if book.forgotten:
                unread = all(record.fields is None for record in journal.records(visit_id))
                self._check(Invariant.FORGOTTEN, unread, f"{visit_id} can still be read")
            else:
                same = visit_id in kept and journal.fold(visit_id) == book.folded
                self._check(Invariant.WHOLE_JOURNAL, same, f"{visit_id} folds back differently")
            open_effects = [type(numbered.effect).__name__ for numbered in book.folded.pending]
            ended = f"{visit_id} stands at {book.visit.step} with {open_effects} open"
            self._check(Invariant.ENDS, book.folded.over, ended)
            self._money(book, at_last=True)
            self._authority(book)
            self._final(book)
            never = sorted(one.order.number for one in self._accounts(book.visit) if one.denied)
            text = f"refunds of {never} were asked about that nobody had asked for"
            self._check(Invariant.ENDS, not never, text)
            open_still = "; ".join(unearned(book, self.bank, self.registry))
            self._check(Invariant.EARNED, not open_still, f"{visit_id}: {open_still}, and everything works")
        card = self.scene.card
        stuck = card is not None and card.place in IN_MACHINE - {Place.JAMMED}
        self._check(Invariant.CARD_KNOWN, not stuck, "a card is left in the machine")

    def ending(self, book: Book) -> str:
        """Return in words what became of a visit: print, money, card, cases."""
        charged = any(account.order.number in self.bank.charges for account in self._accounts(book.visit))
        kept = sum(account.kept for account in self._accounts(book.visit))
        if book.delivered and kept >= book.visit.total:
            print_and_money = "printed"
        elif charged:
            print_and_money = "refunded" if kept == 0 else "paid"
        else:
            print_and_money = "nothing taken"
        cases = f", case: {' '.join(book.visit.cases)}" if book.visit.cases else ""
        return f"{print_and_money}, card {book.visit.card}{cases}"

    # --- parts -----------------------------------------------------------------------------------

    def _begun(self, visit: Visit) -> None:
        running = [known for known, book in self.books.items() if book.visit.step is not Step.ENDED]
        self._check(Invariant.ONE_VISIT, not running, f"{running} still run as {visit.visit_id} begins")
        self._check(Invariant.ONE_VISIT, visit.visit_id not in self.books, "a visit's number came twice")

    def _allowed_to_begin(self, book: Book, event: e.Event) -> None:
        """A visit may not begin while a guard stands; one that only keeps a stray card may."""
        if book.records == 2 and not isinstance(event, e.Restarted):
            text = f"the guard stood for {book.guarded_s:.0f} s"
            self._check(Invariant.GUARDED, book.guarded_s < _NOTICED_AFTER_S, text)

    def _true(self, book: Book, event: e.Event) -> None:
        """Compare what a record claims of the outside with the world."""
        match event:
            case e.PaymentSettled(payment):
                account = self.bank.accounts.get(payment.order_number)
                paid = account is not None and account.state is OrderState.PAID
                self._check(Invariant.TRUE_STORY, paid, f"{payment.order_number} is not paid")
                asked = not payment.channel.shows_code or payment.order_number in self.bank.told_paid
                self._check(Invariant.ASKED, asked, f"nobody asked about {payment.order_number}")
            case e.PaymentClosed(number) | e.PaymentDeclined(number):
                account = self.bank.accounts.get(number)
                paid = account is not None and account.state is OrderState.PAID and account.shown
                payable = account is not None and self.bank.payable(account)
                final = not (paid or payable) or (account is not None and account.belied)
                self._check(Invariant.TRUE_STORY, final, f"{number} can still be paid, or is")
            case e.RefundDone(number):
                made = any(refunded(self.bank, order.number, number) for order in book.visit.orders)
                self._check(Invariant.TRUE_STORY, made, f"{number} was not made")
            case e.CardNotPrinted():
                self._check(Invariant.TRUE_STORY, not book.shows, "the film shows it all the same")

    def _seen(self, book: Book, event: e.Event) -> None:
        """Compare what a look at the film found, and was believed, with the film of the visit's own card."""
        match event:
            case e.CardInspected(matches) | CaseFilmInspected(matches):
                text = f"the film shows it: {book.shows}"
                self._check(Invariant.TRUE_STORY, matches == book.shows, text)
                own = self.scene.photographed is book.card
                self._check(Invariant.OWN_CARD, own, "another card's film was looked at")

    def _card(self, book: Book) -> None:
        """Check where the card is when the journal says where it ended; later it may come in anew."""
        card, visit = book.card, book.visit
        if card is None:
            self._check(Invariant.CARD_KNOWN, False, f"{visit.visit_id} began without a card")
            return
        inside = card
        while inside.swapped_for is not None:
            inside = inside.swapped_for
        match visit.card:
            case CardFate.TAKEN | CardFate.REMOVED:
                known = card.place in _OUT_OF_MACHINE
            case CardFate.RETAINED:  # staff may have got hold of the own card meanwhile
                known = bool({inside.place, card.place} & _KEPT) and self._said_whose(visit, card, inside)
            case CardFate.UNKNOWN:
                known = CaseKind.CARD_LOST_SIGHT in visit.cases
            case CardFate.INSIDE | CardFate.PRESENTED:
                known = False
        text = f"{visit.visit_id} says {visit.card} ({visit.whose}), the card is {card.place}"
        self._check(Invariant.CARD_KNOWN, known, text)

    @staticmethod
    def _said_whose(visit: Visit, card: Card, inside: Card) -> bool:
        """Return whether a visit says truly whose card was kept, or that it does not know.

        Where staff keep a card in the end, it may be another one than the machine spoke of.
        """
        if {CaseKind.CARD_RETAINED, CaseKind.CARD_LOST_SIGHT}.intersection(visit.closed_cases):
            return True
        match visit.whose:
            case Whose.OWN:
                return card.place in _KEPT
            case Whose.OTHER:
                return inside is not card
            case Whose.UNKNOWN:
                return True

    def _money(self, book: Book, *, at_last: bool = False) -> None:
        """Compare money and film; `at_last` also what came when its network had called it over.

        An open matter explains money that is still kept, and none a print whose money is gone: that only
        staff can have brought about, by a deed.
        """
        visit = book.visit
        kept = {
            one.order.number: one.kept
            for one in self._accounts(visit)
            if at_last or not one.belied or booked(visit, one.order.number)
        }
        open_still = {number for number in kept if excused(book, number, self.reported)}
        unexplained = sum(amount for number, amount in kept.items() if number not in open_still)
        owed = visit.total if book.stands or book.delivered else 0
        sums = f"{visit.visit_id}: {kept} fen kept, {owed} fen worth printed, cases {list(visit.cases)}"
        self._check(Invariant.NOT_LOST, unexplained <= owed, sums)
        due = visit.total if book.stands and book.delivered and not book.settled else 0
        self._check(Invariant.NOT_GIVEN_AWAY, sum(kept.values()) >= due, sums)
        if at_last:
            charged = [number for number, amount in kept.items() if amount > 0 and number not in open_still]
            text = f"{visit.visit_id}: {len(charged)} payments are kept"
            self._check(Invariant.ONE_CHARGE, len(charged) <= 1, text)
        lacking = "; ".join(missing(book))
        self._check(Invariant.EARNED, not lacking, f"{visit.visit_id}: {lacking}, and there is no case")
        self._number_held(book)

    def _number_held(self, book: Book) -> None:
        """Whoever pays, or goes away, before there is a case cannot be told its number any more."""
        held = not book.number_due or book.number_given or not book.number_missed
        text = f"{book.visit.visit_id}: {list(book.visit.cases)}"
        self._check(Invariant.NUMBER_HELD, held, text)

    def _there(self, book: Book) -> bool:
        return book.card is not None and self.there(book.card)

    def _told(self, visit: Visit, wrong: Iterable[str]) -> None:
        found = "; ".join(wrong)
        self._check(Invariant.TOLD, not found, f"{visit.visit_id}: {found}")

    def _final(self, book: Book) -> None:
        """Every order is closed or paid, at the network and in the journal, or staff know that it is not."""
        visit = book.visit
        payable = [one.order.number for one in self._accounts(visit) if self.bank.payable(one)]
        unsure = [order.number for order in visit.orders if not final(visit, order.number)]
        for numbers, text in ((payable, "can still be paid"), (unsure, "is neither closed nor paid")):
            left = [number for number in numbers if not excused(book, number, self.reported)]
            self._check(Invariant.ENDS, not left, f"{left} {text}")

    def _authority(self, book: Book) -> None:
        """Compare the authority's books with the film, where it issued or approved anything.

        Where staff gave their word about the film, or told the authority themselves, that is what it has; and
        where nobody could look, the printer's word, until staff act on the case.
        """
        visit = book.visit
        unknown = CaseKind.PRINT_UNVERIFIED in visit.cases and not visit.void
        explained = bool(_AUTHORITY_CASES.intersection(visit.cases)) or book.told_by_hand or unknown
        numbers = {endorsement.control_no for endorsement in visit.endorsements}
        if numbers:
            printer_said = book.printer_said and (unknown or CaseKind.REPORT_OPEN in visit.cases)
            told = numbers <= (self.registry.printed if book.stands else self.registry.unprinted)
            text = f"{visit.visit_id}: printed is {book.stands}, and it was not told so"
            self._check(Invariant.AUTHORITY_TOLD, told or explained or printer_said, text)
            wrong = sorted(numbers & (self.registry.unprinted if book.stands else self.registry.printed))
            text = f"{visit.visit_id}: printed is {book.stands}, and of {wrong} it was told otherwise"
            self._check(Invariant.AUTHORITY_TOLD, not wrong or printer_said or book.told_by_hand, text)
            both = sorted(numbers & self.registry.contradicted)
            fine = book.printer_said or not both
            self._check(Invariant.AUTHORITY_TOLD, fine, f"{both} are told to be printed, and not to be")
        elif (approval := self.registry.granted(visit.visit_id)) is not None:  # heard or unheard
            text = f"{visit.visit_id}: {approval.number} was neither used nor given back"
            self._check(Invariant.AUTHORITY_TOLD, approval.withdrawn or explained, text)

    def _accounts(self, visit: Visit) -> Iterator[Account]:
        for order in visit.orders:
            if order.number in self.bank.accounts:
                yield self.bank.accounts[order.number]

    def knows(self, order_number: str) -> str:
        """Return how far the visit of an order is."""
        for book in self.books.values():
            if any(order.number == order_number for order in book.visit.orders):
                heard = "booked" if booked(book.visit, order_number) else "not booked"
                over = "of a visit that is over" if book.folded.over else "of a visit that goes on"
                return f"{over}, {heard}"
        return "of nobody's order"

    def kept(self, visit: Visit) -> int:
        """Return what the payer is without right now, fen, as far as anybody can have told the program."""
        accounts = self._accounts(visit)
        return sum(one.kept for one in accounts if not one.belied or booked(visit, one.order.number))

    def book_of(self, card: Card) -> Book | None:
        """Return the newest visit of a card, or the one whose case is being worked on."""
        if self.working_on is not None and self.working_on.card is card:
            return self.working_on
        return next((book for book in reversed(self.books.values()) if book.card is card), None)

    def _check(self, invariant: Invariant, holds: bool, text: str) -> None:
        self.checked[invariant] += 1
        if not holds:
            violation = Violation(invariant, text)
            self.found.append(violation)
            self.story(f"BROKEN: {violation}")
