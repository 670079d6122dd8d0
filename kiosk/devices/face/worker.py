"""The process in which faces are compared: ``python -m kiosk.devices.face.worker``, started by the driver.

Reads messages from standard input and answers on standard output (`wire.py`). Nothing is written to any
file; no core is dumped, since it would hold pictures; the process ends with the kiosk.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib import import_module
from typing import BinaryIO

from kiosk.clock import SystemClock
from kiosk.devices.face import wire
from kiosk.devices.face.comparing import Comparison
from kiosk.devices.face.parts import (
    CameraGone,
    LivenessCheck,
    LivenessUnusable,
    ModelUnusable,
    Picture,
    PortraitUnusable,
)
from kiosk.devices.face.portrait import decode
from kiosk.devices.face.settings import FaceSettings
from kiosk.domain.face_evidence import FaceHint

SCREEN_WIDTH = 320
"""Width of the picture for the screen, pixels."""

SCREEN_EVERY_S = 0.2

_PR_SET_PDEATHSIG = 1

_WHAT = {
    CameraGone: "camera",
    ModelUnusable: "model",
    LivenessUnusable: "model",
    PortraitUnusable: "portrait",
}


class Worker:
    """Answers one message after the other."""

    def __init__(self, settings: FaceSettings, said: BinaryIO) -> None:
        from kiosk.devices.face.opencv_comparer import OpenCvComparer  # noqa: PLC0415 - loads OpenCV
        from kiosk.devices.face.sources import source  # noqa: PLC0415 - the same

        self._said = said
        self._clock = SystemClock()
        self._shown_at = float("-inf")
        self._source = source(settings)
        comparer = OpenCvComparer(settings.detector, settings.recogniser)
        liveness = load_liveness(settings.liveness)
        self._comparison = Comparison(settings, self._source, comparer, liveness, self._clock)

    def answer(self, header: wire.Header, body: bytes) -> wire.Header:
        match header.get("do"):
            case "check":
                self._source.open()
                self._source.picture()
                return {"event": "checked"}
            case "compare":
                found = self._comparison.compare(decode(body), float(header["patience_s"]), self._show)
                matched, score, evidence = found
                return {"event": "compared", "matched": matched, "score": score, "evidence": asdict(evidence)}
        raise wire.Garbled("nothing that can be done")

    def rest(self) -> None:
        """Let the camera go: its lamp goes out when nobody is looked at."""
        self._source.close()

    def _show(self, picture: Picture, hints: Sequence[FaceHint], challenge: str) -> None:
        import cv2  # noqa: PLC0415 - loaded long before

        now = self._clock.monotonic()
        if now - self._shown_at < SCREEN_EVERY_S:
            return
        self._shown_at = now
        height, width = picture.shape[:2]
        small = cv2.resize(picture, (SCREEN_WIDTH, max(SCREEN_WIDTH * height // width, 1)))
        _, jpeg = cv2.imencode(".jpg", cv2.flip(small, 1))  # as a mirror shows it
        header = {"event": "picture", "hints": [hint.value for hint in hints], "challenge": challenge}
        say(self._said, header, jpeg.tobytes())


def load_liveness(name: str | None) -> LivenessCheck | None:
    """Return the configured check; raise LivenessUnusable. The configuration's own word decides what is
    loaded: whoever may write it may run programs anyway."""
    if name is None:
        return None
    module, _, factory = name.partition(":")
    try:
        make: Callable[[], LivenessCheck] = getattr(import_module(module), factory)
        return make()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise LivenessUnusable(f"the liveness check cannot be loaded ({type(error).__name__})") from error


def say(said: BinaryIO, header: wire.Header, body: bytes = b"") -> None:
    said.write(wire.encode(header, body))
    said.flush()


def hear(heard: BinaryIO) -> tuple[wire.Header, bytes] | None:
    """Return the next message, None at the end."""
    start = heard.read(wire.LENGTHS.size)
    if len(start) < wire.LENGTHS.size:
        return None
    head, body = wire.lengths(start)
    return wire.decode_header(heard.read(head)), heard.read(body)


def serve(heard: BinaryIO, said: BinaryIO) -> None:
    """Begin with the settings, then answer until the input ends."""
    begun = hear(heard)
    if begun is None:
        return
    try:
        worker = Worker(FaceSettings.from_json(begun[0]["settings"]), said)
    except (ModelUnusable, LivenessUnusable) as error:
        say(said, {"event": "failed", "what": "model", "why": str(error)})
        return
    say(said, {"event": "ready"})
    while (message := hear(heard)) is not None:
        try:
            answer = worker.answer(*message)
        except tuple(_WHAT) as error:
            answer = {"event": "failed", "what": _WHAT[type(error)], "why": str(error)}
        finally:
            worker.rest()
        say(said, answer)


def main() -> None:
    """Run as the driver's child."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
    said = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no message
    serve(sys.stdin.buffer, said)


if __name__ == "__main__":
    main()
