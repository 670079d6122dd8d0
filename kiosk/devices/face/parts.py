"""What a comparison is put together from; each part can be another make.

Everything here is called in the worker's process, one call at a time; blocking is allowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from kiosk.domain.face_evidence import Liveness

Picture: TypeAlias = Any
"""One picture: a numpy array of rows × columns × (blue, green, red), 8 bit; typed loosely so that nothing
here imports numpy."""

Template: TypeAlias = Any
"""What a recogniser makes of one face; only its own `score` understands it, and it is never kept."""

Point = tuple[float, float]


class CameraGone(Exception):
    """The camera gives no pictures: not there, in use, or pulled out."""


class ModelUnusable(Exception):
    """A model's file is missing, or is no model of the kind that is needed."""


class PortraitUnusable(Exception):
    """The chip's portrait cannot be decoded, or shows no face."""


class LivenessUnusable(Exception):
    """The configured liveness check cannot be loaded."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face in a picture, pixels from the upper left.

    Attributes:
        eyes: the two eyes, in the order of the picture from the left.
        raw: the detector's own record, for the recogniser that goes with it.
    """

    left: float
    top: float
    width: float
    height: float
    eyes: tuple[Point, Point]
    nose: Point
    confidence: float
    raw: Any = None

    @property
    def area(self) -> float:
        return self.width * self.height


class PictureSource(Protocol):
    """A live source of pictures (XFS4IoT Camera)."""

    def open(self) -> None:
        """Open the source if it is not open; raise CameraGone."""

    def picture(self) -> Picture:
        """Wait for the next picture; raise CameraGone."""

    def close(self) -> None: ...


class Comparer(Protocol):
    """Finds faces and tells them apart."""

    @property
    def model(self) -> str:
        """SHA-256 of what decides, hexadecimal."""

    def faces(self, picture: Picture) -> Sequence[Face]:
        """Return the faces, the largest first."""

    def template(self, picture: Picture, face: Face) -> Template: ...

    def score(self, one: Template, other: Template) -> float:
        """Return how alike two faces are; more is more alike."""

    def figures(self, picture: Picture, face: Face) -> "Figures": ...


@dataclass(frozen=True, slots=True)
class Figures:
    """Quality of one face in one picture.

    Attributes:
        eye_distance: between the eyes, pixels.
        height_share: of the picture's height, 0 to 1.
        inside: whether the whole face is in the picture.
        brightness: mean of the face, 0 to 255.
        sharpness: variance of the Laplacian of the face at 112 pixels.
        yaw: how far the nose is off the middle of the eyes, as a share of their distance.
        roll: tilt of the line between the eyes, degrees.
    """

    eye_distance: float
    height_share: float
    inside: bool
    brightness: float
    sharpness: float
    yaw: float
    roll: float


class LivenessCheck(Protocol):
    """Tells a living person from a picture, a screen or a mask (ISO/IEC 30107-1).

    A machine is given one by the path of its factory, ``package.module:name``; a check that wants the
    applicant to do something says what in `challenge`.
    """

    def begin(self) -> None:
        """A new person is compared, or another may have stepped in: forget the last."""

    def challenge(self) -> str:
        """Return the name of what the applicant should do now, empty for a check that only looks."""

    def see(self, picture: Picture, face: Face) -> None:
        """Take a picture with one person in it, in the order of time; also one too poor to compare."""

    def verdict(self) -> tuple[Liveness, float | None]:
        """Return what is known so far, and a score; UNSURE asks for more pictures."""
