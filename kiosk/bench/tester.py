"""The tester's hands: put cards in, pull them, pay with the phone, break devices."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx
import structlog

from kiosk.devices.contracts import Orientation
from kiosk.devices.simulated.faults import CATALOGUE, FaultMode
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.mechanism import NotPossible
from kiosk.domain.specimens import Specimen
from kiosk.runtime.snapshot import Snapshot

_log = structlog.get_logger()
_TIMEOUT_S = 5.0

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
        sandbox_url: address of the sandbox; None until it runs.
        order_number: the order on the screen, followed through `watch`.
    """

    machine: SimulatedMachine
    people: tuple[Specimen, ...]
    sandbox_url: str | None = None
    order_number: str | None = None

    def watch(self, snapshot: Snapshot) -> None:
        """Follow which order is on the screen."""
        order = snapshot.visit.order if snapshot.visit else None
        self.order_number = order.number if order else None

    def specimens(self) -> tuple[tuple[str, str], ...]:
        return tuple((one.slug, f"{one.permit.name_zh} · {one.notes}") for one in self.people)

    def insert(self, slug: str, *, upside_down: bool = False) -> None:
        orientation = Orientation.UPSIDE_DOWN if upside_down else Orientation.RIGHT
        self._by_hand(lambda: self.machine.mechanism.insert(slug, orientation))

    def pull_card(self) -> None:
        self._by_hand(self.machine.mechanism.pull)

    def pay(self) -> None:
        self._phone("pay")

    def decline(self) -> None:
        self._phone("decline")

    def faults(self) -> tuple[tuple[str, str, bool], ...]:
        return tuple(
            (kind.device.value, kind.name, self.machine.faults.armed(kind.device, kind.name))
            for kind in CATALOGUE
        )

    def set_fault(self, device: str, fault: str, *, active: bool) -> None:
        if active:
            lasting = fault in _LASTING
            mode = FaultMode.UNTIL_CLEARED if lasting else FaultMode.ONCE
            self.machine.faults.arm(device, fault, mode)
        else:
            self.machine.faults.clear(device, fault)

    def phone_page(self) -> str:
        return self.sandbox_url or ""

    def _phone(self, action: str) -> None:
        """Press the payer's button; that there is nothing to pay is no failure of the kiosk."""
        if self.sandbox_url is None or self.order_number is None:
            return
        url = f"{self.sandbox_url}/control/orders/{self.order_number}/{action}"
        with httpx.Client(trust_env=False, timeout=_TIMEOUT_S) as phone:
            answer = phone.post(url)
        if answer.is_error:
            _log.warning("the phone could not act", action=action, status=answer.status_code)

    @staticmethod
    def _by_hand(act: Callable[[], object]) -> None:
        """Do what hands can do; what they cannot do right now changes nothing."""
        try:
            act()
        except NotPossible as why:
            _log.info("not possible by hand", why=str(why))
