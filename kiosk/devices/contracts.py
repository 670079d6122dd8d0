"""Contracts of the devices, after XFS4IoT: few Protocols, one completion per command.

A command ends in exactly one completion: `Done`, `Refused` (not started: state does not allow it),
`Failed` (started and known to have failed) or `Unknown` (nobody can say). Commands never raise for
anything a device or a cable can do; an exception is a bug. Every command has a deadline in seconds of
the runtime's clock and can be cancelled by cancelling its task; a driver then leaves the device in a
state that `status()` tells truthfully. "Communication lost" is never reported as "card gone".
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar, runtime_checkable

from kiosk.devices.capabilities import DeviceCapabilities
from kiosk.domain.chip import ChipReading
from kiosk.domain.face_evidence import FaceEvidence
from kiosk.domain.failure import Fault
from kiosk.domain.raster import CardRaster

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Done(Generic[T_co]):
    """The command did what it says."""

    value: T_co


@dataclass(frozen=True, slots=True)
class Refused:
    """The command was not started; nothing changed."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Failed:
    """The command was started and is known not to have succeeded."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Unknown:
    """The command was started and its outcome is not known: ask, never repeat blindly."""

    fault: Fault


Completion = Done[T_co] | Refused | Failed | Unknown


class DeviceName(StrEnum):
    """The names of the devices a kiosk has; what `Device.name` returns."""

    STATION = "card_station"
    CHIP = "chip_reader"
    SCANNER = "code_scanner"
    CAMERA = "face_camera"
    PRINTER = "card_printer"
    SLIP = "slip_printer"
    DOCUMENT = "document_printer"
    PAYMENT_SCANNER = "payment_scanner"
    CARD_TERMINAL = "card_terminal"
    PURSE_READER = "purse_reader"
    KEYPAD = "keypad"
    LIGHTS = "lights"
    SOUNDS = "sounds"
    CABINET = "cabinet"
    UPS = "ups"


class DeviceState(StrEnum):
    """Overall state, after XFS4IoT Common.Status."""

    ONLINE = "online"
    OFFLINE = "offline"
    NO_DEVICE = "no_device"
    HARDWARE_ERROR = "hardware_error"
    USER_ERROR = "user_error"
    BUSY = "busy"
    STARTING = "starting"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """State of one device and the faults that keep it from working, most important first.

    `simulated` is shown on the screen: a simulated device never passes for a real one.
    """

    state: DeviceState
    faults: tuple[Fault, ...] = ()
    simulated: bool = False

    @property
    def ready(self) -> bool:
        return self.state is DeviceState.ONLINE and not self.faults


class MediaPosition(StrEnum):
    """Where the card is. UNKNOWN is an answer of its own and is never read as NOT_PRESENT."""

    NOT_PRESENT = "not_present"
    ENTRY = "entry"
    CHIP = "chip"
    PRINT = "print"
    EXIT = "exit"
    RETAINED = "retained"
    JAMMED = "jammed"
    UNKNOWN = "unknown"


class Orientation(StrEnum):
    """How the card went in: right is back side up, the QR code first (docs/facts.md, The card)."""

    RIGHT = "right"
    UPSIDE_DOWN = "upside_down"
    UNKNOWN = "unknown"


class MediaAction(StrEnum):
    """What a reset does with a card inside."""

    EJECT = "eject"
    RETAIN = "retain"
    KEEP = "keep"


Listener = Callable[[], None]
Unsubscribe = Callable[[], None]
Progress = Callable[[float], None]


class Device(Protocol):
    """What every device offers."""

    @property
    def name(self) -> str:
        """Short stable name, a `DeviceName`; used by configuration, dock and command line."""

    async def status(self) -> DeviceStatus: ...

    async def capabilities(self) -> DeviceCapabilities:
        """Say what the device can do, as a matter of its build: the same ready, away or closed. What only
        the device itself could tell is "not known" then; never raises."""

    def subscribe(self, listener: Listener) -> Unsubscribe:
        """Call `listener` (from the runtime's loop, no arguments: ask `status()`) after any change."""

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]: ...

    async def close(self) -> None:
        """Let go of the hardware; the object is not used again."""


