"""One whole read of a permit: files in the order an applicant waits for them, then the verdicts."""

import contextlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import structlog

from kiosk.devices.chip import face_image
from kiosk.devices.chip.bac import RandomSource
from kiosk.devices.chip.exchange import ChipFailure, ChipLink, SessionBroken
from kiosk.devices.chip.groups import (
    ChipFile,
    DocumentDetails,
    MalformedGroup,
    PersonalDetails,
    parse_com,
    parse_dg1_text,
    parse_dg11,
    parse_dg12,
)
from kiosk.devices.chip.passive_authentication import ReadFiles, authenticate
from kiosk.devices.chip.proofs import Proofs, judge_card_access, parse_dg14
from kiosk.devices.chip.security_infos import SecurityInfos
from kiosk.devices.chip.security_object import MalformedSecurityObject, parse_security_object
from kiosk.devices.chip.session import Opened, Secrets, Session
from kiosk.devices.chip.trust_store import TrustStore
from kiosk.domain.beijing import beijing_date
from kiosk.domain.chip import Check, CheckResult, ChipReading, Verdict
from kiosk.domain.dg1 import Dg1, Dg1Refused, parse_dg1, permit_from_groups
from kiosk.domain.failure import FailureCode
from kiosk.domain.permit import Permit

_LATER = (ChipFile.DG15, ChipFile.DG11, ChipFile.DG12, ChipFile.DG2)
_SPANS = {
    ChipFile.SOD: (0.03, 0.12),
    ChipFile.COM: (0.12, 0.13),
    ChipFile.DG1: (0.13, 0.14),
    ChipFile.DG14: (0.14, 0.15),
    ChipFile.DG15: (0.15, 0.16),
    ChipFile.DG11: (0.16, 0.17),
    ChipFile.DG12: (0.17, 0.18),
    ChipFile.DG2: (0.18, 0.97),
}
"""Share of the whole read that each file takes, for the progress shown; the portrait is nearly all of it."""

_log = structlog.get_logger()

_T = TypeVar("_T")


async def read_chip(
    link: ChipLink,
    known: Secrets,
    *,
    store: TrustStore,
    moment: datetime,
    progress: Callable[[float], None] | None = None,
    random: RandomSource = secrets.token_bytes,
    cautious: bool = False,
) -> ChipReading:
    """Read and judge the chip at the other end of `link`.

    Args:
        known: the printed line that opens the chip, and the card access number where there is one.
        moment: aware time, for the certificates' validity and the century of birth.
        progress: called with 0.0 to 1.0, never going back.
        cautious: ask for short answers only and select everything by name, as the second attempt at a card
            does after something has broken the session.

    Raises:
        SessionBroken: starting over, with the card reset and `cautious`, may help.
        ChipFailure: the chip could not be read at all; a chip that reads but is not authentic does not.
        ValueError: what is known has no form that opens a chip.
    """
    session = Session(link, random, cautious=cautious)
    return await _Read(session, progress).whole(known, store, moment)


class Forward:
    """Passes progress on, but never back: a second attempt starts from nothing."""

    def __init__(self, progress: Callable[[float], None] | None) -> None:
        self._progress = progress
        self._furthest = -1.0

    def __call__(self, part: float) -> None:
        if self._progress is not None and part > self._furthest:
            self._furthest = part
            self._progress(part)


