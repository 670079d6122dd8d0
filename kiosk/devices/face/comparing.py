"""One comparison: look at picture after picture until enough of them agree, or the time is over.

Without OpenCV and without a clock of its own: everything comes in by contract.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

from kiosk.clock import Clock
from kiosk.devices.face.parts import (
    Comparer,
    Face,
    Figures,
    LivenessCheck,
    Picture,
    PictureSource,
    PortraitUnusable,
    Template,
)
from kiosk.devices.face.quality import crowd_hints, face_hints, most_frequent
from kiosk.devices.face.settings import FaceSettings
from kiosk.domain.face_evidence import FaceEvidence, FaceHint, Liveness

Show = Callable[[Picture, Sequence[FaceHint], str], None]
"""Is given every picture, what is wrong with it and the liveness challenge, for the applicant to see."""


GAP = 2
"""Pictures in a row in which a face may be missed without being taken for gone."""

SAME_PLACE = 0.3
"""Least overlap (intersection over union) of one face in two pictures that follow each other."""


@dataclass(slots=True)
class _Tally:
    """What was seen so far.

    Attributes:
        score: of the person who stands there now; `highest` of anybody in this comparison.
        last: where the face was in the last picture that showed one; `missed` pictures ago.
    """

    pictures: int = 0
    usable: int = 0
    score: float = 0.0
    highest: float = 0.0
    last: Face | None = None
    missed: int = 0
    row: list[float] = field(default_factory=list)
    figures: Figures | None = None
    hints: list[FaceHint] = field(default_factory=list)

    def take(self, score: float, figures: Figures, agreeing: int) -> None:
        """Count a usable picture. The score is the lowest of `agreeing` pictures in a row, at its best."""
        self.usable += 1
        self.row = [*self.row, score][-agreeing:]
        lowest = min(self.row) if len(self.row) == agreeing else 0.0
        self.score = max(self.score, lowest)
        if lowest >= self.highest:
            self.highest, self.figures = lowest, figures

    def follows(self, face: Face) -> bool:
        """Tell whether this is the face of the pictures before, still there or moved a little."""
        last, missed = self.last, self.missed
        self.last, self.missed = face, 0
        return last is None or (missed <= GAP and overlap(face, last) >= SAME_PLACE)

    def begin_anew(self) -> None:
        """Another person may stand there: what was seen of the first counts no more."""
        self.row = []
        self.score = 0.0

    def refuse(self, hints: Sequence[FaceHint]) -> None:
        """A picture that is not usable breaks the row."""
        self.row = []
        self.hints.extend(hints)


class Comparison:
    """Compares people with portraits, one after the other."""

    def __init__(
        self,
        settings: FaceSettings,
        source: PictureSource,
        comparer: Comparer,
        liveness: LivenessCheck | None,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._source = source
        self._comparer = comparer
        self._liveness = liveness
        self._clock = clock

    def compare(self, portrait: Picture, patience_s: float, show: Show) -> tuple[bool, float, FaceEvidence]:
        """Return whether it is the same person, the score and what is kept; raise the exceptions of `parts`.

        Not the same person is an answer like any other, also where nobody stood there. A slow machine looks
        longer than `patience_s`: nobody is turned down on fewer pictures than have to agree.
        """
        reference = self._reference(portrait)
        tally = _Tally()
        if self._liveness is not None:
            self._liveness.begin()
        self._source.open()
        until = self._clock.monotonic() + patience_s
        matched = False
        while not matched and (tally.pictures < self._settings.agreeing or self._clock.monotonic() < until):
            self._look(self._source.picture(), reference, tally, show)
            matched = tally.score >= self._settings.threshold and self._alive()[0] in _ALIVE
        return matched, round(tally.score if matched else tally.highest, 4), self._evidence(tally, matched)

    def _reference(self, portrait: Picture) -> Template:
        faces = self._comparer.faces(portrait)
        if not faces:
            raise PortraitUnusable("the portrait shows no face")
        return self._comparer.template(portrait, faces[0])

    def _look(self, picture: Picture, reference: Template, tally: _Tally, show: Show) -> None:
        tally.pictures += 1
        faces = self._comparer.faces(picture)
        hints = crowd_hints(faces, self._settings.limits)
        if hints:
            tally.missed += 1
        else:
            self._follow(picture, faces[0], tally)
            hints = self._measure(picture, faces[0], reference, tally)
        if hints:
            tally.refuse(hints)
        show(picture, hints, self._liveness.challenge() if self._liveness else "")

    def _follow(self, picture: Picture, face: Face, tally: _Tally) -> None:
        """Portrait and liveness are proven by one person who stays in sight, not by two in turn."""
        if not tally.follows(face):
            tally.begin_anew()
            if self._liveness is not None:
                self._liveness.begin()
        if self._liveness is not None:
            self._liveness.see(picture, face)

    def _measure(
        self, picture: Picture, face: Face, reference: Template, tally: _Tally
    ) -> tuple[FaceHint, ...]:
        figures = self._comparer.figures(picture, face)
        hints = face_hints(figures, self._settings.limits)
        if not hints:
            score = self._comparer.score(reference, self._comparer.template(picture, face))
            tally.take(score, figures, self._settings.agreeing)
        return hints

    def _alive(self) -> tuple[Liveness, float | None]:
        return (Liveness.NOT_CHECKED, None) if self._liveness is None else self._liveness.verdict()

    def _evidence(self, tally: _Tally, matched: bool) -> FaceEvidence:
        liveness, liveness_score = self._alive()
        hints = most_frequent(tally.hints)
        if tally.highest >= self._settings.threshold and not matched:
            hints = (FaceHint.NOT_LIVE, *hints)
        figures = tally.figures
        return FaceEvidence(
            threshold=self._settings.threshold,
            model=self._comparer.model,
            pictures=tally.pictures,
            usable=tally.usable,
            liveness=liveness,
            liveness_score=liveness_score,
            hints=() if matched else tuple(hint.value for hint in hints),
            figures=()
            if figures is None
            else tuple((one.name, round(float(getattr(figures, one.name)), 2)) for one in fields(figures)),
        )


def overlap(one: Face, other: Face) -> float:
    """Return the intersection of two faces' boxes over their union, 0 to 1."""
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    common = max(width, 0.0) * max(height, 0.0)
    whole = one.area + other.area - common
    return common / whole if whole > 0 else 0.0


_ALIVE = frozenset({Liveness.NOT_CHECKED, Liveness.LIVE})
