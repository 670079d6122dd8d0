"""Input events of the Linux kernel: bytes in, key presses and jack changes out. Pure.

Source: linux/input.h (struct input_event), linux/input-event-codes.h (types, codes) and the kernel's
Documentation/input/event-codes.rst (SYN_DROPPED).
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kiosk.devices.cabinet_contracts import Key, Presence

EVENT = struct.Struct("@llHHi")
"""struct input_event: seconds, microseconds, type, code, value, in this machine's own sizes."""

EV_SYN, EV_KEY, EV_SW = 0x00, 0x01, 0x05
SYN_REPORT, SYN_DROPPED = 0, 3
SW_HEADPHONE_INSERT, SW_LINEOUT_INSERT = 0x02, 0x06

_PRESSED, _REPEATED = 1, 2

STANDARD_KEYS: Mapping[int, Key] = {
    1: Key.BACK,  # KEY_ESC
    **{code: Key(str(code - 1)) for code in range(2, 11)},  # KEY_1 to KEY_9
    11: Key.DIGIT_0,  # KEY_0
    14: Key.BACK,  # KEY_BACKSPACE
    28: Key.SELECT,  # KEY_ENTER
    59: Key.HELP,  # KEY_F1
    71: Key.DIGIT_7,  # KEY_KP7
    72: Key.DIGIT_8,
    73: Key.DIGIT_9,
    75: Key.DIGIT_4,  # KEY_KP4
    76: Key.DIGIT_5,
    77: Key.DIGIT_6,
    79: Key.DIGIT_1,  # KEY_KP1
    80: Key.DIGIT_2,
    81: Key.DIGIT_3,
    82: Key.DIGIT_0,  # KEY_KP0
    96: Key.SELECT,  # KEY_KPENTER
    103: Key.UP,  # KEY_UP
    105: Key.LEFT,  # KEY_LEFT
    106: Key.RIGHT,  # KEY_RIGHT
    108: Key.DOWN,  # KEY_DOWN
    114: Key.VOLUME_DOWN,  # KEY_VOLUMEDOWN
    115: Key.VOLUME_UP,  # KEY_VOLUMEUP
    138: Key.HELP,  # KEY_HELP
    158: Key.BACK,  # KEY_BACK
    352: Key.SELECT,  # KEY_OK
    353: Key.SELECT,  # KEY_SELECT
}
"""What a keypad sends that is set to a keyboard's own keys."""

_MAY_REPEAT = frozenset({Key.UP, Key.DOWN, Key.LEFT, Key.RIGHT, Key.VOLUME_UP, Key.VOLUME_DOWN})
"""Keys that go on while held. Not SELECT: a hand that rests must not confirm twice."""


@dataclass(frozen=True, slots=True)
class KeypadLayout:
    """What the codes of one make of keypad mean.

    Attributes:
        jack_in: key codes of keypads that tell of their jack by keys; others have a switch for it.
        jack_out: the same, for headphones pulled out.
    """

    keys: Mapping[int, Key] = field(default_factory=lambda: STANDARD_KEYS)
    jack_in: frozenset[int] = frozenset()
    jack_out: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Lost:
    """The kernel's buffer ran over: switches have to be asked for anew."""


Happening = Key | Presence | Lost


class InputEvents:
    """Cuts the bytes of an input device into happenings; holds at most one part of an event."""

    def __init__(self, layout: KeypadLayout | None = None) -> None:
        self._layout = layout or KeypadLayout()
        self._held = b""
        self._dropping = False

    def feed(self, content: bytes) -> Iterator[Happening]:
        """Yield what happened, in order; events of no interest are passed over."""
        whole = self._held + content
        end = len(whole) - len(whole) % EVENT.size
        self._held = whole[end:]
        for _, _, kind, code, value in EVENT.iter_unpack(whole[:end]):
            if kind == EV_SYN and code == SYN_DROPPED:
                self._dropping = True
            elif self._dropping:
                if kind == EV_SYN and code == SYN_REPORT:
                    self._dropping = False
                    yield Lost()
            else:
                happened = self._meaning(kind, code, value)
                if happened is not None:
                    yield happened

    def _meaning(self, kind: int, code: int, value: int) -> Happening | None:
        if kind == EV_SW and code in {SW_HEADPHONE_INSERT, SW_LINEOUT_INSERT}:
            return Presence.PRESENT if value else Presence.NOT_PRESENT
        if kind != EV_KEY:
            return None
        if value == _PRESSED and code in self._layout.jack_in:
            return Presence.PRESENT
        if value == _PRESSED and code in self._layout.jack_out:
            return Presence.NOT_PRESENT
        key = self._layout.keys.get(code)
        repeats = value == _REPEATED and key in _MAY_REPEAT
        return key if value == _PRESSED or repeats else None


def switch_state(bits: bytes) -> Presence:
    """Return what the switches of a jack say (EVIOCGSW), any of its two."""
    return Presence.PRESENT if has_jack(bits) else Presence.NOT_PRESENT


def has_jack(bits: bytes) -> bool:
    """Tell whether one of the jack's switches is among these bits."""
    return bool(int.from_bytes(bits, "little") & (1 << SW_HEADPHONE_INSERT | 1 << SW_LINEOUT_INSERT))
