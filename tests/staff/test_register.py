"""Numbers and PINs: who is taken for staff, what locks, and what stands on the disk."""

import asyncio
import json
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.clock import SystemClock
from kiosk.domain.staff import Claim, Role, Staff, StaffDenial, StaffDenied, StaffIdentity
from kiosk.staff.members import (
    FOLDER,
    LIST,
    Member,
    StaffListUnusable,
    hash_pin,
    pin_is,
    read_members,
    why_weak,
    write_members,
)
from kiosk.staff.register import FIRST_LOCK, LONGEST_LOCK, TRIES, StaffRegister
from kiosk.staff.specimen import COLLEAGUE, NUMBER, PIN

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
RIGHT, WRONG = PIN, "864209"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(RIGHT)
"""Costs nothing to judge; what a hash should cost has its own test."""


@dataclass
class Clock(SystemClock):
    """Stands still until a test moves it; `at` alone is the wall clock set, not time that passes."""

    at: datetime = NOON
    passed_s: float = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.passed_s

    def wait_until(self, moment: datetime) -> None:
        self.passed_s += (moment - self.at).total_seconds()
        self.at = moment


def register(state: Path, clock: Clock | None = None) -> StaffRegister:
    """Return the register of a machine with one member."""
    write_members(state, (Member(number="2002", name="王芳", pin_hash=QUICK),))
    return StaffRegister(state, clock or Clock())


def asked(of: StaffRegister, number: str, pin: str) -> StaffIdentity | StaffDenied:
    return asyncio.run(of.identify(number, pin))


def test_the_right_pin_identifies_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    desk = register(tmp_path)
    assert desk.on_call()
    assert asked(desk, "2002", RIGHT) == StaffIdentity("2002")
    assert asked(desk, "2002", WRONG) == StaffDenied(StaffDenial.WRONG, "2002")


@pytest.mark.parametrize("number", ["9999", "", "2002x", "135790", "20022", "２００２"])
def test_a_number_that_nobody_has_is_never_told_back(tmp_path: Path, number: str) -> None:
    """It might be a PIN typed at the wrong place."""
    assert asked(register(tmp_path), number, RIGHT) == StaffDenied(StaffDenial.WRONG, "")


def test_wrong_pins_lock_the_number_each_time_longer_and_the_right_one_ends_it(tmp_path: Path) -> None:
    clock = Clock()
    desk = register(tmp_path, clock)
    for _ in range(TRIES - 1):
        assert asked(desk, "2002", WRONG) == StaffDenied(StaffDenial.WRONG, "2002")
    locks = []
    for _ in range(7):
        denied = asked(desk, "2002", WRONG)
        assert isinstance(denied, StaffDenied)
        assert denied.until is not None
        locks.append(denied.until - clock.at)
        assert asked(desk, "2002", RIGHT) == StaffDenied(StaffDenial.LOCKED, "2002", denied.until)
        clock.wait_until(denied.until)
    assert locks == sorted(locks)
    assert (locks[0], locks[-1]) == (FIRST_LOCK, LONGEST_LOCK)
    assert asked(desk, "2002", RIGHT) == StaffIdentity("2002")
    assert asked(desk, "2002", WRONG) == StaffDenied(StaffDenial.WRONG, "2002")


def test_one_number_locked_leaves_the_others_alone(tmp_path: Path) -> None:
    desk = register(tmp_path)
    for _ in range(TRIES):
        asked(desk, "7777", WRONG)
    assert asked(desk, "8888", RIGHT) == StaffDenied(StaffDenial.LOCKED, "", NOON + FIRST_LOCK)
    assert asked(desk, "2002", RIGHT) == StaffIdentity("2002")


def test_a_restart_gains_nobody_another_try(tmp_path: Path) -> None:
    for _ in range(TRIES):
        asked(register(tmp_path), "2002", WRONG)
    assert asked(register(tmp_path), "2002", RIGHT) == StaffDenied(
        StaffDenial.LOCKED, "2002", NOON + FIRST_LOCK
    )


