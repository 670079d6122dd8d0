"""From figures to hints: why a picture is not good enough to compare. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kiosk.devices.face.parts import Face, Figures
from kiosk.domain.face_evidence import FaceHint


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """What a picture must have to be compared.

    Attributes:
        eye_distance: least, pixels. ISO/IEC 19794-5 asks for 90 in a passport's picture, recognisers
            work on 112 × 112 pixels in which it is 35: 50 leaves room.
        height_share: least and most of the picture's height.
        brightness: least and most mean, of 255.
        sharpness: least.
        yaw: most, either way.
        roll: most, degrees either way.
        alone: a second face this many times smaller is somebody who passes by.
    """

    eye_distance: float = 50.0
    height_share: tuple[float, float] = (0.15, 0.85)
    brightness: tuple[float, float] = (50.0, 225.0)
    sharpness: float = 20.0
    yaw: float = 0.35
    roll: float = 20.0
    alone: float = 2.0


def crowd_hints(faces: Sequence[Face], limits: QualityLimits) -> tuple[FaceHint, ...]:
    """Return what is wrong with the number of faces; the largest stands first."""
    if not faces:
        return (FaceHint.NOBODY,)
    if len(faces) > 1 and faces[1].area * limits.alone > faces[0].area:
        return (FaceHint.SEVERAL_FACES,)
    return ()


def face_hints(figures: Figures, limits: QualityLimits) -> tuple[FaceHint, ...]:
    """Return what is wrong with one face, what the applicant should mend first standing first."""
    return tuple(_wrong(figures, limits))


def _wrong(figures: Figures, limits: QualityLimits) -> Iterator[FaceHint]:
    if figures.eye_distance < limits.eye_distance or figures.height_share < limits.height_share[0]:
        yield FaceHint.TOO_FAR
    if figures.height_share > limits.height_share[1]:
        yield FaceHint.TOO_NEAR
    if not figures.inside:
        yield FaceHint.PARTLY_OUT
    if figures.brightness < limits.brightness[0]:
        yield FaceHint.TOO_DARK
    if figures.brightness > limits.brightness[1]:
        yield FaceHint.TOO_BRIGHT
    if abs(figures.yaw) > limits.yaw or abs(figures.roll) > limits.roll:
        yield FaceHint.TURNED
    if figures.sharpness < limits.sharpness:
        yield FaceHint.BLURRED


def most_frequent(hints: Iterable[FaceHint]) -> tuple[FaceHint, ...]:
    """Return hints without repetition, the most frequent first."""
    counted: dict[FaceHint, int] = {}
    for hint in hints:
        counted[hint] = counted.get(hint, 0) + 1
    return tuple(sorted(counted, key=lambda hint: -counted[hint]))
