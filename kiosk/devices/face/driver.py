"""The face camera: a driver that lets a worker process look, compare and forget."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from cattrs.errors import BaseValidationError
from cattrs.preconf.json import make_converter

from kiosk.clock import Clock
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    Done,
    FaceResult,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
    Unsubscribe,
)
from kiosk.devices.face import wire
from kiosk.devices.face.settings import FaceSettings, missing
from kiosk.devices.face.talk import StartWorker, Talk, WorkerGone, start_process
from kiosk.devices.polled import PolledDevice, State
from kiosk.domain.face_evidence import FaceEvidence
from kiosk.domain.failure import FailureCode, Fault

IDLE_S = 45.0
"""A worker that nobody needed for so long is ended: it takes some 200 MB, seconds."""

RETRY_S = 15.0
"""How soon a camera or model that failed is tried again, while somebody asks for the status, seconds."""

SPARE_S = 1.0
"""What is left of a deadline for the answer to arrive, seconds."""

_CONVERTER = make_converter()


@dataclass(frozen=True, slots=True)
class LivePicture:
    """A small picture for the screen while somebody is looked at, as in a mirror; never kept.

    Attributes:
        jpeg: 320 pixels wide.
        hints: what is wrong with it, values of `FaceHint`.
        challenge: what the liveness check asks for now, empty for nothing.
    """

    jpeg: bytes
    hints: tuple[str, ...]
    challenge: str


PictureListener = Callable[[LivePicture], None]


class WorkerFaceCamera(PolledDevice):
    """Driver of one camera with its comparison.

    Args:
        start: starts a worker; the tests put another in its place.
        probe: says what is missing without taking a picture; the default looks at files.
    """

    def __init__(
        self,
        settings: FaceSettings,
        clock: Clock,
        *,
        start: StartWorker = start_process,
        probe: Callable[[], Fault | None] | None = None,
        simulated: bool = False,
    ) -> None:
        super().__init__(DeviceName.CAMERA, FailureCode.CAMERA_UNAVAILABLE, clock, simulated=simulated)
        self._settings = settings
        self._start = start
        self._probe = probe or (lambda: missing(settings, opencv=find_spec("cv2") is not None))
        self._talk: Talk | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._failed: Fault | None = None
        self._watchers: list[PictureListener] = []
        self._retry_at = float("-inf")

    def watch(self, listener: PictureListener) -> Unsubscribe:
        """Call `listener` from the loop with every picture for the screen."""
        self._watchers.append(listener)

        def unwatch() -> None:
            if listener in self._watchers:
                self._watchers.remove(listener)

        return unwatch

    async def compare(self, portrait: bytes, *, deadline_s: float) -> Completion[FaceResult]:
        async def compare() -> Completion[FaceResult]:
            if not portrait:
                return Refused(self._fault("no portrait to compare with"))
            patience = max(min(self._settings.patience_s, deadline_s - SPARE_S), 0.0)
            answer = await self._ask({"do": "compare", "patience_s": patience}, portrait)
            return answer if isinstance(answer, Refused | Failed) else self._result(answer)

        return await self._run(compare, deadline_s=deadline_s, late=lambda why: Failed(self._fault(why)))

    async def reset(
        self,
        action: MediaAction,  # noqa: ARG002 - a camera holds no card
        *,
        deadline_s: float,
    ) -> Completion[MediaPosition]:
        """Start the worker anew, load the models and take one picture: proof that it all works."""

        async def reset() -> Completion[MediaPosition]:
            await self._end_worker()
            answer = await self._ask({"do": "check"})
            return answer if isinstance(answer, Refused | Failed) else Done(MediaPosition.NOT_PRESENT)

        return await self._run(reset, deadline_s=deadline_s, late=lambda why: Failed(self._fault(why)))

    async def close(self) -> None:
        await super().close()
        await self._end_worker()

    async def _state(self) -> State:
        fault = self._probe()
        if fault is not None:
            self._failed = None  # what failed before may be well once this is mended
            return DeviceState.OFFLINE, (fault,)
        if self._failed is not None:
            self._try_again()
            return DeviceState.HARDWARE_ERROR, (self._failed,)
        return DeviceState.ONLINE, ()

    def _try_again(self) -> None:
        """Find out now and then whether what failed works again: nobody should have to come for a cable."""
        now = self._clock.monotonic()
        if now < self._retry_at or self._running is not None:
            return
        self._retry_at = now + RETRY_S
        self._background.start(self.reset(MediaAction.KEEP, deadline_s=RETRY_S), "camera tried again")

    async def _ask(self, header: wire.Header, body: bytes = b"") -> wire.Header | Refused | Failed:
        """Put one question to the worker; a question without an answer ends the worker too."""
        fault = self._probe()
        if fault is not None:
            return Refused(fault)
        answered = False
        try:
            talk = await self._worker()
            if isinstance(talk, Failed):
                return talk
            await talk.send(header, body)
            answer = await self._answer(talk)
            answered = True
            return self._judged(answer)
        except (WorkerGone, wire.Garbled) as error:
            self._failed = self._fault(f"the comparison broke off: {error}")
            return Failed(self._failed)
        finally:
            if answered:
                self._wait_idle()
            else:
                await self._end_worker()

    async def _worker(self) -> Talk | Failed:
        """Return the running worker, else a new one once its models are loaded; raises WorkerGone."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._talk is None:
            self._talk = await self._start()
            await self._talk.send({"settings": self._settings.to_json()})
            begun = self._judged(await self._answer(self._talk))
            if isinstance(begun, Failed):
                return begun
        return self._talk

    async def _answer(self, talk: Talk) -> wire.Header:
        """Return the next answer; pictures for the screen are passed on meanwhile."""
        while True:
            header, body = await talk.receive()
            if header.get("event") != "picture":
                return header
            hints = tuple(str(hint)[:32] for hint in header.get("hints", ()))
            picture = LivePicture(body, hints, str(header.get("challenge", ""))[:64])
            for watcher in tuple(self._watchers):
                watcher(picture)

    def _judged(self, answer: wire.Header) -> wire.Header | Failed:
        """Return the answer, or what failed in the worker's own words; a portrait is no fault of ours."""
        if answer.get("event") != "failed":
            self._failed = None
            return answer
        why = str(answer.get("why", ""))[:120]
        what = answer.get("what")
        code = FailureCode.FACE_MODEL_UNAVAILABLE if what == "model" else FailureCode.CAMERA_UNAVAILABLE
        fault = Fault(code, why)
        self._failed = None if what == "portrait" else fault
        return Failed(fault)

    def _result(self, answer: wire.Header) -> Completion[FaceResult]:
        try:
            evidence = _CONVERTER.structure(answer["evidence"], FaceEvidence)
            matched, score = bool(answer["matched"]), float(answer["score"])
        except (KeyError, TypeError, ValueError, BaseValidationError):
            return Failed(self._fault("an answer without figures"))
        return Done(FaceResult(matched, score, evidence.threshold, evidence.hints, evidence))

    def _wait_idle(self) -> None:
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(IDLE_S, self._let_go)

    def _let_go(self) -> None:
        talk, self._talk, self._idle = self._talk, None, None
        if talk is not None:
            talk.kill()

    async def _end_worker(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        talk = self._talk
        self._let_go()
        if talk is not None:
            await talk.gone()