def test_a_damaged_count_locks_once_instead_of_beginning_anew(tmp_path: Path) -> None:
    desk = register(tmp_path)
    (tmp_path / FOLDER / "wrong-tries.json").write_text('{"2002": [1')
    assert asked(desk, "2002", RIGHT) == StaffDenied(StaffDenial.LOCKED, "2002", NOON + FIRST_LOCK)


@settings(max_examples=30)  # each try is synced to the disk
@given(days=st.floats(-400, 400), wrong=st.integers(TRIES, TRIES + 6))
def test_a_clock_that_is_set_neither_ends_a_lock_nor_draws_it_out(days: float, wrong: int) -> None:
    clock = Clock()
    with TemporaryDirectory() as folder:
        desk = register(Path(folder), clock)
        lock = timedelta()
        for _ in range(wrong):
            clock.wait_until(clock.at + lock)
            denied = asked(desk, "2002", WRONG)
            assert isinstance(denied, StaffDenied)
            lock = (denied.until or clock.at) - clock.at
        clock.at += timedelta(days=days)
        clock.wait_until(clock.at + lock - timedelta(seconds=1))
        still = asked(desk, "2002", RIGHT)
        assert isinstance(still, StaffDenied)
        assert still.until is not None
        assert abs(still.until - clock.at - timedelta(seconds=1)) < timedelta(milliseconds=1)
        clock.wait_until(clock.at + timedelta(seconds=1.1))
        assert asked(desk, "2002", RIGHT) == StaffIdentity("2002")


@settings(max_examples=30)  # each try is synced to the disk
@given(days=st.floats(-400, 400))
def test_a_clock_set_while_the_machine_was_off_locks_nobody_for_longer_than_any_lock(days: float) -> None:
    clock = Clock()
    with TemporaryDirectory() as folder:
        for _ in range(TRIES):
            asked(register(Path(folder), clock), "2002", WRONG)
        clock.at += timedelta(days=days)
        desk = register(Path(folder), clock)
        asked(desk, "2002", RIGHT)
        clock.at -= timedelta(days=1)
        clock.passed_s += LONGEST_LOCK.total_seconds()
        assert asked(desk, "2002", RIGHT) == StaffIdentity("2002")


def test_no_pin_stands_on_the_disk_and_nobody_else_may_read(tmp_path: Path) -> None:
    desk = register(tmp_path)
    asked(desk, "2002", WRONG)
    asked(desk, RIGHT, RIGHT)
    for path in (tmp_path / FOLDER).iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert RIGHT not in path.read_text()
        assert WRONG not in path.read_text()
    assert stat.S_IMODE((tmp_path / FOLDER).stat().st_mode) == 0o700


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"members": [{"number": "1"}]}', "\x00" * 300_000])
def test_a_list_that_cannot_be_used_is_named_and_nobody_is_on_call(tmp_path: Path, content: str) -> None:
    desk = register(tmp_path)
    (tmp_path / FOLDER / LIST).write_text(content)
    with pytest.raises(StaffListUnusable, match=r"members\.json"):
        read_members(tmp_path)
    assert not desk.on_call()
    assert asked(desk, "2002", RIGHT) == StaffDenied(StaffDenial.UNAVAILABLE)


def test_a_list_that_others_may_read_is_refused(tmp_path: Path) -> None:
    register(tmp_path)
    (tmp_path / FOLDER / LIST).chmod(0o644)
    with pytest.raises(StaffListUnusable, match="chmod 600"):
        read_members(tmp_path)


def test_without_a_list_there_is_nobody(tmp_path: Path) -> None:
    desk = StaffRegister(tmp_path, Clock())
    assert not desk.on_call()
    assert asked(desk, "2002", RIGHT) == StaffDenied(StaffDenial.WRONG, "")


def test_the_specimen_colleague_is_known_only_where_it_is_given(tmp_path: Path) -> None:
    assert asked(StaffRegister(tmp_path, Clock(), (COLLEAGUE,)), NUMBER, PIN) == StaffIdentity(NUMBER)
    assert asked(StaffRegister(tmp_path, Clock()), NUMBER, PIN) == StaffDenied(StaffDenial.WRONG, "")
    assert not (tmp_path / FOLDER / LIST).exists()


