"""The machine's own work: how far it is and how long it still takes, or honestly unknown."""

from dataclasses import dataclass

from kiosk.runtime.snapshot import Snapshot
from kiosk.visit.limits import FACE_ATTEMPTS


@dataclass(frozen=True, slots=True)
class WorkView:
    """Work in progress.

    Attributes:
        progress: 0.0 to 1.0; -1 where it cannot be known.
        remaining_s: whole seconds; -1 where they cannot be known.
        step: code of the step, for the list of what is being done.
        face_attempt: which comparison this is, from 1, of `face_attempts`.
        face_hint: what to mend before it, a value of `FaceHint`; empty where nobody knows.
    """

    progress: float = -1.0
    remaining_s: int = -1
    step: str = ""
    face_attempt: int = 1
    face_attempts: int = FACE_ATTEMPTS
    face_hint: str = ""


def work_view(snapshot: Snapshot) -> WorkView:
    visit, progress, remaining = snapshot.visit, snapshot.progress, snapshot.remaining_s
    return WorkView(
        progress=-1.0 if progress is None else min(max(progress, 0.0), 1.0),
        remaining_s=-1 if remaining is None else max(round(remaining), 0),
        step=visit.step.value if visit else "",
        face_attempt=visit.face_attempts + 1 if visit else 1,
        face_hint=next(iter(visit.face_hints), "") if visit else "",
    )
