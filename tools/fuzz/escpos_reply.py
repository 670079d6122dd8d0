"""What an ESC/POS printer sends back: statuses told apart byte by byte, and the count of its cuts.

What must hold: it makes no difference in which pieces the bytes come, and little of them is ever kept.
"""

from collections.abc import Iterable

from kiosk.devices.escpos.maintenance import CounterAnswer
from kiosk.devices.escpos.status import Automatic, Health, Question, RealTime, Replies, Reply


def seeds() -> Iterable[bytes]:
    return (
        b"\x12\x12\x12\x12",
        b"\x10\x00\x00\x00\x12",
        b"\x38\x08\x0c\x00\x00",
        b"_178\x00",
        b"\x13\x11\x00",
    )


def one_input(data: bytes) -> None:
    whole, single = Replies(), Replies()
    together = whole.feed(data)
    apart = [reply for byte in data for reply in single.feed(bytes([byte]))]
    assert together == apart
    assert whole.noise == single.noise <= len(data)
    _health(together)
    answer = CounterAnswer()
    answer.feed(data)
    assert len(answer.before) <= 64
    assert answer.value is None or 0 <= answer.value < 10**10


def _health(replies: list[Reply]) -> None:
    health = Health()
    for number, reply in enumerate(replies):
        match reply:
            case Automatic():
                health = health.told(reply)
            case RealTime(value):
                health = health.after(tuple(Question)[number % len(Question)], value)
