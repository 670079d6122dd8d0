"""The simulated terminal without its sockets: what the payer does to it, and what time does.

Every change goes through the book's file, so a terminal that is stopped at any moment finds what it had
promised; what was not approved before the stop never will be.
"""

from collections.abc import Callable
from datetime import timedelta

from kiosk.clock import Clock
from kiosk.devices.payment_contracts import CARD_TERMINAL
from kiosk.devices.simulated.faults import FaultSource
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.devices.simulated.terminal_book import (
    CARDS,
    EntryMode,
    Stage,
    TerminalBook,
    Transaction,
)

CARD_WAIT = timedelta(seconds=60)
PIN_WAIT = timedelta(seconds=30)
HOST_TIME = timedelta(seconds=2)
SLOW_HOST_TIME = timedelta(seconds=40)
_LONGEST = 10 * SLOW_HOST_TIME  # at the slowest pace there is
UNIQUE_FOR = timedelta(hours=48)
"""How long a ServiceID may not come again."""

_PIN_TRIES = 3


class NotNow(Exception):
    """The tester asked for something that the terminal is not ready for; the text says why."""


class TerminalCore:
    """State and rules of one simulated terminal; safe from any thread and process.

    Args:
        folder: the terminal's own; the faults must not lie in it, for each folder has one lock.
        pace: 1.0 lets the acquirer take its true time, 0 none.
    """

    def __init__(self, folder: StateFolder, faults: FaultSource, clock: Clock, pace: float = 1.0) -> None:
        self._faults = faults
        self._clock = clock
        self._pace = pace
        unreadable = TerminalBook(readable=False)
        self._file = StateFile(folder, "terminal.json", fresh=TerminalBook(), unreadable=unreadable)

    def book(self) -> TerminalBook:
        """Return the book as it is now, with everything done that time alone does."""
        return self._change(lambda book: book)

    def power_up(self) -> None:
        """Start: the session is gone, and a payment that was under way is aborted."""

        def wake(book: TerminalBook) -> TerminalBook:
            entry = book.under_way()
            book = book if entry is None else book.with_entry(_ended(entry, "Aborted"))
            return book.model_copy(update={"logged_in": False})

        self._file.change(wake)

    def log_in(self) -> None:
        self._change(lambda book: book.model_copy(update={"logged_in": True}))

    def begin(self, entry: Transaction) -> str:
        """Begin a payment; return "" or the ErrorCondition that keeps it from beginning."""
        refusal = ""

        def begin(book: TerminalBook) -> TerminalBook:
            nonlocal refusal
            refusal = self._refusal(book, entry)
            if refusal:
                return book
            book, number = book.numbered(entry.began)
            return book.with_entry(entry.model_copy(update={"poi_id": number}))

        self._change(begin)
        return refusal

    def reverse(self, entry: Transaction) -> str:
        """Reverse a payment at once; return "" or the ErrorCondition that keeps it from it."""
        refusal = ""

        def reverse(book: TerminalBook) -> TerminalBook:
            nonlocal refusal
            refusal = self._refusal(book, entry) or _no_reversal(book, entry)
            if refusal:
                return book
            book, number = book.numbered(entry.began)
            return book.with_entry(entry.model_copy(update={"poi_id": number, "stage": Stage.DONE}))

        self._change(reverse)
        return refusal

    def abort(self, sale_id: str, service_id: str) -> None:
        """Give up a payment that waits for the payer; too late for one that is with the acquirer."""

        def abort(book: TerminalBook) -> TerminalBook:
            entry = book.under_way()
            if entry is None or (entry.sale_id, entry.service_id) != (sale_id, service_id):
                return book
            return book if entry.stage is Stage.HOST else book.with_entry(_ended(entry, "Aborted"))

        self._change(abort)

    def insert(self, card: str) -> None:
        """The payer puts a card into the slot."""
        self._show(card, EntryMode.CHIP)

    def tap(self, card: str) -> None:
        """The payer holds a card to the reader."""
        self._show(card, EntryMode.TAPPED)

    def enter_pin(self, digits: str) -> None:
        """The payer types a PIN; it is compared and forgotten."""

        def enter(entry: Transaction) -> Transaction:
            if entry.card is None or digits == CARDS[entry.card].pin:
                return self._to_host(entry)
            wrong = entry.wrong_pins + 1
            tried = entry.model_copy(update={"wrong_pins": wrong})
            return _ended(tried, "WrongPIN") if wrong == _PIN_TRIES else tried

        self._act(Stage.PIN, enter)

    def walk_away(self) -> None:
        """The payer takes the card and leaves, or presses the red key."""
        self._act(None, lambda entry: _ended(entry, "Cancel"))

    def _show(self, card: str, mode: EntryMode) -> None:
        if card not in CARDS:
            raise NotNow(f"there is no card {card!r:.40}")

        def show(entry: Transaction) -> Transaction:
            shown = entry.model_copy(update={"card": card, "entry": mode})
            if mode is EntryMode.TAPPED and entry.amount <= CARDS[card].tap_limit:
                return self._to_host(shown)
            return shown.model_copy(update={"stage": Stage.PIN, "until": self._clock.now() + PIN_WAIT})

        self._act(Stage.CARD, show)

    def _act(self, stage: Stage | None, act: Callable[[Transaction], Transaction]) -> None:
        def change(book: TerminalBook) -> TerminalBook:
            entry = book.under_way()
            if entry is None or entry.stage is Stage.HOST or stage not in {None, entry.stage}:
                raise NotNow("the terminal is not waiting for that")
            return book.with_entry(act(entry))

        self._change(change)

    def _to_host(self, entry: Transaction) -> Transaction:
        slow = self._faults.take(CARD_TERMINAL, "slow")
        time = (SLOW_HOST_TIME if slow else HOST_TIME) * self._pace
        return entry.model_copy(update={"stage": Stage.HOST, "until": self._clock.now() + time})

    def _change(self, edit: Callable[[TerminalBook], TerminalBook]) -> TerminalBook:
        """Let time do its part, then `edit`, then time again: at pace 0 the acquirer answers at once."""
        return self._file.change(lambda book: self._pass_time(edit(self._pass_time(book))))

    def _pass_time(self, book: TerminalBook) -> TerminalBook:
        entry = book.under_way()
        now = self._clock.now()
        if entry is None or now < entry.until <= now + _LONGEST:  # beyond: the clock was set back
            return book
        if entry.stage is not Stage.HOST:
            return book.with_entry(_ended(entry, "Cancel"))
        if self._faults.take(CARD_TERMINAL, "restart_midway"):
            return book.with_entry(_ended(entry, "Aborted")).model_copy(update={"logged_in": False})
        return book.with_entry(_ended(entry, self._decision(entry)))

    def _decision(self, entry: Transaction) -> str:
        """Return what the issuer answers: "" approves."""
        if self._faults.armed(CARD_TERMINAL, "host_down"):
            return "UnreachableHost"
        if self._faults.take(CARD_TERMINAL, "decline"):
            return "Refusal"
        return CARDS[entry.card].answer if entry.card in CARDS else "InvalidCard"

    def _refusal(self, book: TerminalBook, entry: Transaction) -> str:
        """Return the ErrorCondition that any new transaction meets, "" for none."""
        if not book.readable or self._faults.armed(CARD_TERMINAL, "pin_pad_down"):
            return "UnavailableDevice"
        if not book.logged_in:
            return "LoggedOut"
        earlier = book.find(entry.sale_id, entry.service_id)
        if earlier is not None and entry.began - earlier.began < UNIQUE_FOR:
            return "NotAllowed"
        return "Busy" if book.under_way() is not None else ""


def _ended(entry: Transaction, condition: str) -> Transaction:
    return entry.model_copy(update={"stage": Stage.DONE, "condition": condition})


def _no_reversal(book: TerminalBook, entry: Transaction) -> str:
    """Return why a payment cannot be reversed: unknown, never made, made back already, or too much."""
    original = next((paid for paid in book.transactions if paid.poi_id == entry.reverses), None)
    if original is None or original.category != "Payment":
        return "InvalidCard"
    again = any(other.reverses == entry.reverses for other in book.transactions if other.approved)
    return "" if original.approved and not again and entry.amount <= original.amount else "Refusal"
