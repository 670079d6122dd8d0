"""The tester's hands: put cards in, pull them, pay every way there is, break devices."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from kiosk.bench.dock_labels import labels
from kiosk.bench.payment_hands import PaymentHands
from kiosk.bench.scenario_player import ScenarioStage
from kiosk.devices.contracts import Orientation
from kiosk.devices.simulated.faults import CATALOGUE, FaultMode, faults_of
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.mechanism import NotPossible
from kiosk.domain.payment import Channel, Order
from kiosk.domain.specimens import Specimen
from kiosk.domain.text import Text
from kiosk.runtime.snapshot import Snapshot
from kiosk.staff import specimen

_log = structlog.get_logger()

# Faults that are a state of the device stay until they are cleared; the others strike once.
_LASTING = frozenset(
    {
        "offline", "mute", "slow", "smudged", "confused", "unreadable", "mismatch", "garbage", "cover_open",
        "film_station_down", "error_bit", "paper_out", "stuck", "unknown_position",
    }
)  # fmt: skip


@dataclass(slots=True)
class Tester:
    """Implements `runtime.ports.TesterPort` on a simulated machine and the sandbox; any thread may call.

    Attributes:
        hands: what a payer holds: phone, bank cards, purse cards.
        stage: plays scenarios.
        order: the order on the screen, followed through `watch`.
        charging: the phone's code was read for it; it may be asking for a password.
    """

    machine: SimulatedMachine
    people: tuple[Specimen, ...]
    hands: PaymentHands
    stage: ScenarioStage
    order: Order | None = None
    charging: bool = False

    def watch(self, snapshot: Snapshot) -> None:
        """Follow which order is on the screen, and where a scenario has come to."""
        self.stage.watch(snapshot)
        self.order = snapshot.visit.order if snapshot.visit else None
        self.charging = snapshot.visit is not None and snapshot.visit.charging

    def specimens(self) -> tuple[tuple[str, Text], ...]:
        return labels(self.people)

    def insert(self, slug: str, *, upside_down: bool = False) -> None:
        orientation = Orientation.UPSIDE_DOWN if upside_down else Orientation.RIGHT
        self._by_hand(lambda: self.machine.mechanism.insert(slug, orientation))

    def pull_card(self) -> None:
        self._by_hand(self.machine.mechanism.pull)

    def pay(self) -> None:
        if self.order is not None:
            self.hands.pay(self.order, charging=self.charging)

    def decline(self) -> None:
        if self.order is not None:
            self.hands.decline(self.order, charging=self.charging)

    def show_code(self, channel: str = "", wallet: str = "pays") -> None:
        network = Channel(channel) if channel else self.order.channel if self.order else None
        if network is not None and network.shows_code:
            self.hands.show_code(network, wallet)

    def bank_cards(self) -> tuple[tuple[str, str], ...]:
        return self.hands.bank_cards()

    def tap_card(self, card: str) -> None:
        self.hands.at_terminal(lambda server: server.terminal.core.tap(card))

    def insert_card(self, card: str) -> None:
        self.hands.at_terminal(lambda server: server.terminal.core.insert(card))

    def enter_pin(self, digits: str) -> None:
        self.hands.at_terminal(lambda server: server.terminal.core.enter_pin(digits))

    def leave_terminal(self) -> None:
        self.hands.at_terminal(lambda server: server.terminal.core.walk_away())

    def terminal(self) -> tuple[str, int]:
        return self.hands.terminal_shows()

    def terminal_page(self) -> str:
        return "" if self.hands.terminal is None else self.hands.terminal.window

    def purse_cards(self) -> tuple[tuple[str, str], ...]:
        return self.hands.purse_cards()

    def hold_purse(self, card: str) -> None:
        self.hands.hold_purse(card)

    def remove_purse(self) -> None:
        self.hands.remove_purse()

    def purse_held(self) -> str:
        return self.hands.purse_held()

    def staff(self) -> tuple[str, str]:
        return specimen.NUMBER, specimen.PIN

    def faults(self) -> tuple[tuple[str, str, bool], ...]:
        armed = {(fault.device, fault.name) for fault in self.machine.faults.active()}
        known = ((kind.device.value, kind.name) for kind in CATALOGUE)
        return tuple((device, fault, (device, fault) in armed) for device, fault in known)

    def fault_text(self, device: str, fault: str) -> Text:
        return next(kind.text for kind in faults_of(device) if kind.name == fault)

    def set_fault(self, device: str, fault: str, *, active: bool) -> None:
        if active:
            lasting = fault in _LASTING
            mode = FaultMode.UNTIL_CLEARED if lasting else FaultMode.ONCE
            self.machine.faults.arm(device, fault, mode)
        else:
            self.machine.faults.clear(device, fault)

    def scenarios(self) -> tuple[tuple[str, Text, bool], ...]:
        return self.stage.scenarios()

    def play(self, scenario: str) -> None:
        self.stage.play(scenario)

    def phone_page(self) -> str:
        return self.hands.phone.sandbox_url

    @staticmethod
    def _by_hand(act: Callable[[], object]) -> None:
        """Do what hands can do; what they cannot do right now changes nothing."""
        try:
            act()
        except NotPossible as why:
            _log.info("not possible by hand", why=str(why))
