"""From the bytes of a scanner to whole readings, whatever comes in between."""

from dataclasses import dataclass

LONGEST = 512
"""Characters of the longest reading; anything longer is thrown away up to its end."""

_STX = 0x02
_PRINTABLE = range(0x20, 0x7F)


@dataclass(frozen=True, slots=True)
class Framing:
    """How a scanner ends a reading; most send CR, CR LF or ETX."""

    terminators: bytes = b"\r\n\x03"


class Readings:
    """Cuts a stream into readings; keeps at most `LONGEST` characters."""

    def __init__(self, framing: Framing | None = None) -> None:
        self._terminators = (framing or Framing()).terminators
        self._held = bytearray()
        self._spoilt = False

    def feed(self, content: bytes) -> list[str]:
        """Return the readings that are complete now; one with bytes that no code has is left out."""
        found = []
        for byte in content:
            if byte in self._terminators:
                reading = self._finished()
                if reading:
                    found.append(reading)
            elif byte == _STX:
                self._finished()
            elif byte not in _PRINTABLE or len(self._held) >= LONGEST:
                self._spoilt = True
            else:
                self._held.append(byte)
        return found

    def flush(self) -> str | None:
        """Return what is held although nothing ended it: some scanners only fall silent."""
        return self._finished() or None

    def _finished(self) -> str:
        reading = "" if self._spoilt else self._held.decode("ascii").strip()
        self._held.clear()
        self._spoilt = False
        return reading
