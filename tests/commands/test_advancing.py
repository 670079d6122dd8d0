"""How far a long command is: told by a line now and then where there is no terminal for a bar."""

import pytest

from kiosk.commands.advancing import advancing


class Hours:
    """A clock on which every look is a minute and a half after the one before."""

    def __init__(self) -> None:
        self.looks = 0

    def monotonic(self) -> float:
        self.looks += 1
        return self.looks * 90.0


def test_a_file_gets_lines_with_the_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    with advancing("points", Hours(), 1_100) as shown:
        shown.reached(100, 1_100, "nothing broken")
        shown.reached(600, 1_100, "nothing broken")
        shown.warn("a point: broken [really]")
    told = capsys.readouterr().err.splitlines()
    assert "600 of 1,100 points, nothing broken, 3 min left" in told
    assert "a point: broken [really]" in told
