"""What the leak campaign calls steady, and what it must find."""

import re
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject

from tools.campaigns.qobjects import counted_qobjects
from tools.campaigns.steadiness import Reading, grown, read
from tools.campaigns.watching import Watch, Wish

KIB = 1024
VISITS = range(0, 5001, 50)
noises = st.lists(st.integers(-64 * KIB, 64 * KIB), min_size=len(VISITS), max_size=len(VISITS))


def reading(
    visits: int,
    private: int,
    *,
    sqlite: int = 0,
    handles: int = 49,
    objects: int = 125_000,
    qobjects: int = 600,
) -> Reading:
    return Reading(visits, private + 30 * KIB * KIB, private, sqlite, handles, 5, objects, qobjects)


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
    ("handles", "objects", "qobjects", "word"),
    [
        (0.01, 0.0, 0.0, "handles from 74 to 99"),
        (0.0, 1.0, 0.0, "Python objects by 1.00"),
        (0.0, 0.0, 1.0, "QObjects by 1.00"),
    ],
)
def test_handles_and_objects_count_too(handles: float, objects: float, qobjects: float, word: str) -> None:
    some = [
        reading(
            at,
            80_000 * KIB,
            handles=49 + int(at * handles),
            objects=125_000 + int(at * objects),
            qobjects=600 + int(at * qobjects),
        )
        for at in VISITS
    ]
    (found,) = grown(some)
    assert word in found


@given(st.lists(st.integers(550, 650), min_size=len(VISITS), max_size=len(VISITS)))
def test_pictures_that_come_and_go_in_the_screens_cache_are_no_leak(cached: list[int]) -> None:
    assert grown([reading(at, KIB, qobjects=of) for at, of in zip(VISITS, cached, strict=True)]) == []


def test_this_process_can_be_read() -> None:
    now = read(7)
    assert now.visits == 7
    assert 0 < now.judged <= now.private <= now.resident
    assert now.handles > 2
    assert now.threads >= 1
    assert now.qobjects == 0


def test_a_real_run_is_steady_and_is_not_with_a_leak_added() -> None:
    recorded = recorded_run()
    assert grown(recorded) == []
    (memory,) = grown([replace(one, private=one.private + one.visits * KIB) for one in recorded])
    (objects,) = grown([replace(one, objects=one.objects + one.visits) for one in recorded])
    assert memory.startswith("memory by ")
    assert objects.startswith("Python objects by ")


def test_too_few_visits_are_no_proof(capsys: pytest.CaptureFixture[str]) -> None:
    watch = served(Wish(visits=4, longest_s=60.0))
    assert watch.verdict() == 3
    assert "4 visits: too few to tell" in capsys.readouterr().out


def test_objects_leaked_on_purpose_are_read() -> None:
    watch = served(Wish(visits=4, longest_s=60.0, hoard_objects=10_000))
    assert watch.readings[-1].objects - watch.readings[0].objects > 20_000


def test_bytes_leaked_on_purpose_stay() -> None:
    watch = Watch(Wish(visits=4, longest_s=60.0, hoard=64 * KIB))
    tracemalloc.start()
    try:
        for _ in watch.visits():
            watch.over()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held >= 4 * 64 * KIB


def test_a_visit_that_printed_nothing_is_no_proof(capsys: pytest.CaptureFixture[str]) -> None:
    watch = Watch(Wish(visits=1, longest_s=60.0))
    watch.readings = [reading(at, 80_000 * KIB) for at in VISITS]
    watch.over(printed=True)
    assert watch.verdict() == 0
    watch.over(printed=False)
    assert watch.verdict() == 1
    assert "1 of the visits printed nothing" in capsys.readouterr().out


def test_no_visit_begins_when_the_time_is_over() -> None:
    assert list(Watch(Wish(visits=20, longest_s=0.0)).visits()) == []


def test_every_qobject_counts_also_those_outside_of_any_tree() -> None:
    first = QObject()  # Qt makes one of its own with the first of a thread
    with counted_qobjects() as count:
        parent = QObject()
        child = QObject(parent)
        assert count.alive == 2
        del child, parent
        assert count.alive == 0
    outside = QObject()
    assert count.alive == 0
    del outside, first


def served(wish: Wish) -> Watch:
    """Return the watch after as many visits as wished for, of which each does nothing but leak."""
    watch = Watch(wish)
    for number in watch.visits():
        watch.over()
        if watch.due(number):
            watch.read(number)
    return watch


def recorded_run() -> list[Reading]:
    """Return the readings that one run of the campaign printed."""
    printed = Path(__file__).with_name("machine-readings.txt").read_text("ascii")
    return [as_read(line) for line in printed.splitlines() if line.startswith("visits ")]


def as_read(line: str) -> Reading:
    visits, resident, judged, sqlite, *counts = (float(n) for n in re.findall(r"\d+(?:\.\d+)?", line))
    memory = (int(mib * KIB * KIB) for mib in (resident, judged + sqlite, sqlite))
    return Reading(int(visits), *memory, *map(int, counts))
