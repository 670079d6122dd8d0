"""One order being served at the purse reader, and what the screen should ask for meanwhile."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.payment import Order, PaymentPrompt
from kiosk.payments.contract import QueryAnswer


class PurseHint(StrEnum):
    """What the screen should ask of the applicant now."""

    HOLD_CARD = "hold_card"
    WORKING = "working"
    SAME_CARD = "same_card"
    OTHER_CARD = "other_card"
    STAFF = "staff"


PROMPTS: Mapping[PurseHint, PaymentPrompt] = {
    PurseHint.HOLD_CARD: PaymentPrompt.HOLD_PURSE,
    PurseHint.WORKING: PaymentPrompt.PURSE_WORKS,
    PurseHint.SAME_CARD: PaymentPrompt.SAME_PURSE,
    PurseHint.OTHER_CARD: PaymentPrompt.OTHER_PURSE,
    PurseHint.STAFF: PaymentPrompt.ASK_STAFF,
}


@dataclass(slots=True)
class Session:
    """One order being served by the reader; `recovering` never debits.

    Attributes:
        until: when the reader looks for a card no longer, in seconds of the clock's `monotonic`.
        begun: a debit of this order stands in the records whose end is not known.
    """

    order: Order
    until: float
    changed: Callable[[], None] = field(repr=False)
    recovering: bool = False
    begun: bool = False
    stopped: bool = False
    outcome: QueryAnswer | None = None
    task: "asyncio.Task[None] | None" = field(default=None, repr=False)
    _hint: PurseHint = PurseHint.HOLD_CARD

    @property
    def hint(self) -> PurseHint:
        return self._hint

    @hint.setter
    def hint(self, hint: PurseHint) -> None:
        if hint is not self._hint:
            self._hint = hint
            self.changed()

    @property
    def serving(self) -> bool:
        return self.task is not None and not self.task.done()
