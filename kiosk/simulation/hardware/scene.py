"""What is physically there: the cards, the machine's inside, its motions. Survives every crash."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.devices.contracts import DeviceName, MediaPosition
from kiosk.devices.document_contracts import PaymentCode
from kiosk.domain.payment import Channel
from kiosk.domain.permit import Permit, PermitRecord
from kiosk.domain.slip import Slip
from kiosk.simulation.fate import Fate
from kiosk.simulation.virtual_time import VirtualClock

BIN_CAPACITY = 3
SMEARED = b"smeared"


class Place(StrEnum):
    """Where a card truly is."""

    HAND = "in its holder's hand"
    ENTRY = "at the entry"
    CHIP = "at the chip"
    PRINT = "at the film station"
    EXIT = "at the exit"
    BIN = "in the bin"
    JAMMED = "jammed"
    STAFF = "with staff"


IN_MACHINE = frozenset({Place.CHIP, Place.PRINT, Place.EXIT, Place.JAMMED})
POSITIONS = {
    Place.ENTRY: MediaPosition.ENTRY,
    Place.CHIP: MediaPosition.CHIP,
    Place.PRINT: MediaPosition.PRINT,
    Place.EXIT: MediaPosition.EXIT,
    Place.JAMMED: MediaPosition.JAMMED,
}


@dataclass(slots=True, eq=False)
class Card:
    """One permit.

    Attributes:
        holder: number of the applicant whose it is.
        film: what stands on it; see `art.py`.
        swapped_for: the card that was pushed in by force instead of it.
    """

    holder: int
    permit: Permit
    record: PermitRecord | None
    place: Place = Place.HAND
    film: bytes = b"old"
    upside_down: bool = False
    swapped_for: "Card | None" = None


@dataclass(slots=True, eq=False)
class _Motion:
    """Something that moves by itself once started, whatever becomes of the program."""

    timer: asyncio.TimerHandle
    broken: Callable[[], None]


@dataclass(slots=True, eq=False)
class Scene:
    """The machine's hardware and whoever stands at it.

    Attributes:
        card: the card in the transport or at its entry.
        bin: retained cards.
        kept_last: the last card went into the bin, and none came since.
        entry_open: the station takes a card.
        cover_open: the technician has the printer open.
        door_open: the cabinet's service door is open; power_low: its battery will not last.
        guarded_since: since when one of the two keeps the machine from serving, seconds of the loop.
        printer_error: an earlier failure keeps the printer from working until it is reset.
        printing: the film is being written right now.
        gone: until when each vanished device is away, seconds of the loop; `renamed` those that are
            there again under a name by which nobody has found them yet.
        photographed: the card of which the film camera took its last picture.
        slip_out: called with every slip as it comes out.
        phone: the payment code that a phone shows to the scanner.
        print_sent: called when the printer gets a job; written: when a film is written to, before it changes.
        story: told what happens, in words.
    """

    clock: VirtualClock
    fate: Fate
    story: Callable[[str], None]
    card: Card | None = None
    bin: list[Card] = field(default_factory=list)
    kept_last: bool = False
    entry_open: bool = False
    cover_open: bool = False
    door_open: bool = False
    power_low: bool = False
    guarded_since: float | None = None
    printer_error: bool = False
    printing: bool = False
    gone: dict[str, float] = field(default_factory=dict)
    renamed: set[str] = field(default_factory=set)
    photographed: Card | None = None
    slip_out: Callable[[Slip], None] = lambda _: None
    phone: PaymentCode | None = None
    print_sent: Callable[[], None] | None = None
    written: Callable[[Card, bytes], None] | None = None
    listeners: list[Callable[[], None]] = field(default_factory=list)
    _waiting: list[asyncio.Future[None]] = field(default_factory=list)
    _motions: list[_Motion] = field(default_factory=list)

    # --- seeing ----------------------------------------------------------------------------------

    def position(self) -> MediaPosition:
        """Return where the card is, as sensors that work see it."""
        if self.card is not None:
            return POSITIONS[self.card.place]
        return MediaPosition.RETAINED if self.kept_last else MediaPosition.NOT_PRESENT

    def at(self, *places: Place) -> bool:
        return self.card is not None and self.card.place in places

    def is_gone(self, device: str) -> bool:
        return self.gone.get(device, 0.0) > self.clock.monotonic()

    def is_renamed(self, device: str) -> bool:
        return device in self.renamed and self.is_gone(device)

    def guarded_s(self) -> float:
        """Return for how long door or power have kept the machine from serving."""
        return 0.0 if self.guarded_since is None else self.clock.monotonic() - self.guarded_since

    def guard(self, *, door_open: bool | None = None, power_low: bool | None = None) -> None:
        """Open or close the door, weaken or restore the power."""
        self.door_open = self.door_open if door_open is None else door_open
        self.power_low = self.power_low if power_low is None else power_low
        stands = self.door_open or self.power_low
        if stands and self.guarded_since is None:
            self.guarded_since = self.clock.monotonic()
        elif not stands:
            self.guarded_since = None
        self.changed()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so; looked at after every change."""
        while not true():
            change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(change)
            await change

    def look(self) -> None:
        """Wake whoever waits for something to be so."""
        waiting, self._waiting = self._waiting, []
        for change in waiting:
            if not change.done():
                change.set_result(None)

    def changed(self) -> None:
        """Something in the machine changed: wake whoever waits, and tell the program's listeners."""
        self.look()
        loop = asyncio.get_running_loop()
        for listener in self.listeners:
            loop.call_soon(listener)

    def show_phone(self, channel: Channel) -> None:
        """A phone shows its payment code of one network to the scanner."""
        self.phone = PaymentCode(channel, f"{channel}-code")
        self.story(f"a phone shows its {channel} code")
        self.look()

    def begin_print(self) -> None:
        """The printer has got a job, and works on it alone from here."""
        self.printing = True
        if self.print_sent is not None:
            self.print_sent()

    def write(self, card: Card, film: bytes) -> None:
        """Change what stands on a card's film."""
        if self.written is not None:
            self.written(card, film)
        card.film = film
        self.story(f"film of card {card.holder} is {'smeared' if film == SMEARED else 'written'}")

    # --- moving ----------------------------------------------------------------------------------

    def put(self, card: Card, place: Place) -> None:
        """Set where a card is."""
        card.place = place
        inside = place in IN_MACHINE or place is Place.ENTRY
        if inside:
            self.card, self.kept_last = card, False
        elif self.card is card:
            self.card = None
        if place is Place.BIN:
            self.bin.append(card)
            self.kept_last = True
        self.story(f"card {card.holder} is {place}")
        self.changed()

    def move(
        self, seconds: float, finish: Callable[[], None], broken: Callable[[], None] = lambda: None
    ) -> "asyncio.Future[None]":
        """Start a motion; `broken` is what a power cut in its middle leaves behind."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def end() -> None:
            self._motions.remove(motion)
            finish()
            if not done.done():
                done.set_result(None)

        motion = _Motion(loop.call_later(seconds, end), broken)
        self._motions.append(motion)
        return done

    def vanish(self, device: str, seconds: float) -> None:
        """Take a device away for a while."""
        self.gone[device] = self.clock.monotonic() + seconds
        self.story(f"{device} is gone for {seconds:.0f} s")
        asyncio.get_running_loop().call_later(seconds + 0.001, self.changed)
        self.changed()

    def rename(self, device: str, seconds: float) -> None:
        """Let a device come back under another name: it has lost its memory and takes longer to be found."""
        self.renamed.add(device)
        self.vanish(device, self.gone[device] - self.clock.monotonic() + seconds)
        self.kept_last = self.kept_last and device != DeviceName.STATION
        self.printer_error = self.printer_error and device != DeviceName.PRINTER

    def lose_mains(self) -> None:
        """Stop every motion in its middle."""
        motions, self._motions = self._motions, []
        for motion in motions:
            motion.timer.cancel()
            motion.broken()

    def program_gone(self) -> None:
        """The program let go: what it held open closes by itself."""
        self.entry_open = False
        self.listeners.clear()
