"""The tester's dock before the machine is there: the people are known, the hands wait."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # loaded with the machine, after the first picture
    from kiosk.bench.tester import Tester
    from kiosk.domain.specimens import Specimen


class LateTester:
    """Implements `runtime.ports.TesterPort`; passes everything on once a machine is attached.

    Args:
        people: gives the specimens' holders; called when the dock first asks for them.
    """

    def __init__(self, people: "Callable[[], tuple[Specimen, ...]]") -> None:
        self.people = people
        self.tester: Tester | None = None

    def attach(self, tester: "Tester") -> None:
        """Connect the machine's tester."""
        self.tester = tester

    def specimens(self) -> tuple[tuple[str, str], ...]:
        return tuple((one.slug, f"{one.permit.name_zh} · {one.notes}") for one in self.people())

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

    def faults(self) -> tuple[tuple[str, str, bool], ...]:
        return () if self.tester is None else self.tester.faults()

    def set_fault(self, device: str, fault: str, *, active: bool) -> None:
        if self.tester is not None:
            self.tester.set_fault(device, fault, active=active)

    def phone_page(self) -> str:
        return "" if self.tester is None else self.tester.phone_page()
