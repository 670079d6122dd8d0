"""Where pictures come from: a V4L2 camera or a video file by OpenCV, or a folder of pictures.

A folder is for trials without a camera: its pictures are shown in the order of their names, for ever.
"""

from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.devices.face.parts import CameraGone, Picture, PictureSource
from kiosk.devices.face.settings import FaceSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

_PICTURES = frozenset({".jpg", ".jpeg", ".png"})
_BLANK_FRAMES = 5


def source(settings: FaceSettings) -> PictureSource:
    """Return the source that the configured path is."""
    path = Path(settings.camera)
    return PictureFolder(path) if path.is_dir() else OpenCvSource(settings)


class OpenCvSource:
    """A camera or a video file; a video begins anew at its end."""

    def __init__(self, settings: FaceSettings) -> None:
        self._settings = settings
        self._capture: Any = None

    def open(self) -> None:
        import cv2  # noqa: PLC0415 - only in the worker

        if self._capture is not None:
            return
        path = self._settings.camera
        live = Path(path).is_char_device()
        capture = cv2.VideoCapture(path, cv2.CAP_V4L2 if live else cv2.CAP_FFMPEG)
        if not capture.isOpened():
            capture.release()
            raise CameraGone("the camera does not open: not there, or in use by another program")
        if live:
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))  # raw ones USB carries slowly
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._settings.width)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._settings.height)
            capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # an old picture is of somebody else
        self._capture = capture

    def picture(self) -> Picture:
        import cv2  # noqa: PLC0415 - only in the worker

        self.open()
        for again in range(_BLANK_FRAMES):
            there, picture = self._capture.read()
            if there and picture is not None and picture.size:
                return picture
            if again == 0 and not Path(self._settings.camera).is_char_device():
                self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
        self.close()
        raise CameraGone("the camera gives no pictures any more")

    def close(self) -> None:
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()


class PictureFolder:
    """A folder of pictures, shown one after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths: Iterator[Path] | None = None

    def open(self) -> None:
        if self._paths is None:
            paths = sorted(path for path in self._folder.iterdir() if path.suffix.lower() in _PICTURES)
            if not paths:
                raise CameraGone("the folder has no pictures")
            self._paths = cycle(paths)

    def picture(self) -> Picture:
        import cv2  # noqa: PLC0415 - only in the worker

        self.open()
        assert self._paths is not None  # noqa: S101 - for the type checker
        picture = cv2.imread(str(next(self._paths)))
        if picture is None:
            raise CameraGone("a picture of the folder cannot be read")
        return picture

    def close(self) -> None:
        self._paths = None
