"""What a screen shows: one immutable picture of the machine and of the visit in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain.failure import Fault
from kiosk.domain.payment import Channel, PaymentPrompt
from kiosk.visit.model import Visit
from kiosk.visit.money_back import MoneyBack


class Service(StrEnum):
    """Whether the machine serves applicants."""

    STARTING = "starting"
    RECOVERING = "recovering"
    IN_SERVICE = "in_service"
    OUT_OF_SERVICE = "out_of_service"


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """One device on the welcome screen's live list and the technician's page."""

    name: str
    ready: bool
    simulated: bool
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """One way to pay, as it is now; looked at every few seconds, also while the applicant chooses.

    Attributes:
        fault: why it is not available (TERMINAL_UNAVAILABLE, PURSE_READER_UNAVAILABLE, GATEWAY_UNREACHABLE).
        payer_code: it can also charge the code of a payer's phone right now.
    """

    channel: Channel
    available: bool
    simulated: bool
    fault: Fault | None = None
    payer_code: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The machine now.

    Attributes:
        fault: why the machine is out of service, or why recovering takes longer than it may.
        visit: None while nobody is served; after the end the last visit stays until the goodbye is over.
        portrait: JPEG or JPEG 2000 of the chip's face; in memory only, empty outside a visit.
        film: PNG of the card's film as read back; empty before the inspection.
        progress: 0.0 to 1.0 of the work the machine is doing, None where it cannot be known.
        remaining_s: honest estimate of the seconds left of that work.
        left_s: seconds left of the step's time for the applicant, as of this snapshot; None without one.
        warning: the time-out warning is up; it ends with more time or when none is left.
        code_left_s: seconds for which the order on the screen may still be paid, as of this snapshot.
        asking_payment: the network is being asked right now because the applicant says "I have paid".
        prompt: what the applicant should do now to pay; None outside the payment steps.
        judging_staff: the number and PIN of a member of staff are being judged.
        money_back: what goes back to the applicant, how and under which number.
        now: when the snapshot was taken (aware UTC).
    """

    service: Service
    now: datetime
    fault: Fault | None = None
    devices: tuple[DeviceHealth, ...] = ()
    channels: tuple[ChannelHealth, ...] = ()
    visit: Visit | None = None
    portrait: bytes = b""
    film: bytes = b""
    progress: float | None = None
    remaining_s: float | None = None
    left_s: float | None = None
    warning: bool = False
    code_left_s: float | None = None
    asking_payment: bool = False
    prompt: PaymentPrompt | None = None
    money_back: tuple[MoneyBack, ...] = ()
    judging_staff: bool = False

    @property
    def simulated(self) -> bool:
        """True where anything is simulated; the screen must say so."""
        return any(device.simulated for device in self.devices) or any(c.simulated for c in self.channels)
