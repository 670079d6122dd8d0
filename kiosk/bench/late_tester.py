"""The tester's dock before the machine is there: the people are known, the hands wait."""

from collections.abc import Callable

from kiosk.bench.dock_labels import labels
from kiosk.domain.specimens import Specimen
from kiosk.domain.text import Text
from kiosk.runtime.ports import TesterPort


class LateTester:
    """Implements `runtime.ports.TesterPort`; passes everything on once a machine is attached.

    Args:
        people: gives the specimens' holders; called when the dock first asks for them.
    """

    def __init__(self, people: Callable[[], tuple[Specimen, ...]]) -> None:
        self.people = people
        self.tester: TesterPort | None = None

    def attach(self, tester: TesterPort) -> None:
        """Connect the machine's tester."""
        self.tester = tester

    def specimens(self) -> tuple[tuple[str, Text], ...]:
        return labels(self.people())

    def insert(self, slug: str, *, upside_down: bool = False) -> None:
        if self.tester is not None:
            self.tester.insert(slug, upside_down=upside_down)

    def pull_card(self) -> None:
        if self.tester is not None:
            self.tester.pull_card()

    def pay(self) -> None:
        if self.tester is not None:
            self.tester.pay()

    def decline(self) -> None:
        if self.tester is not None:
            self.tester.decline()

    def show_code(self, channel: str = "", wallet: str = "pays") -> None:
        if self.tester is not None:
            self.tester.show_code(channel, wallet)

    def staff(self) -> tuple[str, str]:
        return ("", "") if self.tester is None else self.tester.staff()

    def bank_cards(self) -> tuple[tuple[str, str], ...]:
        return () if self.tester is None else self.tester.bank_cards()

    def tap_card(self, card: str) -> None:
        if self.tester is not None:
            self.tester.tap_card(card)

    def insert_card(self, card: str) -> None:
        if self.tester is not None:
            self.tester.insert_card(card)

    def enter_pin(self, digits: str) -> None:
        if self.tester is not None:
            self.tester.enter_pin(digits)

    def leave_terminal(self) -> None:
        if self.tester is not None:
            self.tester.leave_terminal()

    def terminal(self) -> tuple[str, int]:
        return ("idle", 0) if self.tester is None else self.tester.terminal()

    def terminal_page(self) -> str:
        return "" if self.tester is None else self.tester.terminal_page()

    def purse_cards(self) -> tuple[tuple[str, str], ...]:
        return () if self.tester is None else self.tester.purse_cards()

    def hold_purse(self, card: str) -> None:
        if self.tester is not None:
            self.tester.hold_purse(card)

    def remove_purse(self) -> None:
        if self.tester is not None:
            self.tester.remove_purse()

    def purse_held(self) -> str:
        return "" if self.tester is None else self.tester.purse_held()

    def faults(self) -> tuple[tuple[str, str, bool], ...]:
        return () if self.tester is None else self.tester.faults()

    def fault_text(self, device: str, fault: str) -> Text:
        return Text(fault, fault) if self.tester is None else self.tester.fault_text(device, fault)

    def set_fault(self, device: str, fault: str, *, active: bool) -> None:
        if self.tester is not None:
            self.tester.set_fault(device, fault, active=active)

    def scenarios(self) -> tuple[tuple[str, Text, bool], ...]:
        return () if self.tester is None else self.tester.scenarios()

    def play(self, scenario: str) -> None:
        if self.tester is not None:
            self.tester.play(scenario)

    def phone_page(self) -> str:
        return "" if self.tester is None else self.tester.phone_page()
