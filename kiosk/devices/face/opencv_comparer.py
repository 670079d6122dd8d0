"""Faces by OpenCV: FaceDetectorYN with a model of YuNet's form, FaceRecognizerSF with one of SFace's.

Source of calls and shapes: OpenCV documentation, cv::FaceDetectorYN and cv::FaceRecognizerSF; the record of
a face is box, right eye, left eye, nose, two corners of the mouth, confidence (15 numbers).
"""

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2

from kiosk.devices.face.parts import Face, Figures, ModelUnusable, Picture, Template

_CONFIDENCE, _OVERLAP, _MOST = 0.6, 0.3, 50
_ALIGNED = 112
_CONFIDENCE_AT = 14

LOOKED_AT = 640
"""Longer side in which faces are looked for, pixels: YuNet finds faces of 10 to 300 pixels (OpenCV Zoo), and
somebody close to a machine is larger than that in a camera's whole picture."""


class OpenCvComparer:
    """Detector and recogniser from two files; raises ModelUnusable where one of them is none."""

    def __init__(self, detector: str, recogniser: str) -> None:
        self._model = _digest(detector, recogniser)
        try:
            self._detector = cv2.FaceDetectorYN.create(detector, "", (320, 320), _CONFIDENCE, _OVERLAP, _MOST)
            self._recogniser = cv2.FaceRecognizerSF.create(recogniser, "")
            self._try()
        except cv2.error as error:
            raise ModelUnusable("a model of another form than YuNet's and SFace's") from error

    @property
    def model(self) -> str:
        return self._model

    def faces(self, picture: Picture) -> Sequence[Face]:
        height, width = picture.shape[:2]
        scale = min(1.0, LOOKED_AT / max(height, width))
        size = (max(round(width * scale), 32), max(round(height * scale), 32))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if scale < 1.0 else picture
        self._detector.setInputSize((small.shape[1], small.shape[0]))
        _, found = self._detector.detect(small)
        faces = [] if found is None else [_face(record, scale) for record in found]
        return sorted(faces, key=lambda face: -face.area)

    def template(self, picture: Picture, face: Face) -> Template:
        aligned = self._recogniser.alignCrop(picture, face.raw)
        return self._recogniser.feature(aligned).copy()

    def score(self, one: Template, other: Template) -> float:
        return float(self._recogniser.match(one, other, cv2.FaceRecognizerSF_FR_COSINE))

    def figures(self, picture: Picture, face: Face) -> Figures:
        height, width = picture.shape[:2]
        left, top = max(int(face.left), 0), max(int(face.top), 0)
        right, bottom = min(int(face.left + face.width), width), min(int(face.top + face.height), height)
        grey = cv2.cvtColor(picture[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
        small = cv2.resize(grey, (_ALIGNED, _ALIGNED), interpolation=cv2.INTER_AREA)
        (x1, y1), (x2, y2) = face.eyes
        distance = max(math.hypot(x2 - x1, y2 - y1), 1.0)
        return Figures(
            eye_distance=distance,
            height_share=face.height / height,
            inside=left == int(face.left) and top == int(face.top) and right < width and bottom < height,
            brightness=float(grey.mean()),
            sharpness=float(cv2.Laplacian(small, cv2.CV_64F).var()),
            yaw=(face.nose[0] - (x1 + x2) / 2) / distance,
            roll=math.degrees(math.atan2(y2 - y1, x2 - x1)),
        )

    def _try(self) -> None:
        """Run both once on nothing: a model of another form fails here and not before an applicant."""
        import numpy as np  # noqa: PLC0415 - beside its only use

        self.faces(np.zeros((320, 320, 3), np.uint8))
        self._recogniser.feature(np.zeros((_ALIGNED, _ALIGNED, 3), np.uint8))


def _face(record: Any, scale: float) -> Face:
    """Return a face that was found in a picture made smaller by `scale`, in the whole picture's pixels."""
    record[:_CONFIDENCE_AT] /= scale
    numbers = [float(value) for value in record]
    left, top, width, height = numbers[:4]
    eyes = sorted([(numbers[4], numbers[5]), (numbers[6], numbers[7])])
    nose = (numbers[8], numbers[9])
    return Face(left, top, width, height, (eyes[0], eyes[1]), nose, numbers[_CONFIDENCE_AT], record)


def _digest(*paths: str) -> str:
    """Return one SHA-256 of the files' own."""
    whole = hashlib.sha256()
    for path in paths:
        try:
            with Path(path).open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise ModelUnusable("a model's file cannot be read") from error
    return whole.hexdigest()
