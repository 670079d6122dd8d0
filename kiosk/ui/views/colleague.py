"""What is shown where the camera does not decide: hints, the call, and who is at the screen."""

from dataclasses import dataclass

from kiosk.domain.beijing import BEIJING
from kiosk.domain.failure import FailureCode
from kiosk.runtime.snapshot import Snapshot
from kiosk.visit.limits import STAFF_COMES_S


@dataclass(frozen=True, slots=True)
class ColleagueView:
    """The way without the camera.

    Attributes:
        offered: this machine knows staff who can be asked for.
        hints: what was wrong with the last pictures, values of `FaceHint`.
        camera_failed: the camera gave up by itself, not because it saw somebody else.
        minutes: how long a colleague is waited for.
        judging: what was typed is being judged.
        denial: why it was not taken, a value of `StaffDenial`; empty before that.
        locked_until: the time of day from when on the number is taken again.
        number: of the colleague at the screen.
    """

    offered: bool = False
    hints: tuple[str, ...] = ()
    camera_failed: bool = False
    minutes: int = round(STAFF_COMES_S / 60)
    judging: bool = False
    denial: str = ""
    locked_until: str = ""
    number: str = ""


def colleague_view(snapshot: Snapshot) -> ColleagueView:
    visit = snapshot.visit
    if visit is None:
        return ColleagueView()
    fault, until = visit.face_fault, visit.staff_locked_until
    return ColleagueView(
        offered=visit.staff_on_call,
        hints=visit.face_hints,
        camera_failed=fault is not None and fault.code is not FailureCode.HOLDER_NOT_RECOGNISED,
        judging=snapshot.judging_staff,
        denial=visit.staff_denial.value if visit.staff_denial else "",
        locked_until=f"{until.astimezone(BEIJING):%H:%M:%S}" if until else "",
        number=visit.staff_number,
    )
