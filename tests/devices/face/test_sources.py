"""Pictures from a video file and from a folder; what is no camera is named."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.devices.face.parts import CameraGone
from kiosk.devices.face.settings import FaceSettings
from kiosk.devices.face.sources import OpenCvSource, PictureFolder, source


def settings(camera: Path) -> FaceSettings:
    return FaceSettings(str(camera), "detector", "recogniser")


def video(path: Path, frames: int) -> Path:
    """Write a film whose pictures get brighter."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10.0, (64, 48))
    for number in range(frames):
        writer.write(np.full((48, 64, 3), 40 * number + 20, np.uint8))
    writer.release()
    return path


def test_a_film_begins_anew_at_its_end(tmp_path: Path) -> None:
    film = source(settings(video(tmp_path / "film.avi", 4)))
    assert isinstance(film, OpenCvSource)
    film.open()
    film.open()  # once more does no harm
    levels = [int(film.picture().mean()) // 40 for _ in range(10)]
    assert levels == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
    film.close()
    film.close()
    assert int(film.picture().mean()) // 40 == 0  # opened anew when it is needed
    film.close()


def test_what_is_no_camera_is_named(tmp_path: Path) -> None:
    (tmp_path / "noise.avi").write_bytes(b"RIFF" + bytes(3000))
    for path in (tmp_path / "noise.avi", tmp_path / "missing", Path("/dev/null")):
        with pytest.raises(CameraGone, match="does not open"):
            source(settings(path)).open()


def test_a_folder_is_shown_in_order_for_ever(tmp_path: Path) -> None:
    folder = source(settings(tmp_path))
    assert isinstance(folder, PictureFolder)
    with pytest.raises(CameraGone, match="no pictures"):
        folder.open()
    for name, level in (("b.png", 200), ("a.png", 100), ("notes.txt", 0)):
        cv2.imwrite(str(tmp_path / "x.png"), np.full((8, 8, 3), level, np.uint8))
        (tmp_path / "x.png").rename(tmp_path / name)
    assert [int(folder.picture().mean()) for _ in range(3)] == [100, 200, 100]
    folder.close()
    (tmp_path / "a.png").write_bytes(b"no picture")
    with pytest.raises(CameraGone, match="cannot be read"):
        folder.picture()
