"""What a machine's camera and comparison are made of, as the configuration says and the worker is told."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from kiosk.devices.face.quality import QualityLimits
from kiosk.domain.failure import FailureCode, Fault

SFACE_COSINE = 0.363
"""The threshold that OpenCV's documentation gives for SFace and cosine similarity (tutorial "DNN-based Face
Detection And Recognition"): 99.6 % on LFW. A chip's picture against a live one needs its own trial."""

_LEAST_MODEL = 256
_LARGEST_MODEL = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """One machine's face check.

    Attributes:
        camera: a V4L2 device (``/dev/v4l/by-id/…`` stays when cameras are re-plugged), a video file, or a
            folder of pictures, shown one after the other again and again.
        detector: ONNX file of the form of YuNet.
        recogniser: ONNX file of the form of SFace.
        threshold: least score of two pictures of one person, of the recogniser's scale; more than 0,
            which is the score of nobody.
        agreeing: pictures in a row that must agree, at least 1; one lucky picture matches nobody.
        patience_s: how long a person is looked at, seconds.
        liveness: ``package.module:factory`` of a `LivenessCheck`; None asks for none.
        require_liveness: without a check nobody is compared at all.
        width, height: of the pictures asked from a camera, pixels.
    """

    camera: str
    detector: str
    recogniser: str
    threshold: float = SFACE_COSINE
    agreeing: int = 3
    patience_s: float = 10.0
    liveness: str | None = None
    require_liveness: bool = False
    width: int = 1280
    height: int = 720
    limits: QualityLimits = field(default_factory=QualityLimits)

    def __post_init__(self) -> None:
        if self.threshold <= 0 or self.agreeing < 1:
            raise ValueError("a comparison that would match nobody's face")

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read back what `to_json` wrote."""
        read = json.loads(text)
        limits: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in read.pop("limits").items()
        }
        return cls(**read, limits=QualityLimits(**limits))


def missing(settings: FaceSettings, *, opencv: bool) -> Fault | None:
    """Return what is missing before any picture is taken, None if nothing is; looks at files only."""
    if not opencv:
        return Fault(FailureCode.CAMERA_UNAVAILABLE, "OpenCV is missing: install endorsement-kiosk[face]")
    for role, path in (("detector", settings.detector), ("recogniser", settings.recogniser)):
        wrong = _not_a_model(Path(path))
        if wrong:
            return Fault(FailureCode.FACE_MODEL_UNAVAILABLE, f"{role}: {wrong}")
    if settings.require_liveness and settings.liveness is None:
        return Fault(
            FailureCode.FACE_MODEL_UNAVAILABLE, "a liveness check is required and none is configured"
        )
    if not Path(settings.camera).exists():
        return Fault(FailureCode.CAMERA_UNAVAILABLE, "no camera at the configured path")
    return None


def _not_a_model(path: Path) -> str | None:
    """Say why a file cannot be an ONNX model: they begin with the protocol buffer's field 1, ir_version."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(2)
    except OSError as error:
        return f"the model's file cannot be read ({type(error).__name__})"
    if not _LEAST_MODEL <= size <= _LARGEST_MODEL or start[:1] != b"\x08" or not 1 <= start[1] <= 64:
        return "the file is no ONNX model"
    return None
