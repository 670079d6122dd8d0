"""How long an answer of the chip may be: what answer to reset and EF.ATR/INFO say, and what it then does.

Card capabilities stand in the historical bytes of the answer to reset (ISO/IEC 7816-4 section 8.1.1.2.7; for
contactless cards the reader puts them there, PC/SC part 3 section 3.1.3.2.3). EF.ATR/INFO gives the sizes
(object 7F66, ISO/IEC 7816-4 section 12.7.1). Chips overstate both: the reader steps down when they refuse.
"""

from dataclasses import dataclass

from kiosk.devices.chip import tlv
from kiosk.devices.chip.secure_messaging import SecureChannel

SHORT_ROOM = 256
"""Bytes that the answer to a short command can hold."""

UNMEASURED_ROOM = 4096
"""Asked for where a chip takes long commands but does not say how long its answers may be."""

CAUTIOUS_STEP = 0x70
"""Asked for where a chip refuses even full short answers."""

_MOST_ROOM = 65536
_LEAST_LONG_ROOM = 512
_COMPACT_CATEGORIES = (0x00, 0x80)
_CAPABILITIES, _LENGTH_INFORMATION = 0x47, 0x7F66
_EXTENDED, _SIZES_IN_FILE = 0x40, 0x20


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the card says of itself.

    Attributes:
        extended: takes commands of extended length.
        sizes_in_file: EF.ATR/INFO says how long.
    """

    extended: bool = False
    sizes_in_file: bool = False


def capabilities_of_atr(atr: bytes) -> Capabilities:
    """Return what an answer to reset says; nothing where it says nothing or is malformed."""
    historical = _historical_bytes(atr)
    if not historical or historical[0] not in _COMPACT_CATEGORIES:
        return Capabilities()
    at = 1
    while at < len(historical):
        tag, length = historical[at] >> 4, historical[at] & 0x0F
        value = historical[at + 1 : at + 1 + length]
        if tag == _CAPABILITIES & 0x0F and len(value) == 3:
            return _of_table(value)
        at += 1 + length
    return Capabilities()


def room_of_info(raw: bytes) -> int | None:
    """Return the longest answer that EF.ATR/INFO allows, bytes of data; None where it says nothing."""
    try:
        information = tlv.first(tlv.parse_all(raw), _LENGTH_INFORMATION)
        numbers = () if information is None else information.children()
    except tlv.MalformedTlv:
        return None
    if len(numbers) != 2 or not 1 <= len(numbers[1].value) <= 4:
        return None
    whole = int.from_bytes(numbers[1].value, "big")  # of the whole answer, status word included
    return min(max(whole - 2, SHORT_ROOM), _MOST_ROOM)


def _of_table(table: bytes) -> Capabilities:
    return Capabilities(bool(table[2] & _EXTENDED), bool(table[2] & _SIZES_IN_FILE))


def _historical_bytes(atr: bytes) -> bytes:
    """Return the historical bytes behind the interface bytes (ISO/IEC 7816-3 section 8.2)."""
    if len(atr) < 2:
        return b""
    present, at = atr[1] >> 4, 2
    while present:
        at += present.bit_count()
        present = atr[at - 1] >> 4 if present & 0x08 and at <= len(atr) else 0
    return atr[at : at + (atr[1] & 0x0F)]


class BlockSizes:
    """How many plain bytes to ask for at a time; learns from the chip's answers."""

    def __init__(self, room: int = SHORT_ROOM) -> None:
        self._room = room
        self._most: int | None = None

    @property
    def extended(self) -> bool:
        return self._room > SHORT_ROOM

    @property
    def room(self) -> int:
        """Bytes of data that an answer may have."""
        return self._room

    def step(self, channel: SecureChannel | None) -> int:
        """Return the most plain bytes of one answer."""
        whole = self._room if channel is None else channel.payload_in(self._room)
        return whole if self._most is None else min(whole, self._most)

    def expectation(self, channel: SecureChannel | None, wanted: int) -> int:
        """Return what to ask for so that `wanted` plain bytes find room in the protected answer.

        A short command has an answer of 256 bytes, however few of them are the content's.
        """
        fits = channel is None or wanted <= channel.payload_in(SHORT_ROOM)
        return wanted if fits or not self.extended else max(wanted, SHORT_ROOM + 1)

    def measured(self, got: int) -> None:
        """Take note that the chip gave less than asked although there was more."""
        self._most = max(got, CAUTIOUS_STEP)

    def refused(self) -> bool:
        """Step down after 6700; return false where nothing smaller is left to try."""
        if self.extended:
            half = 1 << (self._room - 1).bit_length() - 1
            self._room, self._most = half if half >= _LEAST_LONG_ROOM else SHORT_ROOM, None
            return True
        if self._most is None or self._most > CAUTIOUS_STEP:
            self._most = CAUTIOUS_STEP
            return True
        return False
