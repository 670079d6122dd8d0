"""Contracts of what guides an applicant and guards the machine: lights, sounds, keypad, cabinet, UPS.

They follow the rules of `kiosk.devices.contracts`. The terms are those of XFS4IoT Lights, Auxiliaries and
Keyboard (read from the MIT-licensed KAL XFS4IoT framework). Every one of these devices is optional.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.devices.capabilities import Capabilities, Capability, can
from kiosk.devices.contracts import Completion, Device, Unsubscribe

# --- lights -----------------------------------------------------------------------------------------


class Light(StrEnum):
    """Guidance lights by the place they mark; in brackets XFS4IoT's name."""

    CARD_ENTRY = "card_entry"  # cardReader, direction entry
    CARD_EXIT = "card_exit"  # cardReader, direction exit
    PIN_PAD = "pin_pad"  # pinPad: the card terminal
    CONTACTLESS = "contactless"  # contactless: the purse reader
    SCANNER = "scanner"  # scanner
    SLIP = "slip"  # receiptPrinter
    DOCUMENT = "document"  # documentPrinter
    FACE = "face"  # fasciaLight: light on the applicant's face
    IN_SERVICE = "in_service"  # statusInService
    OUT_OF_SERVICE = "out_of_service"  # statusBad
    HELP_NEEDED = "help_needed"  # statusWarning: staff is wanted


class FlashRate(StrEnum):
    """How a light is lit (XFS4IoT Lights.SetLight, flashRate)."""

    OFF = "off"
    SLOW = "slow"
    MEDIUM = "medium"
    QUICK = "quick"
    CONTINUOUS = "continuous"


FLASHES_PER_S: Mapping[FlashRate, float] = {
    FlashRate.SLOW: 0.5,
    FlashRate.MEDIUM: 1.0,
    FlashRate.QUICK: 2.0,
}
"""Full periods a second. XFS4IoT names no numbers; more than three are forbidden (WCAG 2.2, SC 2.3.1)."""


class LightColour(StrEnum):
    """Colours of XFS4IoT Lights.SetLight."""

    RED = "red"
    GREEN = "green"
    YELLOW = "yellow"
    BLUE = "blue"
    CYAN = "cyan"
    MAGENTA = "magenta"
    WHITE = "white"


@dataclass(frozen=True, slots=True)
class LightSetting:
    """What one light does. `colour` None is the light's own, or whatever it has first."""

    rate: FlashRate
    colour: LightColour | None = None


DARK = LightSetting(FlashRate.OFF)

Lighting = Mapping[Light, LightSetting]


@dataclass(frozen=True, slots=True)
class LightsCapabilities:
    """The lights there are, with the colours each can have; empty where it has one of its own."""

    colours: Mapping[Light, frozenset[LightColour]]

    @property
    def can(self) -> Capabilities:
        return can(Capability.SHOW_LIGHTS)


class Lights(Device, Protocol):
    """Guidance lights (XFS4IoT Lights)."""

    async def capabilities(self) -> LightsCapabilities: ...

    async def light(self, wanted: Lighting, *, deadline_s: float) -> Completion[None]:
        """Set these lights and leave the others as they are; a light that is not there is passed over.

        A colour that a light does not have is replaced by one that it has: place and rate say it all.
        """

    def shown(self) -> Lighting:
        """Return what the lights are set to, DARK where nothing was set."""


# --- sounds -----------------------------------------------------------------------------------------


class Tone(StrEnum):
    """What a sound means (XFS4IoT Auxiliaries, audio: exclamation, warning, error, critical)."""

    ATTENTION = "attention"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"
    TAKE_CARD = "take_card"
    ALARM = "alarm"


class Sounds(Device, Protocol):
    """Tones from the machine's loudspeaker or headphones."""

    async def play(self, tone: Tone, *, volume: int, deadline_s: float) -> Completion[None]:
        """Play a tone once; Done when it was heard to its end. `volume` 0 to 100; 0 plays nothing."""


# --- keypad and headphones --------------------------------------------------------------------------