class CardStation(Device, Protocol):
    """The card's way through the machine (XFS4IoT CardReader + Storage)."""

    async def locate(self) -> MediaPosition:
        """Return where the card is. RETAINED is said of the last card until the next one comes: the
        way is then free, as with NOT_PRESENT."""

    async def accept(self, *, deadline_s: float) -> Completion[Orientation]:
        """Open the entry and wait for a card; Done once it is drawn in to the chip position."""

    async def move(self, to: MediaPosition, *, deadline_s: float) -> Completion[MediaPosition]:
        """Move the card to CHIP or PRINT."""

    async def eject(self, *, deadline_s: float) -> Completion[MediaPosition]:
        """Present the card at the exit, to be taken; Done(EXIT) when it is there."""

    async def wait_taken(self, *, deadline_s: float) -> Completion[MediaPosition]:
        """Done(NOT_PRESENT) when the presented card was taken; Failed(CARD_LEFT) at the deadline."""

    async def retain(self, *, deadline_s: float) -> Completion[MediaPosition]:
        """Draw the card into the retain bin; Done(RETAINED)."""

    async def retained_count(self) -> int: ...


class ChipReader(Device, Protocol):
    """Reads the permit's chip: access, secure messaging, groups, and whether it is genuine and no copy."""

    async def read(
        self, line: str, *, deadline_s: float, progress: Progress | None = None
    ) -> Completion[ChipReading]:
        """Read the card at the chip position, opened with its printed 30-character line.

        Failed codes: CHIP_MUTE, CHIP_UNREADABLE, CHIP_ACCESS_DENIED, CARD_REMOVED. A chip that reads
        but does not authenticate is Done with verdicts that say so: judging is not the reader's task.
        `progress` is called with 0.0 to 1.0 from the runtime's loop.
        """


class CodeScanner(Device, Protocol):
    """Optical reading: the permit's printed line (payment codes follow with the card terminal)."""

    async def read_line(self, *, deadline_s: float) -> Completion[str]:
        """Return the printed line of the card in the station, as read, not yet checked."""


@dataclass(frozen=True, slots=True)
class FaceResult:
    """Outcome of one comparison; scores are of the model's own scale, pictures are never kept.

    Attributes:
        hints: what stood in the way, values of `FaceHint`.
        evidence: what belongs in the journal; None where nothing was measured.
    """

    matched: bool
    score: float
    threshold: float
    hints: tuple[str, ...] = ()
    evidence: FaceEvidence | None = None


class FaceCamera(Device, Protocol):
    """Compares the person in front of the machine with the chip's portrait."""

    async def compare(self, portrait: bytes, *, deadline_s: float) -> Completion[FaceResult]: ...


class CardPrinter(Device, Protocol):
    """Erases and rewrites the card's film (XFS 3.x Card Embossing Unit, CWA 16926-14)."""

    async def print_card(
        self, raster: CardRaster, *, deadline_s: float, progress: Progress | None = None
    ) -> Completion[None]:
        """Erase the film and write `raster`; the card must be at PRINT. Unknown after a lost line."""

    async def capture(self, *, deadline_s: float) -> Completion[bytes]:
        """Return a picture (PNG, 300 dpi, ID-1) of the film of the card inside, for inspection."""


@runtime_checkable
class FilmEraser(Protocol):
    """A card printer that can also leave the film empty."""

    async def erase_card(self, *, deadline_s: float, progress: Progress | None = None) -> Completion[None]:
        """Erase the film of the card at PRINT. Unknown after a lost line."""


class FilmCamera(Protocol):
    """Looks at the film of the card inside, for printers that cannot read back what they wrote."""

    async def picture(self, *, deadline_s: float) -> Completion[bytes]:
        """Return the film as it is now: PNG, 300 dpi, ID-1. Refused where no card is in sight."""


class CoverSensor(Protocol):
    """The switch of a cover; a printer whose own status has no word for it is given one."""

    def cover_open(self) -> bool: ...


class SlipPrinter(Device, Protocol):
    """Prints the payment and acceptance slip on paper roll."""

    async def print_slip(self, pdf: bytes, *, deadline_s: float) -> Completion[None]: ...
