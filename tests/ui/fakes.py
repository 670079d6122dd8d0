"""A port and a tester that only remember what was asked of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.bench.dock_labels import labels
from kiosk.devices.simulated.faults import faults_of
from kiosk.domain.text import Text
from kiosk.runtime.snapshot import Service, Snapshot
from kiosk.visit.events import Event
from tests.ui.support import NOW, specimens


@dataclass
class FakePort:
    """Remembers what was asked of it; `show` plays the runtime."""

    events: list[Event] = field(default_factory=list)
    more: int = 0
    active: int = 0
    asked: int = 0
    typed: list[tuple[str, str]] = field(default_factory=list)
    listeners: list[Callable[[Snapshot], None]] = field(default_factory=list)

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        listener(Snapshot(Service.STARTING, NOW))
        return lambda: self.listeners.remove(listener)

    def send(self, event: Event) -> None:
        self.events.append(event)

    def more_time(self) -> None:
        self.more += 1

    def activity(self) -> None:
        self.active += 1

    def ask_payment(self) -> None:
        self.asked += 1

    def identify_staff(self, number: str, pin: str) -> None:
        self.typed.append((number, pin))


@dataclass
class FakeTester:
    """Remembers what the dock did."""

    done: list[tuple[object, ...]] = field(default_factory=list)
    broken: set[tuple[str, str]] = field(default_factory=set)
    shown: tuple[str, int] = ("idle", 0)
    held: str = ""

    def specimens(self) -> tuple[tuple[str, Text], ...]:
        return labels(specimens())

    def insert(self, slug: str, *, upside_down: bool = False) -> None:
        self.done.append(("insert", slug, upside_down))

    def pull_card(self) -> None:
        self.done.append(("pull",))

    def pay(self) -> None:
        self.done.append(("pay",))

    def decline(self) -> None:
        self.done.append(("decline",))

    def show_code(self, channel: str = "", wallet: str = "pays") -> None:
        self.done.append(("code", channel, wallet))

    def bank_cards(self) -> tuple[tuple[str, str], ...]:
        return (
            ("debit", "debit · 621626 **** 0018 · PIN 111101"),
            ("credit", "credit · 622155 **** 0000 · PIN 123456"),
        )

    def tap_card(self, card: str) -> None:
        self.done.append(("tap", card))

    def insert_card(self, card: str) -> None:
        self.done.append(("insert card", card))

    def enter_pin(self, digits: str) -> None:
        self.done.append(("pin", digits))

    def leave_terminal(self) -> None:
        self.done.append(("leave",))

    def terminal(self) -> tuple[str, int]:
        return self.shown

    def terminal_page(self) -> str:
        return "http://127.0.0.1:18081/"

    def purse_cards(self) -> tuple[tuple[str, str], ...]:
        return (("full", "full · 500.00"), ("poor", "poor · 3.00"))

    def hold_purse(self, card: str) -> None:
        self.held = card
        self.done.append(("hold", card))

    def remove_purse(self) -> None:
        self.held = ""
        self.done.append(("remove",))

    def purse_held(self) -> str:
        return self.held

    def staff(self) -> tuple[str, str]:
        return ("1001", "135790")

    def faults(self) -> tuple[tuple[str, str, bool], ...]:
        known = (
            ("card_printer", "cover_open"),
            ("card_printer", "jam"),
            ("slip_printer", "paper_out"),
            ("card_terminal", "decline"),
            ("card_terminal", "lose_answer"),
        )
        return tuple((device, fault, (device, fault) in self.broken) for device, fault in known)

    def fault_text(self, device: str, fault: str) -> Text:
        return next(kind.text for kind in faults_of(device) if kind.name == fault)

    def set_fault(self, device: str, fault: str, *, active: bool) -> None:
        self.broken ^= {(device, fault)}
        self.done.append(("fault", device, fault, active))

    def scenarios(self) -> tuple[tuple[str, Text, bool], ...]:
        return (("printer-jams", Text("制卡时卡住", "The printer jams while the card is made"), False),)

    def play(self, scenario: str) -> None:
        self.done.append(("play", scenario))

    def phone_page(self) -> str:
        return "http://127.0.0.1:18080/phone"
