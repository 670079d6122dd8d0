"""The camera's driver: with the real worker and OpenCV on drawn people, and with a worker of any kind."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.clock import SystemClock
from kiosk.devices.contracts import DeviceState, Done, Failed, MediaAction, Refused
from kiosk.devices.face import wire
from kiosk.devices.face.driver import IDLE_S, RETRY_S, LivePicture, WorkerFaceCamera
from kiosk.devices.face.parts import LivenessUnusable, PortraitUnusable
from kiosk.devices.face.portrait import decode
from kiosk.devices.face.quality import QualityLimits
from kiosk.devices.face.settings import FaceSettings, missing
from kiosk.devices.face.talk import StreamTalk, WorkerGone
from kiosk.devices.face.worker import load_liveness
from kiosk.domain.face_evidence import FaceHint, Liveness
from kiosk.domain.failure import FailureCode, Fault
from tests.devices.face.drawn_faces import ANNA, BO, portrait, scene
from tests.devices.face.far_worker import CHECKED, EVIDENCE, FarWorker, Reply, compared, failed
from tests.devices.face.tiny_models import write_models
from tests.support.virtual_time import VirtualClock, run


@pytest.fixture
def real(tmp_path: Path) -> FaceSettings:
    """Return a machine with the tiny models and a folder of pictures of Anna."""
    detector, recogniser = write_models(tmp_path)
    people = tmp_path / "people"
    people.mkdir()
    for step in range(3):
        scene((ANNA, (300 + 4 * step, 240))).save(people / f"{step}.png")
    limits = QualityLimits(eye_distance=30.0)
    return FaceSettings(
        str(people), str(detector), str(recogniser), threshold=0.8, patience_s=0.4, limits=limits
    )


def show(settings: FaceSettings, *pictures: Image.Image) -> None:
    """Put other pictures before the camera."""
    for path in Path(settings.camera).iterdir():
        path.unlink()
    for number, picture in enumerate(pictures):
        picture.save(Path(settings.camera) / f"{number}.png")


def test_the_real_worker_tells_people_apart(real: FaceSettings) -> None:
    async def work() -> None:
        camera = WorkerFaceCamera(real, SystemClock())
        pictures: list[LivePicture] = []
        camera.watch(pictures.append)
        assert isinstance(await camera.reset(MediaAction.KEEP, deadline_s=20), Done)
        same = await camera.compare(portrait(ANNA), deadline_s=20)
        assert isinstance(same, Done)
        assert same.value.matched
        assert same.value.score >= 0.8
        evidence = same.value.evidence
        assert evidence is not None
        assert (evidence.usable, evidence.liveness, len(evidence.model)) == (3, Liveness.NOT_CHECKED, 64)
        other = await camera.compare(portrait(BO, "JPEG"), deadline_s=20)
        assert isinstance(other, Done)
        assert not other.value.matched
        assert 0 < other.value.score < 0.8
        show(real, scene((ANNA, (300, 240))).resize((1280, 960)))  # larger than the detector can see
        near = await camera.compare(portrait(ANNA), deadline_s=20)
        assert isinstance(near, Done)
        assert near.value.matched
        assert near.value.evidence is not None
        assert dict(near.value.evidence.figures)["eye_distance"] == pytest.approx(72, abs=4)
        show(real, scene((ANNA, (300, 240)), (BO, (480, 240))))
        crowd = await camera.compare(portrait(ANNA), deadline_s=20)
        assert isinstance(crowd, Done)
        assert crowd.value.hints == (FaceHint.SEVERAL_FACES,)
        show(real, scene((ANNA, (300, 240)), light=0.3), scene(light=0.3))
        dark = await camera.compare(portrait(ANNA), deadline_s=20)
        assert isinstance(dark, Done)
        assert not dark.value.matched
        assert FaceHint.TOO_DARK in dark.value.hints or FaceHint.NOBODY in dark.value.hints
        assert all(picture.jpeg.startswith(b"\xff\xd8") for picture in pictures)
        assert any(FaceHint.SEVERAL_FACES in picture.hints for picture in pictures)
        broken = await camera.compare(b"\xff\xd8 no picture", deadline_s=20)
        assert isinstance(broken, Failed)
        assert (await camera.status()).ready  # a broken portrait is no fault of the camera
        show(real)
        gone = await camera.compare(portrait(ANNA), deadline_s=20)
        assert isinstance(gone, Failed)
        assert "no pictures" in gone.fault.detail
        await camera.close()

    asyncio.run(work())


def test_a_file_that_is_no_such_model_is_named(real: FaceSettings) -> None:
    Path(real.recogniser).write_bytes(Path(real.detector).read_bytes())

    async def work() -> None:
        camera = WorkerFaceCamera(real, SystemClock())
        assert (await camera.status()).ready  # an ONNX file; only trying shows that it is another
        tried = await camera.reset(MediaAction.KEEP, deadline_s=20)
        assert isinstance(tried, Failed)
        assert tried.fault.code is FailureCode.FACE_MODEL_UNAVAILABLE
        status = await camera.status()
        assert (status.state, status.faults) == (DeviceState.HARDWARE_ERROR, (tried.fault,))
        await camera.close()

    asyncio.run(work())


def test_what_is_missing_is_named_before_anything_starts(real: FaceSettings, tmp_path: Path) -> None:
    def code(fault: Fault | None) -> FailureCode | None:
        return fault and fault.code

    assert missing(real, opencv=True) is None
    assert code(missing(real, opencv=False)) is FailureCode.CAMERA_UNAVAILABLE
    needs = FaceSettings(real.camera, real.detector, real.recogniser, require_liveness=True)
    assert code(missing(needs, opencv=True)) is FailureCode.FACE_MODEL_UNAVAILABLE
    Path(real.detector).write_text("version https://git-lfs.github.com/spec/v1\n" + "x" * 300)
    fault = missing(real, opencv=True)
    assert fault == Fault(FailureCode.FACE_MODEL_UNAVAILABLE, "detector: the file is no ONNX model")
    Path(real.detector).unlink()
    assert code(missing(real, opencv=True)) is FailureCode.FACE_MODEL_UNAVAILABLE
    write_models(tmp_path)
    show(real)
    Path(real.camera).rmdir()
    assert code(missing(real, opencv=True)) is FailureCode.CAMERA_UNAVAILABLE


def camera_at(far: FarWorker, real: FaceSettings) -> WorkerFaceCamera:
    return WorkerFaceCamera(real, VirtualClock(), start=far.start, probe=lambda: None)


def test_a_worker_serves_many_and_is_ended_when_nobody_comes(real: FaceSettings) -> None:
    async def script(header: wire.Header, body: bytes) -> list[Reply]:
        return [({"event": "picture", "hints": ["turned"]}, b"jpeg"), compared()]

    async def work() -> None:
        far = FarWorker(script)
        camera = camera_at(far, real)
        seen: list[LivePicture] = []
        stop = camera.watch(seen.append)
        for _ in range(3):
            done = await camera.compare(b"portrait", deadline_s=30)
            assert isinstance(done, Done)
            assert done.value.evidence == EVIDENCE
        assert (far.starts, far.killed) == (1, 0)
        assert [header.get("patience_s") for header in far.heard[1:]] == [real.patience_s] * 3
        assert seen == [LivePicture(b"jpeg", ("turned",), "")] * 3
        stop()
        stop()
        await VirtualClock().sleep(IDLE_S + 1)
        assert far.killed == 1
        assert isinstance(await camera.compare(b"portrait", deadline_s=30), Done)
        assert (far.starts, len(seen)) == (2, 3)
        await camera.close()

    run(work())


def test_a_deadline_or_a_cancel_ends_the_worker(real: FaceSettings) -> None:
    async def script(header: wire.Header, body: bytes) -> list[Reply]:
        return [({"event": "silence"}, b"")]

    async def work() -> None:
        far = FarWorker(script)
        camera = camera_at(far, real)
        assert isinstance(await camera.compare(b"portrait", deadline_s=3), Failed)
        assert far.killed == 1
        task = asyncio.ensure_future(camera.compare(b"portrait", deadline_s=3))
        await VirtualClock().sleep(0.5)
        task.cancel()
        await asyncio.wait({task})
        assert far.killed == 2
        assert (await camera.status()).ready
        await camera.close()

    run(work())


def test_a_camera_that_came_back_is_found_by_itself(real: FaceSettings) -> None:
    gone = True

    async def script(header: wire.Header, body: bytes) -> list[Reply]:
        if gone:
            return [failed("camera", "the camera gives no pictures any more")]
        return [CHECKED] if header["do"] == "check" else [compared()]

    async def work() -> None:
        nonlocal gone
        camera = camera_at(FarWorker(script), real)
        assert isinstance(await camera.compare(b"portrait", deadline_s=10), Failed)
        for _ in range(5):
            assert (await camera.status()).state is DeviceState.HARDWARE_ERROR
            await VirtualClock().sleep(5)
        gone = False
        await VirtualClock().sleep(RETRY_S)
        await camera.status()
        await VirtualClock().sleep(1)
        assert (await camera.status()).ready
        await camera.close()

    run(work())


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (failed("camera", "no camera"), FailureCode.CAMERA_UNAVAILABLE),
        (failed("model", "no model"), FailureCode.FACE_MODEL_UNAVAILABLE),
        (({"event": "compared", "matched": True}, b""), FailureCode.CAMERA_UNAVAILABLE),
        (({"event": "compared", "score": "x", "evidence": 3}, b""), FailureCode.CAMERA_UNAVAILABLE),
        (({}, b""), FailureCode.CAMERA_UNAVAILABLE),
        (None, FailureCode.CAMERA_UNAVAILABLE),
    ],
    ids=["camera", "model", "no figures", "nonsense", "empty", "died"],
)
def test_whatever_a_worker_says_is_one_completion(
    reply: Reply | None, code: FailureCode, real: FaceSettings
) -> None:
    async def script(header: wire.Header, body: bytes) -> list[Reply]:
        return [CHECKED] if header["do"] == "check" else [] if reply is None else [reply]

    async def work() -> None:
        camera = camera_at(FarWorker(script), real)
        completion = await camera.compare(b"portrait", deadline_s=10)
        assert isinstance(completion, Failed)
        assert completion.fault.code is code
        assert isinstance(await camera.reset(MediaAction.KEEP, deadline_s=10), Done)
        assert (await camera.status()).ready
        assert isinstance(await camera.compare(b"", deadline_s=10), Refused)
        await camera.close()
        assert isinstance(await camera.compare(b"portrait", deadline_s=10), Refused)

    run(work())


@given(st.binary(max_size=200))
def test_any_bytes_from_a_worker_are_messages_or_its_end(content: bytes) -> None:
    async def work() -> None:
        heard = asyncio.StreamReader()
        heard.feed_data(content)
        heard.feed_eof()
        talk = StreamTalk(heard, None)  # type: ignore[arg-type] # nothing is said
        received = 0
        with suppress(WorkerGone, wire.Garbled):
            while received <= len(content):
                await talk.receive()
                received += 1
        assert received * wire.LENGTHS.size <= len(content)

    asyncio.run(work())


@given(st.binary(max_size=400))
def test_any_portrait_is_a_picture_or_refused(content: bytes) -> None:
    for portrait_ in (content, b"\xff\xd8\xff\xe0" + content, b"\xff\x4f\xff\x51" + content):
        try:
            picture = decode(portrait_)
        except PortraitUnusable:
            continue
        assert picture.shape[2] == 3


def test_portraits_of_both_kinds_are_decoded() -> None:
    for form in ("JPEG", "JPEG2000"):
        assert decode(portrait(ANNA, form)).shape == (320, 240, 3)
    with pytest.raises(PortraitUnusable, match="pixels"):
        decode(portrait_of(3001))
    with pytest.raises(PortraitUnusable, match="larger"):
        decode(b"\xff\xd8" + bytes(3 * 1024 * 1024))


def portrait_of(side: int) -> bytes:
    from io import BytesIO

    file = BytesIO()
    Image.new("RGB", (side, 8)).save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize("name", ["no.such:make", "kiosk.clock:nothing", "kiosk.clock", "kiosk.clock:Clock"])
def test_a_liveness_check_that_cannot_be_loaded_is_named(name: str) -> None:
    with pytest.raises(LivenessUnusable):
        load_liveness(name)


def test_our_own_check_is_loaded_by_its_path() -> None:
    check = load_liveness("kiosk.devices.face.head_turn:HeadTurn")
    assert check is not None
    assert (check.challenge(), check.verdict()[0]) == ("look_ahead", Liveness.UNSURE)
    assert load_liveness(None) is None