def vouched(of: StaffRegister, claim: Claim) -> Staff | StaffDenied:
    return asyncio.run(of.vouch(claim))


def test_while_nobody_is_registered_a_name_is_taken_and_not_called_verified(tmp_path: Path) -> None:
    """The invented colleague of a simulated machine is nobody: everybody can read that PIN."""
    desk = StaffRegister(tmp_path, Clock(), (COLLEAGUE,))
    said = vouched(desk, Claim("王芳", Role.CLERK))
    assert said == Staff("王芳", Role.CLERK)
    assert not said.verified


def test_once_staff_are_registered_only_number_and_pin_count(tmp_path: Path) -> None:
    listed = Member(number="2002", name="王芳", role=Role.SUPERVISOR, pin_hash=QUICK)
    write_members(tmp_path, (listed,))
    desk = StaffRegister(tmp_path, Clock(), (COLLEAGUE,))
    shown = vouched(desk, Claim("2002", Role.TECHNICIAN, RIGHT))
    assert shown == Staff("王芳", Role.SUPERVISOR, "2002")
    assert shown.verified
    assert vouched(desk, Claim("2002", pin=WRONG)) == StaffDenied(StaffDenial.WRONG, "2002")
    for by in ("王芳", NUMBER, "9999"):
        assert vouched(desk, Claim(by, pin=PIN)) == StaffDenied(StaffDenial.WRONG, "")
    assert asked(desk, NUMBER, PIN) == StaffIdentity(NUMBER)


def test_wrong_pins_at_the_screen_and_for_cases_are_counted_together(tmp_path: Path) -> None:
    desk = register(tmp_path)
    for _ in range(TRIES - 1):
        asked(desk, "2002", WRONG)
    locked = vouched(desk, Claim("2002", pin=WRONG))
    assert locked == StaffDenied(StaffDenial.WRONG, "2002", NOON + FIRST_LOCK)
    assert vouched(desk, Claim("2002", pin=RIGHT)) == StaffDenied(
        StaffDenial.LOCKED, "2002", NOON + FIRST_LOCK
    )


def test_a_list_that_cannot_be_used_lets_nobody_work_instead_of_everybody(tmp_path: Path) -> None:
    desk = register(tmp_path)
    (tmp_path / FOLDER / LIST).chmod(0o644)
    assert vouched(desk, Claim("王芳")) == StaffDenied(StaffDenial.UNAVAILABLE)


def test_a_list_of_an_older_program_has_clerks(tmp_path: Path) -> None:
    register(tmp_path)
    path = tmp_path / FOLDER / LIST
    kept = json.loads(path.read_text())
    del kept["members"][0]["role"]
    path.write_text(json.dumps(kept))
    assert [member.role for member in read_members(tmp_path)] == [Role.CLERK]


def test_a_pin_is_not_told_by_who_carries_it() -> None:
    assert RIGHT not in repr(Claim("2002", pin=RIGHT))
    with pytest.raises(ValueError, match="printable"):
        Claim("\x07", pin=RIGHT)


def test_a_hash_is_argon2id_with_a_salt_and_judges(tmp_path: Path) -> None:
    one, other = hash_pin("481516"), hash_pin("481516")
    assert one != other
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert pin_is(one, "481516")
    assert not pin_is(one, "481517")
    assert not pin_is("$argon2id$nonsense", "481516")
    write_members(tmp_path, (Member(number="300", name="李", pin_hash=one),))
    assert json.loads((tmp_path / FOLDER / LIST).read_text())["members"][0]["pin_hash"] == one


@pytest.mark.parametrize(
    "pin",
    ["", "12345", "1234567", "12345a", "１２３４５６", "111111", "123456", "987654", "890123", "112211"],
)
def test_pins_that_are_guessed_first_are_not_taken(pin: str) -> None:
    assert why_weak(pin) is not None


@given(st.text("0123456789", min_size=6, max_size=6))
def test_most_pins_are_good(pin: str) -> None:
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    assert (why_weak(pin) is None) == (len(set(pin)) >= 3 and steps not in ({1}, {9}))
