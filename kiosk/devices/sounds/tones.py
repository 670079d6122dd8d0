"""Tones as WAV: made from the notes of ``resources/sounds/tones.toml``, never read from a recording."""

import io
import math
import tomllib
import wave
from array import array
from collections.abc import Mapping
from functools import cache, lru_cache

from pydantic import BaseModel, ConfigDict, Field

from kiosk import resources
from kiosk.devices.cabinet_contracts import Tone

RATE = 22050
"""Samples a second."""

EDGE_S = 0.008
"""Every note swells and fades for so long, seconds: without that it clicks."""

_OVERTONES = (1.0, 0.45, 0.2)
"""Amplitudes of the first harmonics: a richer sound is heard better through noise than a pure one."""

_QUIETEST_DB = 40.0
_LARGEST = 32767


class Note(BaseModel):
    """Pitch in Hz, 0 for a rest, and length in ms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pitch: float = Field(ge=0, le=2500)
    ms: int = Field(gt=0, le=2000)


class _Melody(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    notes: tuple[tuple[float, int], ...] = Field(min_length=1, max_length=32)

    def played(self) -> tuple[Note, ...]:
        return tuple(Note(pitch=pitch, ms=ms) for pitch, ms in self.notes)


class _Melodies(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    tone: Mapping[Tone, _Melody]


@cache
def melodies() -> Mapping[Tone, tuple[Note, ...]]:
    """Return the notes of every tone."""
    read = _Melodies.model_validate(tomllib.loads(resources.text("sounds", "tones.toml")))
    return {tone: read.tone[tone].played() for tone in Tone}


def length_s(tone: Tone) -> float:
    """Return how long a tone takes, seconds."""
    return sum(note.ms for note in melodies()[tone]) / 1000


@lru_cache(maxsize=len(Tone) * 2)
def tone_wav(tone: Tone, volume: int) -> bytes:
    """Return a tone as a WAV file: mono, 16 bit. `volume` 1 to 100 in even steps of loudness (40 dB)."""
    gain = 10 ** ((volume - 100) / 100 * _QUIETEST_DB / 20)
    samples = array("h")
    for note in melodies()[tone]:
        samples.extend(_samples(note, gain))
    return _wav(samples)


def silence_wav(seconds: float) -> bytes:
    """Return silence: what proves that something would be heard."""
    return _wav(array("h", bytes(2 * int(seconds * RATE))))


def _samples(note: Note, gain: float) -> "array[int]":
    count, edge = note.ms * RATE // 1000, int(EDGE_S * RATE)
    loudest = _LARGEST * gain / sum(_OVERTONES)
    step = 2 * math.pi * note.pitch / RATE
    return array(
        "h",
        (
            int(
                loudest
                * min(1.0, index / edge, (count - 1 - index) / edge)
                * sum(share * math.sin(step * (order + 1) * index) for order, share in enumerate(_OVERTONES))
            )
            for index in range(count)
        ),
    )


def _wav(samples: "array[int]") -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes(samples.tobytes())
    return file.getvalue()