class Key(StrEnum):
    """Keys of a tactile keypad: by these alone the whole machine can be used (EN 301 549, ADA 707.6)."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    SELECT = "select"
    BACK = "back"
    HELP = "help"
    VOLUME_UP = "volume_up"
    VOLUME_DOWN = "volume_down"
    DIGIT_0 = "0"
    DIGIT_1 = "1"
    DIGIT_2 = "2"
    DIGIT_3 = "3"
    DIGIT_4 = "4"
    DIGIT_5 = "5"
    DIGIT_6 = "6"
    DIGIT_7 = "7"
    DIGIT_8 = "8"
    DIGIT_9 = "9"


class Presence(StrEnum):
    """Whether something is there (XFS4IoT Auxiliaries, enhancedAudioSensor)."""

    PRESENT = "present"
    NOT_PRESENT = "not_present"
    UNKNOWN = "unknown"


KeyListener = Callable[[Key], None]


class Keypad(Device, Protocol):
    """Tactile keypad with a headphone jack."""

    def listen(self, listener: KeyListener) -> Unsubscribe:
        """Call `listener` from the runtime's loop with every key pressed, repeats of a held key included."""

    async def read_key(self, *, deadline_s: float) -> Completion[Key]:
        """Wait for the next key; Failed(TIMED_OUT) at the deadline."""

    def headphones(self) -> Presence:
        """Say whether headphones are plugged in; changes are told to the listeners of `subscribe`.

        UNKNOWN is not NOT_PRESENT: what is private is not spoken aloud on it.
        """


# --- cabinet ----------------------------------------------------------------------------------------


class Door(StrEnum):
    """Doors and covers with a switch (XFS4IoT Auxiliaries)."""

    SERVICE = "service"  # cabinetRearDoor, cabinetDoor
    FRONT = "front"  # cabinetFrontDoor
    BIN = "bin"  # safeDoor: the retain bin's compartment
    PRINTER_COVER = "printer_cover"


class DoorState(StrEnum):
    """State of a door (XFS4IoT Auxiliaries, cabinetDoor). UNKNOWN is never read as CLOSED."""

    CLOSED = "closed"
    LOCKED = "locked"
    OPEN = "open"
    TAMPERED = "tampered"
    UNKNOWN = "unknown"


class OperatorSwitch(StrEnum):
    """The key switch inside the machine (XFS4IoT Auxiliaries, operatorSwitch)."""

    RUN = "run"
    MAINTENANCE = "maintenance"
    UNKNOWN = "unknown"


class SensorState(StrEnum):
    """A sensor that is quiet or has struck (XFS4IoT Auxiliaries, tamperSensor, seismicSensor, heatSensor)."""

    OFF = "off"
    ON = "on"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CabinetSensors:
    """What the cabinet's sensors say now; a door that has no switch is left out.

    Attributes:
        tamper: somebody works on the machine from outside: a drill, a crowbar, a panel lifted.
        person: somebody stands in front of it (proximitySensor).
    """

    doors: Mapping[Door, DoorState]
    switch: OperatorSwitch = OperatorSwitch.RUN
    tamper: SensorState = SensorState.OFF
    person: Presence = Presence.UNKNOWN


class Cabinet(Device, Protocol):
    """Doors, covers, key switch and tamper sensors (XFS4IoT Auxiliaries).

    `status()` carries a fault for an open door, a tamper alarm and the switch in maintenance: while one
    stands, no visit may begin.
    """

    async def sensors(self) -> CabinetSensors:
        """Return what is sensed now; UNKNOWN throughout where the sensors cannot be asked."""


# --- uninterruptible power supply -------------------------------------------------------------------


class Mains(StrEnum):
    """Where the power comes from."""

    LINE = "line"
    BATTERY = "battery"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Power:
    """The state of the power supply (XFS4IoT Auxiliaries, UPS: low, engaged, powering).

    Attributes:
        low: the battery will not last much longer, by the UPS's own word or by our limits.
        charge: of the battery, percent.
        runtime_s: how long the battery is thought to last at this load, seconds.
        worn: the battery wants to be replaced.
    """

    mains: Mains
    low: bool = False
    charge: float | None = None
    runtime_s: float | None = None
    worn: bool = False


class Ups(Device, Protocol):
    """Uninterruptible power supply.

    `status()` carries POWER_ON_BATTERY, a warning, or POWER_LOW: the visit under way is finished, none
    begins.
    """

    async def power(self) -> Power:
        """Return the state of the power; mains UNKNOWN where the UPS cannot be asked."""
