"""The mechanism: named pictures, a file that survives, and nothing done twice or lost."""

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.contracts import MediaPosition, Orientation
from kiosk.devices.simulated.mechanism import (
    SENSORS,
    WAY_FREE,
    Mechanism,
    NotPossible,
    Picture,
    PrintPhase,
    is_slug,
)
from kiosk.devices.simulated.state_files import StateFolder
from tests.devices.bench import LI, WU, make_permits

INSIDE = frozenset(Picture) - WAY_FREE


@pytest.fixture
def mechanism(tmp_path: Path) -> Mechanism:
    return fresh(tmp_path)


def fresh(state: Path) -> Mechanism:
    """Return the mechanism as a newly started process sees it."""
    make_permits(state)
    return Mechanism(StateFolder(state / "devices"), state / "permits")


def test_every_picture_has_its_sensors() -> None:
    assert set(SENSORS) == set(Picture)
    assert SENSORS[Picture.UNCLEAR].position is MediaPosition.UNKNOWN


def test_a_card_inside_survives_a_restart(mechanism: Mechanism, tmp_path: Path) -> None:
    mechanism.insert(LI, Orientation.UPSIDE_DOWN)
    mechanism.shift(Picture.AT_PRINT, only_from=INSIDE)
    mechanism.mark_print(PrintPhase.PRINTED)
    again = fresh(tmp_path).state()
    assert (again.picture, again.card, again.orientation) == (Picture.AT_PRINT, LI, Orientation.UPSIDE_DOWN)
    assert again.print_phase is PrintPhase.PRINTED


def test_there_is_room_for_one_card_only(mechanism: Mechanism) -> None:
    mechanism.insert(LI)
    with pytest.raises(NotPossible):
        mechanism.insert(WU)
    assert mechanism.state().card == LI


def test_a_half_card_can_be_pushed_on(mechanism: Mechanism) -> None:
    mechanism.push_half(LI)
    assert mechanism.state().picture is Picture.HALF_IN
    assert mechanism.insert(LI).picture is Picture.AT_ENTRY


@pytest.mark.parametrize("picture", sorted(INSIDE))
def test_a_card_can_be_pulled_from_anywhere(mechanism: Mechanism, picture: Picture) -> None:
    mechanism.insert(LI)
    mechanism.shift(picture, only_from=INSIDE)
    assert mechanism.pull().picture is Picture.NO_CARD
    with pytest.raises(NotPossible):
        mechanism.pull()


def test_a_card_out_of_reach_is_not_taken(mechanism: Mechanism) -> None:
    mechanism.insert(LI)
    mechanism.shift(Picture.AT_CHIP, only_from=INSIDE)
    with pytest.raises(NotPossible):
        mechanism.take()


def test_a_retained_card_is_on_record_until_the_bin_is_emptied(mechanism: Mechanism) -> None:
    mechanism.insert(LI)
    state = mechanism.shift(Picture.RETAINED, only_from=INSIDE)
    assert (state.card, state.retained, state.position) == (None, (LI,), MediaPosition.RETAINED)
    assert mechanism.insert(WU).retained == (LI,)
    mechanism.pull()
    assert mechanism.empty_bin().retained == ()


def test_only_what_is_seen_there_is_moved(mechanism: Mechanism) -> None:
    mechanism.insert(LI)
    state = mechanism.shift(Picture.AT_PRINT, only_from=frozenset({Picture.AT_CHIP}))
    assert state.picture is Picture.AT_ENTRY


@pytest.mark.parametrize("name", ["", "..", "a/b", "../x", ".hidden", "x" * 65, "a\nb", "no-such-permit"])
def test_a_permit_name_never_leads_out_of_the_folder(mechanism: Mechanism, name: str) -> None:
    with pytest.raises(NotPossible):
        mechanism.insert(name)
    assert is_slug(name) is (name == "no-such-permit")


@given(content=st.binary(max_size=300))
def test_a_file_of_garbage_is_an_unclear_card_never_none(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    state = tmp_path_factory.mktemp("state")
    mechanism = fresh(state)
    (state / "devices" / "mechanism.json").write_bytes(content)
    assert mechanism.state().picture is Picture.UNCLEAR
    assert mechanism.clear_way().picture is Picture.NO_CARD  # a reset run found nothing


def test_a_picture_that_contradicts_the_card_is_unclear(mechanism: Mechanism, tmp_path: Path) -> None:
    (tmp_path / "devices" / "mechanism.json").write_text('{"picture": "at_chip", "card": null}')
    assert mechanism.state().picture is Picture.UNCLEAR


def test_an_oversized_file_is_not_read(mechanism: Mechanism, tmp_path: Path) -> None:
    (tmp_path / "devices" / "mechanism.json").write_bytes(b" " * 300_000 + b"{}")
    assert mechanism.state().picture is Picture.UNCLEAR


def test_no_change_is_lost_between_writers(tmp_path: Path) -> None:
    def work() -> None:
        own = fresh(tmp_path)
        own_way = frozenset({Picture.AT_ENTRY})
        for _ in range(25):
            own.shift(Picture.AT_CHIP, only_from=own_way)
            own.shift(Picture.AT_ENTRY, only_from=frozenset({Picture.AT_CHIP}))

    fresh(tmp_path).insert(LI)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Each way in is counted, and a second card can only be drawn in after the first went back.
    seen = fresh(tmp_path).state()
    assert 25 <= seen.counters.accepted <= 100
    assert seen.picture in {Picture.AT_ENTRY, Picture.AT_CHIP}


def test_the_state_is_private(mechanism: Mechanism, tmp_path: Path) -> None:
    mechanism.insert(LI)
    assert (tmp_path / "devices").stat().st_mode & 0o077 == 0
    assert (tmp_path / "devices" / "mechanism.json").stat().st_mode & 0o077 == 0
