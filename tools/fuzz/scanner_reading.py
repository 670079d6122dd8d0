"""Bytes from a scanner's line, or the keys of one that types: readings cut out and told apart.

What must hold: it makes no difference in which pieces the bytes come, and no reading is longer than allowed.
"""

from collections.abc import Iterable
from datetime import date

from kiosk.devices.document_contracts import PaymentCode
from kiosk.devices.scanner.codes import classify
from kiosk.devices.scanner.framing import LONGEST, Readings
from kiosk.devices.scanner.keyboard_line import Typing
from kiosk.devices.scanner.wedge import WedgeReadings

_TODAY = date(2026, 11, 22)


def seeds() -> Iterable[bytes]:
    return (
        b"CSC000000004<3406119<9001011<2\r\n",
        b"C5C00000OOO4<3406II9<9001011<2\r",
        b"134567890123456789\n281234567890123456\x03",
        b"\x02621234567890123456\x03",
        b"HTTPS://EXAMPLE.CN/SLIP?GZ01-20261122-00001\r",
        b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x1e\x00\x01\x00\x00\x00",
    )


def one_input(data: bytes) -> None:
    whole, single, keys = Readings(), Readings(), WedgeReadings()
    together = whole.feed(data)
    assert together == [reading for byte in data for reading in single.feed(bytes([byte]))]
    typing = Typing()
    assert [*Typing().feed(data)] == [*typing.feed(data[:7]), *typing.feed(data[7:])]
    for reading in (*together, *filter(None, [whole.flush()])):
        assert 0 < len(reading) <= LONGEST
        told = classify(reading, _TODAY)
        assert reading not in repr(told) or not isinstance(told, PaymentCode), "a payment code shows itself"
    for number, mark in enumerate(data.decode("latin-1")):
        found = keys.key(mark, number / 100)
        assert found is None or len(found) <= LONGEST
