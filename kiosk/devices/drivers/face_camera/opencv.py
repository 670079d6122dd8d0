"""A camera of the system with a comparison by OpenCV and models given by path."""

from pathlib import Path

from pydantic import Field

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, Section, can
from kiosk.devices.face.driver import WorkerFaceCamera
from kiosk.devices.face.settings import SFACE_COSINE, FaceSettings
from kiosk.domain.text import Text


class OpenCvSection(Section):
    """``[devices.face_camera] driver = "opencv"``."""

    camera: Path = Field(
        description="V4L2 device such as /dev/v4l/by-id/…, a video file or a folder of pictures"
    )
    detector: Path = Field(description="ONNX file of the face detector, of YuNet's form")
    recogniser: Path = Field(description="ONNX file of the face recogniser, of SFace's form")
    threshold: float = Field(
        SFACE_COSINE, gt=0, lt=1, description="least score (cosine) of two pictures of one person, 0 to 1"
    )
    agreeing: int = Field(3, ge=1, le=30, description="pictures in a row that must agree, 1 to 30")
    patience: float = Field(10.0, ge=1, le=25, description="how long a person is looked at, 1 to 25 seconds")
    liveness: str | None = Field(
        None, pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$", description="liveness check, package.module:factory"
    )
    require_liveness: bool = Field(False, description="whether nobody is compared without a liveness check")
    width: int = Field(1280, ge=320, le=4096, description="width asked from the camera, pixels")
    height: int = Field(720, ge=240, le=3072, description="height asked from the camera, pixels")


def make(section: OpenCvSection, place: Place) -> Device:
    settings = FaceSettings(
        camera=str(section.camera),
        detector=str(section.detector),
        recogniser=str(section.recogniser),
        threshold=section.threshold,
        agreeing=section.agreeing,
        patience_s=section.patience,
        liveness=section.liveness,
        require_liveness=section.require_liveness,
        width=section.width,
        height=section.height,
    )
    return WorkerFaceCamera(settings, place.clock)


DRIVER = Driver(
    device=DeviceName.CAMERA,
    name="opencv",
    title=Text("摄像头与 OpenCV 人像比对", "Camera with face comparison by OpenCV"),
    section=OpenCvSection,
    make=make,
    capabilities=can(Capability.COMPARE_FACE),
    remedy=Text(
        "检查摄像头和模型文件路径（docs/camera-and-face.md）；pip install endorsement-kiosk[face]",
        "Check camera and models (docs/camera-and-face.md); pip install endorsement-kiosk[face]",
    ),
)
