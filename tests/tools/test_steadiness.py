"""What the leak campaign calls steady, and what it must find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.campaigns.steadiness import Reading, grown, read

KIB = 1024
VISITS = range(0, 5001, 50)
noises = st.lists(st.integers(-64 * KIB, 64 * KIB), min_size=len(VISITS), max_size=len(VISITS))


def reading(
    visits: int, private: int, *, sqlite: int = 0, handles: int = 49, objects: int = 125_000
) -> Reading:
    return Reading(visits, private + 30 * KIB * KIB, private, sqlite, handles, 5, objects)


@given(noises)
def test_memory_that_goes_up_and_down_is_steady(noise: list[int]) -> None:
    assert grown([reading(at, 80_000 * KIB + by) for at, by in zip(VISITS, noise, strict=True)]) == []


@given(noises, st.integers(KIB, 100 * KIB))
def test_a_leak_of_one_kib_a_visit_is_found_under_any_noise(noise: list[int], leak: int) -> None:
    (found,) = grown(
        [reading(at, 80_000 * KIB + by + at * leak) for at, by in zip(VISITS, noise, strict=True)]
    )
    assert found.startswith("memory by ")


@given(st.sampled_from(VISITS))
def test_one_block_more_from_the_system_is_no_leak(when: int) -> None:
    assert grown([reading(at, 80_000 * KIB + (KIB * KIB if at >= when else 0)) for at in VISITS]) == []


def test_what_fills_up_at_the_beginning_and_sqlites_own_caches_are_no_leak() -> None:
    filling = [reading(at, 80_000 * KIB + min(at, 2000) * 3 * KIB) for at in VISITS]
    cached = [reading(at, 80_000 * KIB + at * KIB, sqlite=at * KIB) for at in VISITS]
    assert grown(filling) == grown(cached) == []


@pytest.mark.parametrize(
    ("handles", "objects", "word"), [(0.01, 0.0, "handles from 74 to 99"), (0.0, 1.0, "objects by 1.00")]
)
def test_handles_and_objects_count_too(handles: float, objects: float, word: str) -> None:
    some = [
        reading(at, 80_000 * KIB, handles=49 + int(at * handles), objects=125_000 + int(at * objects))
        for at in VISITS
    ]
    (found,) = grown(some)
    assert word in found


def test_this_process_can_be_read() -> None:
    now = read(7)
    assert now.visits == 7
    assert 0 < now.judged <= now.private <= now.resident
    assert now.handles > 2
