"""Contracts of the two devices that take money: the card terminal and the purse reader.

The commands that move money answer with values of their own instead of `Completion`: "still at it" and
"never heard of it" are answers here, and they decide whether an applicant is charged. Everything else is
as for every `Device`: no command raises for what a device or a cable can do, each has a deadline in
seconds, and a cancelled command leaves a device that tells the truth when asked.
"""

from datetime import date
from typing import Protocol

from kiosk.devices.contracts import Device
from kiosk.domain.card_payment import (
    CardAnswer,
    CardReversal,
    CardSale,
    Lost,
    TerminalHealth,
    TerminalTotals,
)
from kiosk.domain.purse import (
    Debited,
    PreparedDebit,
    PurseCard,
    PurseDebit,
    PurseRefused,
    PurseSilent,
)

CARD_TERMINAL = "card_terminal"
PURSE_READER = "purse_reader"


class CardTerminal(Device, Protocol):
    """A certified terminal with PIN pad, in nexo Retailer terms: the kiosk never sees card data.

    A ServiceID is 1 to 10 characters, unique for 48 hours; a payment or reversal is only ever sent once
    under it, and asked for with `transaction` afterwards.
    """

    async def login(self, *, deadline_s: float) -> Lost | None:
        """Open the session with the terminal; None when it is open."""

    async def diagnose(self, *, deadline_s: float) -> TerminalHealth | Lost: ...

    async def pay(self, service_id: str, sale: CardSale, *, deadline_s: float) -> CardAnswer:
        """Ask the payer for the money; answers when the payer is through, minutes later."""

    async def transaction(self, service_id: str, *, deadline_s: float) -> CardAnswer:
        """Return the answer to an earlier `pay` or `reverse`, whether it arrived then or not."""

    async def abort(self, service_id: str, *, deadline_s: float) -> Lost | None:
        """Ask the terminal to give up a payment; what became of it says `transaction`."""

    async def reverse(self, service_id: str, reversal: CardReversal, *, deadline_s: float) -> CardAnswer: ...

    async def totals(self, *, deadline_s: float) -> TerminalTotals | Lost:
        """Return the sums since the last reconciliation, and begin a new period."""

    async def totals_of(self, day: date, *, deadline_s: float) -> TerminalTotals | Lost:
        """Return the sums of what this kiosk has sold and reversed on a day in Beijing; changes nothing."""


class PurseReader(Device, Protocol):
    """A stored-value card reader with the operator's security module inside."""

    async def version(self, *, deadline_s: float) -> str | PurseRefused | PurseSilent: ...

    async def serial(self, *, deadline_s: float) -> str | PurseRefused | PurseSilent: ...

    async def poll(self, *, deadline_s: float) -> PurseCard | PurseRefused | PurseSilent:
        """Look for a card; no card is `PurseRefused(NO_CARD)`."""

    async def prepare(
        self, debit: PurseDebit, *, deadline_s: float
    ) -> PreparedDebit | PurseRefused | PurseSilent:
        """Prepare the debit of the card in the field; no money moves."""

    async def complete(self, *, deadline_s: float) -> Debited | PurseRefused | PurseSilent:
        """Debit as prepared. After `PurseSilent` or any refusal only `restore` can tell what happened."""

    async def restore(self, *, deadline_s: float) -> Debited | PurseRefused | PurseSilent:
        """Settle what became of the last debit, with the same card in the field.

        Debited: it was, here is its TAC. INTERRUPTED: it was not, and never will be. PREVIOUS_FAILED:
        the reader knows of no unfinished debit of this card. OTHER_CARD, NO_CARD: bring the card back.
        """

    async def catch_blacklisted(self, *, deadline_s: float) -> PurseRefused | PurseSilent | None:
        """Lock a blacklisted card for good, as the operator's rules ask; None when it is done."""

    async def beep(self, *, deadline_s: float) -> PurseRefused | PurseSilent | None: ...
