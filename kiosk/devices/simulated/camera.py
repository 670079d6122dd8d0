"""The simulated face camera: compares the chip's portrait with whoever the tester lets stand in front."""

from pydantic import BaseModel, ConfigDict, Field

from kiosk.devices.contracts import Completion, DeviceName, Done, FaceResult, Refused
from kiosk.devices.simulated.device import SimulatedDevice
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.mechanism import Mechanism, NotPossible, Pace
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.devices.simulated.watch import Watch
from kiosk.domain.face_evidence import FaceEvidence, FaceHint, Liveness
from kiosk.domain.failure import FailureCode

THRESHOLD = 0.60
"""Score from which two faces count as the same; the scale is this simulation's own."""

MODEL = "simulated"
"""What stands in the evidence in the place of a model's SHA-256."""

HINTS = tuple(hint.value for hint in FaceHint if hint not in {FaceHint.NOBODY, FaceHint.NOT_LIVE})
"""What can stand in the way of a comparison, and does (`glasses` only lowers the score)."""

_SAME, _OTHER, _NOBODY = 0.93, 0.18, 0.0
_COST = {FaceHint.GLASSES.value: 0.15}
_USUAL_COST = 0.50


class Scene(BaseModel):
    """Who stands in front of the camera, in ``camera.json``.

    Attributes:
        person: slug of the permit whose holder it is; None for the holder of the card inside.
        present: false where nobody stands there.
        photo: whether a picture of that person is held up instead; the simulated liveness check sees it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str | None = Field(default=None, max_length=64)
    present: bool = True
    hints: tuple[str, ...] = Field(default=(), max_length=len(HINTS))
    photo: bool = False


class SimulatedCamera(SimulatedDevice):
    """Knows people by the permit that is theirs: the portrait itself is a drawing."""

    def __init__(
        self, folder: StateFolder, mechanism: Mechanism, faults: Faults, watch: Watch, pace: Pace
    ) -> None:
        super().__init__(
            DeviceName.CAMERA,
            FailureCode.CAMERA_UNAVAILABLE,
            mechanism=mechanism,
            faults=faults,
            watch=watch,
            pace=pace,
        )
        self._scene = StateFile(folder, "camera.json", fresh=Scene(), unreadable=Scene(present=False))

    async def compare(self, portrait: bytes, *, deadline_s: float) -> Completion[FaceResult]:
        async def compare() -> Completion[FaceResult]:
            if not portrait:
                return Refused(self._fault("no portrait to compare with"))
            await self._pace.spend(self._pace.times.compare)
            return Done(self._result())

        return await self._run(compare, deadline_s=deadline_s, late=FailureCode.CAMERA_UNAVAILABLE)

    # what a tester does

    def scene(self) -> Scene:
        return self._scene.read()

    def stand_in_front(
        self, person: str | None = None, *, hints: tuple[str, ...] = (), photo: bool = False
    ) -> Scene:
        """Let a person stand in front (None: the card's holder); may raise NotPossible."""
        if person is not None and person not in self._mechanism.permit_names():
            raise NotPossible(f"there is no permit named {person!r:.70}")
        unknown = [hint for hint in hints if hint not in HINTS]
        if unknown:
            raise NotPossible(f"there is no hint {unknown[0]!r:.40}: {', '.join(HINTS)}")
        return self._scene.change(lambda _: Scene(person=person, hints=hints, photo=photo))

    def walk_away(self) -> Scene:
        """Let nobody stand in front."""
        return self._scene.change(lambda _: Scene(present=False))

    def _result(self) -> FaceResult:
        scene = self.scene()
        if not scene.present:
            return _told(_NOBODY, Liveness.UNSURE, (FaceHint.NOBODY.value,))
        holder = self._mechanism.state().card
        same = holder is not None and scene.person in {None, holder}
        if self._faults.take(DeviceName.CAMERA, "mismatch"):
            same = False
        cost = sum(_COST.get(hint, _USUAL_COST) for hint in scene.hints)
        score = round(max((_SAME if same else _OTHER) - cost, 0.0), 2)
        if scene.photo or self._faults.take(DeviceName.CAMERA, "photo"):
            return _told(score, Liveness.NOT_LIVE, (FaceHint.NOT_LIVE.value, *scene.hints))
        return _told(score, Liveness.LIVE, scene.hints)


def _told(score: float, liveness: Liveness, hints: tuple[str, ...]) -> FaceResult:
    evidence = FaceEvidence(THRESHOLD, MODEL, pictures=1, usable=1, liveness=liveness, hints=hints)
    matched = score >= THRESHOLD and liveness is Liveness.LIVE
    return FaceResult(matched, score, THRESHOLD, hints, evidence)
