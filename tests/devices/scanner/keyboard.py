"""What the kernel tells of a scanner that poses as a keyboard."""

from kiosk.devices.keypad.events import EV_KEY, EV_SYN, SYN_REPORT
from kiosk.devices.scanner.keyboard_line import PLAIN, SHIFTED
from tests.devices.keypad.pipe import event

LEFT_SHIFT, CAPS_LOCK = 42, 58


def typed(text: str) -> bytes:
    """Return the key events of a scanner that types a text."""
    plain, shifted = ({mark: code for code, mark in marks.items()} for marks in (PLAIN, SHIFTED))
    events = b""
    for mark in text:
        shift = mark not in plain
        code = shifted[mark] if shift else plain[mark]
        down = [(LEFT_SHIFT, 1)] * shift + [(code, 1), (code, 0)] + [(LEFT_SHIFT, 0)] * shift
        events += b"".join(event(EV_KEY, key, value) for key, value in down) + event(EV_SYN, SYN_REPORT, 0)
    return events
