"""How a number and a PIN are judged, at the screen and for work on cases; how wrong ones lock the number."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from kiosk.clock import Clock
from kiosk.domain.staff import Claim, Staff, StaffDenial, StaffDenied, StaffIdentity
from kiosk.staff.members import (
    FOLDER,
    NUMBER,
    PIN,
    Member,
    StaffListUnusable,
    pin_is,
    read_members,
    write_secret,
)

_log = structlog.get_logger()

TRIES = 5
"""Wrong PINs in a row that a number may have; every further one locks it for longer."""

FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(minutes=16)

_WRONG_TRIES = "wrong-tries.json"
_NOBODY = ""
"""All numbers that nobody has count as one: the file stays small, and a lock tells nothing about them."""

_DECOY = "$argon2id$v=19$m=19456,t=2,p=1$6SSSuL4nEWxbfBgAzfxPMg$4PnFUibgY1QuIKg8wfvyK405iMmRPpymh4mlwls2P4I"
"""Of no PIN at all: a number that nobody has takes as long to judge as another."""


@dataclass(frozen=True, slots=True)
class _Tries:
    """Wrong PINs in a row of one number. `until`: when it is taken again (aware UTC)."""

    wrong: int = 0
    until: datetime | None = None


@dataclass(slots=True)
class StaffRegister:
    """Implements `contract.StaffDesk` on the list in a state folder.

    The count of wrong PINs stands on the disk before a PIN is judged: switching the machine off gains
    nobody another try.

    Attributes:
        specimens: members of a simulated machine, known at its screen besides the list; never written into
            it. Everybody can read their PINs, so they count for nothing in work on cases.
        _steady: until when a number is locked, by the clock's `monotonic`.
    """

    state: Path
    clock: Clock
    specimens: tuple[Member, ...] = ()
    _steady: dict[str, float] = field(default_factory=dict)
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)

    def on_call(self) -> bool:
        try:
            return bool(self._members())
        except StaffListUnusable as error:
            _log.warning("the list of staff cannot be used", why=str(error))
            return False

    async def identify(self, number: str, pin: str) -> StaffIdentity | StaffDenied:
        async with self._one_by_one:
            judged = await asyncio.to_thread(self._judge, self._members, number, pin)
        return judged if isinstance(judged, StaffDenied) else StaffIdentity(judged.number)

    async def vouch(self, claim: Claim) -> Staff | StaffDenied:
        """Judge who works on a case; a list that cannot be read lets nobody work, rather than everybody."""
        try:
            if not self._listed():
                return Staff(claim.by, claim.role)
        except StaffListUnusable as error:
            return _nobody(error)
        async with self._one_by_one:
            judged = await asyncio.to_thread(self._judge, self._listed, claim.by, claim.pin)
        return judged if isinstance(judged, StaffDenied) else Staff(judged.name, judged.role, judged.number)

    def _judge(
        self, candidates: Callable[[], tuple[Member, ...]], number: str, pin: str
    ) -> Member | StaffDenied:
        try:
            members = {member.number: member for member in candidates()}
            known = members.get(number) if NUMBER.fullmatch(number) else None
            counted = known.number if known else _NOBODY
            tries, now = self._tries(), self.clock.now()
            before = tries.get(counted, _Tries())
            left = self._locked_for(counted, before, now)
            if left:
                return StaffDenied(StaffDenial.LOCKED, counted, now + left)
            after = _once_more(before, now)
            self._keep({**tries, counted: after})
            self._count_down(counted, after, now)
            right = pin_is(known.pin_hash if known else _DECOY, pin if PIN.fullmatch(pin) else "")
            if known is None or not right:
                _log.warning("a PIN of staff was wrong", number=counted, wrong=after.wrong)
                return StaffDenied(StaffDenial.WRONG, counted, after.until)
            self._keep({name: kept for name, kept in tries.items() if name != counted})
            return known
        except (StaffListUnusable, OSError) as error:
            return _nobody(error)

    def _locked_for(self, counted: str, tries: _Tries, now: datetime) -> timedelta:
        """Return how much longer a number is locked: setting the clock neither ends that nor draws it out.

        After a restart the wall clock tells, once, and may be wrong: more than the longest lock is none.
        """
        if tries.until is None:
            return timedelta()
        if counted not in self._steady:
            self._count_down(counted, tries, now)
        return timedelta(seconds=max(self._steady[counted] - self.clock.monotonic(), 0.0))

    def _count_down(self, counted: str, tries: _Tries, now: datetime) -> None:
        left = timedelta() if tries.until is None else tries.until - now
        locked_s = left.total_seconds() if left <= LONGEST_LOCK else 0.0
        self._steady[counted] = self.clock.monotonic() + locked_s

    def _listed(self) -> tuple[Member, ...]:
        return read_members(self.state)

    def _members(self) -> tuple[Member, ...]:
        listed = self._listed()
        numbers = {member.number for member in listed}
        return (*listed, *(one for one in self.specimens if one.number not in numbers))

    def _tries(self) -> dict[str, _Tries]:
        """Return what is counted; a damaged file locks every number once, so that damage gains nothing."""
        path = self.state / FOLDER / _WRONG_TRIES
        try:
            kept = json.loads(path.read_bytes())
            return {str(number): _tries_of(int(wrong), until) for number, (wrong, until) in kept.items()}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, AttributeError):
            _log.warning("the count of wrong PINs was damaged and begins anew")
            self._steady.clear()
            lock = _Tries(TRIES, self.clock.now() + FIRST_LOCK)
            locked = dict.fromkeys([_NOBODY, *(member.number for member in self._members())], lock)
            self._keep(locked)
            return locked

    def _keep(self, tries: dict[str, _Tries]) -> None:
        plain = {
            number: (one.wrong, one.until.isoformat() if one.until else None) for number, one in tries.items()
        }
        write_secret(self.state / FOLDER / _WRONG_TRIES, json.dumps(plain).encode())


def _nobody(why: Exception) -> StaffDenied:
    _log.error("nobody can be identified as staff", why=str(why))
    return StaffDenied(StaffDenial.UNAVAILABLE)


def _tries_of(wrong: int, until: str | None) -> _Tries:
    return _Tries(wrong, datetime.fromisoformat(until).astimezone(UTC) if until else None)


def _once_more(before: _Tries, now: datetime) -> _Tries:
    """Return the count with one more wrong PIN: from `TRIES` on the number is locked, each time longer."""
    wrong = before.wrong + 1
    if wrong < TRIES:
        return _Tries(wrong)
    lock = min(FIRST_LOCK * 2 ** min(wrong - TRIES, 10), LONGEST_LOCK)
    return _Tries(wrong, now + lock)