class _Read:
    """What has been read so far in one session."""

    def __init__(self, session: Session, progress: Callable[[float], None] | None) -> None:
        self._session = session
        self._progress = progress
        self._files: dict[ChipFile, bytes] = {}
        self._missing: set[ChipFile] = set()
        self._malformed: set[ChipFile] = set()

    async def whole(self, known: Secrets, store: TrustStore, moment: datetime) -> ChipReading:
        opened = await self._session.open(known)
        await self._fetch(ChipFile.SOD)
        offered = await self._offered()
        await self._fetch(ChipFile.DG1)
        zone = self._zone(moment)
        if ChipFile.DG14 in offered:
            await self._fetch(ChipFile.DG14)
        infos = self._parsed(ChipFile.DG14, parse_dg14, None)
        self._look_again(opened, infos)
        for file in _LATER:
            if file in offered:
                await self._fetch(file)
        permit, portrait = self._permit(zone), self._parsed(ChipFile.DG2, face_image.portrait, b"")
        proofs = await Proofs(self._session, self._files, self._malformed).demand(infos)
        card_access = judge_card_access(opened, infos)
        self._report(1.0)
        return ChipReading(
            permit=permit,
            portrait=portrait,
            checks=(
                CheckResult(Check.ACCESS, Verdict.GENUINE, opened.detail),
                *authenticate(ReadFiles(self._files, self._missing, self._malformed), store, moment),
                _judge_line(known.line, zone),
                *(() if card_access is None else (card_access,)),
                *proofs,
            ),
            protocol=opened.protocol,
            counts=self._session.counts,
        )

    def _look_again(self, opened: Opened, infos: SecurityInfos | None) -> None:
        """Start over where PACE is signed but EF.CardAccess was not found: it may want to be selected."""
        hidden = opened.card_access is None and opened.card_access_fault is None
        if hidden and infos is not None and infos.pace_entries and not self._session.cautious:
            raise SessionBroken(FailureCode.CHIP_UNREADABLE, "PACE is signed in DG14 but was not offered")

    async def _fetch(self, file: ChipFile) -> None:
        begin, end = _SPANS[file]
        self._report(begin)
        content = await self._session.read_file(file, lambda part: self._report(begin + part * (end - begin)))
        if content is None:
            self._missing.add(file)
        else:
            self._files[file] = content

    def _report(self, part: float) -> None:
        if self._progress is not None:
            self._progress(part)

    def _zone(self, moment: datetime) -> Dg1:
        """Return the parsed DG1: without it there is no permit to speak of."""
        raw = self._files.get(ChipFile.DG1)
        if raw is None:
            raise ChipFailure(FailureCode.CHIP_UNREADABLE, "no DG1 on the chip")
        try:
            zone = parse_dg1(parse_dg1_text(raw), beijing_date(moment))
        except MalformedGroup as problem:
            raise ChipFailure(FailureCode.CHIP_UNREADABLE, str(problem)) from problem
        if isinstance(zone, Dg1Refused):
            raise ChipFailure(FailureCode.CHIP_UNREADABLE, f"DG1: {zone.reason.value}")
        return zone

    async def _offered(self) -> frozenset[ChipFile]:
        """Return the groups on the chip: those that are signed.

        EF.COM lists groups too, but nobody has signed it: it is read only where no security object says what
        there is.
        """
        raw = self._files.get(ChipFile.SOD)
        if raw is not None:
            with contextlib.suppress(MalformedSecurityObject):
                return parse_security_object(raw).groups
        await self._fetch(ChipFile.COM)
        nothing: frozenset[ChipFile] = frozenset()
        return self._parsed(ChipFile.COM, parse_com, nothing)

    def _permit(self, zone: Dg1) -> Permit:
        personal = self._parsed(ChipFile.DG11, parse_dg11, PersonalDetails())
        document = self._parsed(ChipFile.DG12, parse_dg12, DocumentDetails())
        return permit_from_groups(
            zone, personal.full_name, personal.place_of_birth, document.authority, document.issued
        )

    def _parsed(self, file: ChipFile, parse: Callable[[bytes], _T], empty: _T) -> _T:
        """Return a parsed file; one that is absent or does not parse counts as empty and is noted."""
        raw = self._files.get(file)
        if raw is None:
            return empty
        try:
            return parse(raw)
        except MalformedGroup as problem:
            self._malformed.add(file)
            _log.warning("chip.group_malformed", file=file.name, reason=str(problem))
            return empty


def _judge_line(line: str, zone: Dg1) -> CheckResult:
    """Compare the printed line with DG1; of an ordinary document any one of its lines may be given."""
    printed = "".join(line.split())
    starts = (0, 30, 44, 60)
    same = any(zone.line[start : start + len(printed)] == printed for start in starts)
    verdict = Verdict.GENUINE if same else Verdict.ALTERED
    return CheckResult(Check.PRINTED_LINE, verdict, "" if same else "the printed line differs from DG1")
