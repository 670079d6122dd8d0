"""What a device can do, told before anything is asked of it (XFS4IoT Common.Capabilities).

Every device says it, whatever state it is in: a capability is a matter of its build, not of its health.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Capability(StrEnum):
    """What a machine can do through one of its devices."""

    MOVE_CARD = "move_card"
    RETAIN_CARD = "retain_card"
    READ_CHIP = "read_chip"
    READ_LINE = "read_line"
    READ_CODE = "read_code"
    READ_PAYMENT_CODE = "read_payment_code"
    COMPARE_FACE = "compare_face"
    WRITE_FILM = "write_film"
    READ_FILM = "read_film"
    PRINT_SLIP = "print_slip"
    PRINT_DOCUMENT = "print_document"
    CHARGE_BANK_CARD = "charge_bank_card"
    DEBIT_PURSE = "debit_purse"
    SHOW_LIGHTS = "show_lights"
    PLAY_SOUNDS = "play_sounds"
    SPEAK_PRIVATELY = "speak_privately"
    TAKE_KEYS = "take_keys"
    WATCH_DOORS = "watch_doors"
    OUTLAST_POWER_CUT = "outlast_power_cut"


Capabilities = frozenset[Capability]


def can(*capabilities: Capability) -> Capabilities:
    """Return capabilities as the set that a driver's entry and its device tell."""
    return frozenset(capabilities)


class DeviceCapabilities(Protocol):
    """What every device says of itself; some say more, such as `CardPrinterCapabilities`."""

    @property
    def can(self) -> Capabilities:
        """What a machine can do through it; never empty but for the stand-in of a device that is absent."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """A device of which nothing more is to be said."""

    can: Capabilities


METHODS: Mapping[Capability, str] = {
    Capability.MOVE_CARD: "move",
    Capability.RETAIN_CARD: "retain",
    Capability.READ_CHIP: "read",
    Capability.READ_LINE: "read_line",
    Capability.READ_CODE: "read_code",
    Capability.READ_PAYMENT_CODE: "read_payment_code",
    Capability.COMPARE_FACE: "compare",
    Capability.WRITE_FILM: "print_card",
    Capability.READ_FILM: "capture",
    Capability.PRINT_SLIP: "print_slip",
    Capability.PRINT_DOCUMENT: "print_document",
    Capability.CHARGE_BANK_CARD: "pay",
    Capability.DEBIT_PURSE: "complete",
    Capability.SHOW_LIGHTS: "light",
    Capability.PLAY_SOUNDS: "play",
    Capability.SPEAK_PRIVATELY: "headphones",
    Capability.TAKE_KEYS: "read_key",
    Capability.WATCH_DOORS: "sensors",
    Capability.OUTLAST_POWER_CUT: "power",
}
"""The command or question of the contracts by which a device does each."""


def abilities(device: object) -> Abilities:
    """Return what a device can do that does whatever it has the command for."""
    return Abilities(frozenset(one for one, method in METHODS.items() if hasattr(device, method)))
