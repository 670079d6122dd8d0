"""What is kept of a face comparison: figures that let it be judged later, never a picture or a template."""

from dataclasses import dataclass
from enum import StrEnum


class Liveness(StrEnum):
    """Whether a living person stood there, by whatever was asked (ISO/IEC 30107-1: presentation attack
    detection). NOT_CHECKED is said where nothing was asked: it is no LIVE."""

    NOT_CHECKED = "not_checked"
    LIVE = "live"
    NOT_LIVE = "not_live"
    UNSURE = "unsure"


class FaceHint(StrEnum):
    """What stood in the way of a good picture, most of it for the applicant to mend."""

    NOBODY = "nobody"
    SEVERAL_FACES = "several_faces"
    TOO_FAR = "too_far"
    TOO_NEAR = "too_near"
    PARTLY_OUT = "partly_out"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BLURRED = "blurred"
    TURNED = "turned"
    EYES_CLOSED = "eyes_closed"
    MASK = "mask"
    GLASSES = "glasses"
    NOT_LIVE = "not_live"


@dataclass(frozen=True, slots=True)
class FaceEvidence:
    """What stands in the journal of one comparison.

    Attributes:
        threshold: the score from which two faces counted as the same.
        model: SHA-256 of the model files, hexadecimal: which model said so.
        pictures: pictures that were looked at; `usable` of them were good enough to compare.
        liveness_score: of the liveness check's own scale.
        figures: quality of the best picture by name, e.g. ``("brightness", 120.0)``.
    """

    threshold: float
    model: str
    pictures: int = 0
    usable: int = 0
    liveness: Liveness = Liveness.NOT_CHECKED
    liveness_score: float | None = None
    hints: tuple[str, ...] = ()
    figures: tuple[tuple[str, float], ...] = ()
