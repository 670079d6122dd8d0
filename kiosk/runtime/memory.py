"""What a running visit holds in memory only, and forgets when it ends: pictures and progress."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from kiosk.domain.payment import PaymentPrompt
from kiosk.domain.whose import Whose


@dataclass(frozen=True, slots=True)
class StaffTyped:
    """What somebody who says they are staff typed; never journaled, never logged."""

    number: str
    pin: str = field(repr=False)


# Below this fraction the time taken so far says too little about the rest.
_TRUSTED_FROM = 0.15


@dataclass(slots=True)
class Memory:
    """Pictures and progress of one visit; never written to the journal.

    Attributes:
        changed: called after every change, so that the screen follows.
        monotonic: the clock's seconds, to tell how long the work under way has taken.
        ask_now: set when the applicant says "I have paid", or when a device has news of the payment.
        prompt: what terminal or purse reader ask of the payer now; `prompter` is the work that says so.
        payer_code: the code of the payer's phone from being read until it is charged; worth money.
        staff_typed: number and PIN on their way to being judged; `judging_staff` while they are.
        card_watched: the card inside is known to be the visit's own, and was in sight ever since. After a
            restart, or once it was out of sight, its printed line has to be read again before its film is
            touched or believed.
        card_other: its line was read again, and it is another card.
        permit_no: the number on the visit's own card; None until it was read.
        touched: somebody touched the screen since the last payment was opened.
        film_found: told what stands on the film of the visit's own card; None just before it is erased.
        order_ends: when each order's time is over, by `monotonic` (`kiosk/runtime/order_time.py`).
        undo_arrives: until when an undoing of an order's charge may arrive, by `monotonic` (`undoing.py`).
    """

    changed: Callable[[], None]
    monotonic: Callable[[], float]
    portrait: bytes = b""
    film: bytes = b""
    progress: float | None = None
    began: float = 0.0
    ask_now: asyncio.Event = field(default_factory=asyncio.Event)
    asking_payment: bool = False
    prompt: PaymentPrompt | None = None
    prompter: object = None
    payer_code: str | None = field(default=None, repr=False)
    staff_typed: asyncio.Queue[StaffTyped] = field(default_factory=lambda: asyncio.Queue(1), repr=False)
    judging_staff: bool = False
    card_watched: bool = False
    card_other: bool = False
    permit_no: str | None = field(default=None, repr=False)
    touched: bool = False
    film_found: Callable[[bytes | None], Awaitable[None]] = field(default=lambda _: _nobody_asks())
    order_ends: dict[str, float] = field(default_factory=dict)
    undo_arrives: dict[str, float] = field(default_factory=dict)

    @property
    def whose(self) -> Whose:
        """Whose card lies inside, as far as this program has seen."""
        if self.card_watched:
            return Whose.OWN
        return Whose.OTHER if self.card_other else Whose.UNKNOWN

    def judge_staff(self, *, busy: bool) -> None:
        self.judging_staff = busy
        self.changed()

    def report(self, fraction: float) -> None:
        """Take progress from a driver, 0.0 to 1.0."""
        if self.progress is None or fraction < self.progress:
            self.began = self.monotonic()
        self.progress = min(max(fraction, 0.0), 1.0)
        self.changed()

    def remaining_s(self, usual_s: float) -> float | None:
        """Return an honest guess of the seconds left: first from the usual time, then from the work's own.

        `usual_s` is what the whole work usually takes. None while nothing reports progress.
        """
        if self.progress is None:
            return None
        left = 1.0 - self.progress
        if self.progress < _TRUSTED_FROM:
            return usual_s * left
        return (self.monotonic() - self.began) * left / self.progress


async def _nobody_asks() -> None:
    """Outside of a served visit no older one waits for what stands on the film."""
