"""The comparison with people made of numbers: who matches, when, and what is kept of it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.face.comparing import Comparison
from kiosk.devices.face.head_turn import HELD, Challenge, HeadTurn
from kiosk.devices.face.parts import CameraGone, Face, Figures, Picture, PortraitUnusable
from kiosk.devices.face.quality import QualityLimits, crowd_hints, face_hints
from kiosk.devices.face.settings import FaceSettings
from kiosk.domain.face_evidence import FaceEvidence, FaceHint, Liveness

GOOD = Figures(90.0, 0.4, True, 130.0, 200.0, 0.0, 0.0)
SETTINGS = FaceSettings("camera", "detector", "recogniser", threshold=0.5, agreeing=3)


@dataclass(frozen=True)
class Seen:
    """A picture: how alike its largest face is to the portrait, how good it is, how large the second is."""

    alike: float = 0.9
    figures: Figures = GOOD
    faces: int = 1
    second: float = 0.1
    left: float = 0.0


class Numbers:
    """Source, comparer and clock in one: a picture every 0.1 s, the last one again and again."""

    model = "0" * 64

    def __init__(self, *pictures: Seen) -> None:
        self._left = list(pictures)
        self._now = 0.0
        self.opened = False

    def monotonic(self) -> float:
        return self._now

    def open(self) -> None:
        self.opened = True

    def close(self) -> None:
        self.opened = False

    def picture(self) -> Picture:
        self._now += 0.1
        if not self._left:
            raise CameraGone("pulled out")
        return self._left.pop(0) if len(self._left) > 1 else self._left[0]

    def faces(self, picture: Seen) -> Sequence[Face]:
        sizes = [100.0, *[100.0 * picture.second] * (picture.faces - 1)][: picture.faces]
        return [Face(picture.left, 0, size, 100.0, ((1, 1), (2, 1)), (1.5, 2), 0.9) for size in sizes]

    def template(self, picture: Seen, face: Face) -> float:
        return picture.alike

    def score(self, one: float, other: float) -> float:
        return other

    def figures(self, picture: Seen, face: Face) -> Figures:
        return picture.figures


class Blink:
    """A liveness check that makes up its mind after some pictures."""

    def __init__(self, verdict: Liveness, after: int = 5) -> None:
        self._verdict, self._after, self.seen = verdict, after, 0

    def begin(self) -> None:
        self.seen = 0

    def challenge(self) -> str:
        return "blink"

    def see(self, picture: Picture, face: Face) -> None:
        self.seen += 1

    def verdict(self) -> tuple[Liveness, float | None]:
        return (self._verdict, 0.7) if self.seen >= self._after else (Liveness.UNSURE, None)


def compared(
    *pictures: Seen, liveness: Blink | None = None, patience_s: float = 2.0, portrait: Seen | None = None
) -> tuple[bool, float, FaceEvidence]:
    world = Numbers(*pictures)
    comparison = Comparison(SETTINGS, world, world, liveness, world)  # type: ignore[arg-type] # tells only the time
    return comparison.compare(portrait or Seen(), patience_s, lambda picture, hints, challenge: None)


def test_three_pictures_in_a_row_that_agree_are_a_match() -> None:
    matched, score, evidence = compared(Seen(0.9), Seen(0.7), Seen(0.8))
    assert (matched, score) == (True, 0.7)  # the least of the three
    assert (evidence.pictures, evidence.usable, evidence.hints) == (3, 3, ())
    assert evidence.liveness is Liveness.NOT_CHECKED


def test_nobody_is_turned_down_on_fewer_pictures_than_have_to_agree() -> None:
    assert compared(Seen(0.9), patience_s=0.0)[0]
    matched, score, evidence = compared(Seen(0.2), patience_s=0.0)
    assert (matched, score, evidence.pictures) == (False, 0.2, SETTINGS.agreeing)


def test_one_lucky_picture_matches_nobody() -> None:
    matched, score, _ = compared(Seen(0.99), *[Seen(0.2)] * 5, Seen(0.99), Seen(0.99), Seen(0.1))
    assert not matched
    assert score == 0.2


def test_a_picture_without_a_face_breaks_the_row() -> None:
    pictures = [Seen(), Seen(), Seen(faces=0)] * 8
    matched, score, evidence = compared(*pictures, Seen(faces=0))
    assert (matched, score) == (False, 0.0)
    assert evidence.hints == (FaceHint.NOBODY,)


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"eye_distance": 20.0}, FaceHint.TOO_FAR),
        ({"height_share": 0.95}, FaceHint.TOO_NEAR),
        ({"inside": False}, FaceHint.PARTLY_OUT),
        ({"brightness": 20.0}, FaceHint.TOO_DARK),
        ({"brightness": 250.0}, FaceHint.TOO_BRIGHT),
        ({"yaw": 0.6}, FaceHint.TURNED),
        ({"roll": -40.0}, FaceHint.TURNED),
        ({"sharpness": 2.0}, FaceHint.BLURRED),
    ],
)
def test_what_is_wrong_with_a_picture_is_said(wrong: dict[str, float], hint: FaceHint) -> None:
    matched, _, evidence = compared(Seen(figures=replace(GOOD, **wrong)))
    assert not matched
    assert evidence.hints == (hint,)
    assert evidence.usable == 0


def test_somebody_who_passes_by_does_not_disturb_a_second_person_does() -> None:
    assert compared(Seen(faces=2, second=0.3))[0]
    matched, _, evidence = compared(Seen(faces=2, second=0.8))
    assert not matched
    assert evidence.hints == (FaceHint.SEVERAL_FACES,)


def test_a_liveness_check_must_agree_before_anybody_matches() -> None:
    matched, _, evidence = compared(Seen(), liveness=Blink(Liveness.LIVE))
    assert matched
    assert (evidence.liveness, evidence.liveness_score, evidence.usable) == (Liveness.LIVE, 0.7, 5)
    matched, score, evidence = compared(Seen(), liveness=Blink(Liveness.NOT_LIVE))
    assert not matched
    assert score == 0.9
    assert evidence.hints == (FaceHint.NOT_LIVE,)
    assert not compared(Seen(), liveness=Blink(Liveness.LIVE, after=1000))[0]


def test_portrait_and_liveness_are_proven_by_one_person_in_sight() -> None:
    poor = replace(GOOD, yaw=0.6)  # the liveness check wants what is too poor to compare
    holder, other = Seen(0.9), Seen(0.1, poor)
    assert compared(holder, holder, holder, other, other, other, liveness=Blink(Liveness.LIVE))[0]
    jumps = replace(other, left=200.0)
    matched, score, evidence = compared(holder, holder, holder, jumps, liveness=Blink(Liveness.LIVE))
    assert (matched, score) == (False, 0.9)
    assert evidence.hints[0] == FaceHint.NOT_LIVE
    gone = Seen(faces=0)
    assert compared(holder, holder, holder, gone, gone, other, other, liveness=Blink(Liveness.LIVE))[0]
    assert not compared(*[holder] * 3, *[gone] * 3, other, liveness=Blink(Liveness.LIVE))[0]


def looking(off: float, turned: float = 1.0) -> Face:
    """Return a face with the nose so far off the middle; a flat picture is narrower by `turned`."""
    eyes = ((100.0, 50.0), (100.0 + 60 * turned, 50.0))
    return Face(0, 0, 100, 100, eyes, (100.0 + 60 * turned * (0.5 + off), 80.0), 0.9)


def played(check: HeadTurn, *offs: float) -> Liveness:
    for off in offs:
        for _ in range(HELD):
            check.see(None, looking(off))
    return check.verdict()[0]


def test_a_head_that_turns_as_asked_is_alive() -> None:
    sides = iter([Challenge.TURN_LEFT, Challenge.TURN_RIGHT])
    check = HeadTurn(lambda: next(sides))
    asked = [check.challenge()]
    for off in (0.0, 0.4, 0.05, -0.4):
        assert played(check, off) is Liveness.UNSURE
        asked.append(check.challenge())
    assert asked == ["look_ahead", "turn_left", "look_ahead", "turn_right", "look_ahead"]
    assert played(check, 0.0) is Liveness.LIVE
    assert check.challenge() == ""
    check.begin()
    assert check.verdict() == (Liveness.UNSURE, 0.0)


@given(st.lists(st.floats(0.3, 1.0), min_size=10, max_size=30))
def test_a_flat_picture_may_be_turned_as_one_likes(turns: list[float]) -> None:
    check = HeadTurn()
    for turned in turns:
        check.see(None, looking(0.0, turned))
    assert check.verdict()[0] is Liveness.UNSURE


def test_somebody_who_turns_the_other_way_does_not_listen() -> None:
    check = HeadTurn(lambda: Challenge.TURN_LEFT)
    assert played(check, 0.0, -0.4, -0.4) is Liveness.NOT_LIVE
    assert played(check, 0.0, 0.4, 0.0, 0.4, 0.0) is Liveness.NOT_LIVE


def test_a_portrait_without_a_face_and_a_camera_that_goes_are_said() -> None:
    with pytest.raises(PortraitUnusable):
        compared(Seen(), portrait=Seen(faces=0))
    with pytest.raises(CameraGone):
        compared()


scores = st.floats(-1, 1)
people = st.builds(Seen, alike=scores, faces=st.integers(0, 3), second=st.floats(0.05, 1))


@given(st.lists(people, min_size=1, max_size=12))
def test_matched_means_enough_in_a_row_and_never_a_picture(pictures: list[Seen]) -> None:
    matched, score, evidence = compared(*pictures, Seen(faces=0))
    usable = [
        one.alike if not crowd_hints(Numbers().faces(one), SETTINGS.limits) else None for one in pictures
    ]
    rows = [usable[start : start + 3] for start in range(len(usable) - 2)]
    agree = any(all(one is not None and one >= 0.5 for one in row) for row in rows)
    assert matched is agree
    assert matched is (score >= 0.5)
    assert "picture" not in {type(value).__name__ for value in asdict(evidence).values()}
    assert len(json.dumps(asdict(evidence))) < 2000


figures = st.builds(Figures, *[st.floats(-1000, 1000)] * 2, st.booleans(), *[st.floats(-1000, 1000)] * 4)


@given(figures)
def test_any_figures_give_hints_once_each(figures: Figures) -> None:
    hints = face_hints(figures, QualityLimits())
    assert len(set(hints)) == len(hints)


@pytest.mark.parametrize("bad", [{"threshold": 0.0}, {"threshold": -0.5}, {"agreeing": 0}])
def test_a_comparison_that_would_match_anybody_is_a_mistake(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="nobody"):
        replace(SETTINGS, **bad)


def test_settings_reach_the_worker_as_they_are() -> None:
    settings = replace(SETTINGS, limits=QualityLimits(yaw=0.1), liveness="a.b:c")
    assert FaceSettings.from_json(settings.to_json()) == settings
