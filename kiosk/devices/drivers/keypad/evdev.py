"""A keypad and a headphone jack that the Linux kernel knows as input devices."""

from pydantic import Field

from kiosk.devices.cabinet_contracts import Key
from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capabilities, Capability, Driver, Place, Section, can
from kiosk.devices.keypad.driver import EvdevKeypad
from kiosk.devices.keypad.events import STANDARD_KEYS, KeypadLayout
from kiosk.domain.text import Text


class EvdevSection(Section):
    """``[devices.keypad] driver = "evdev"``."""

    keys: str = Field(min_length=1, description="path of the keypad, such as /dev/input/by-id/…-event-kbd")
    jack: str | None = Field(
        None, min_length=1, description="path of what tells of headphones, where that is another device"
    )
    layout: dict[Key, int] = Field(
        default_factory=dict,
        description="kernel's code of keys that the keypad sends otherwise than a keyboard: select = 28",
    )
    jack_in: list[int] = Field(
        default_factory=list, description="kernel's codes of keys that say: headphones plugged in"
    )
    jack_out: list[int] = Field(
        default_factory=list, description="kernel's codes of keys that say: headphones pulled out"
    )


def make(section: EvdevSection, place: Place) -> Device:
    keys = {**STANDARD_KEYS, **{code: key for key, code in section.layout.items()}}
    layout = KeypadLayout(keys, frozenset(section.jack_in), frozenset(section.jack_out))
    return EvdevKeypad(section.keys, place.clock, jack=section.jack, layout=layout)


def capabilities(section: EvdevSection) -> Capabilities:
    """Return what it can do: without a jack that is known about nothing private is spoken."""
    if section.jack is None and not section.jack_in:
        return can(Capability.TAKE_KEYS)
    return can(Capability.TAKE_KEYS, Capability.SPEAK_PRIVATELY)


DRIVER = Driver(
    device=DeviceName.KEYPAD,
    name="evdev",
    title=Text("USB 触感键盘", "USB keypad"),
    section=EvdevSection,
    make=make,
    capabilities=capabilities,
    remedy=Text(
        "检查键盘的 USB 线，并允许本用户读取该输入设备",
        "Check the keypad's USB cable, and let this user read its input device",
    ),
)
