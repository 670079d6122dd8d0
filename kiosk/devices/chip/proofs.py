"""The checks beyond passive authentication: is this the chip that was issued, and did it offer all it should?

A copy of every file passes passive authentication. Active and chip authentication ask for a private key
that never leaves the chip (ICAO Doc 9303-11 sections 6.1 and 6.2). Both keys are believed only as far as the
groups that carry them are signed, which the check of the groups' hashes says.
"""

from collections.abc import Mapping, Set

from kiosk.devices.chip import chip_authentication, tlv
from kiosk.devices.chip.active_authentication import parse_dg15, verify_answer
from kiosk.devices.chip.exchange import SessionBroken
from kiosk.devices.chip.groups import ChipFile, MalformedGroup
from kiosk.devices.chip.security_infos import MalformedSecurityInfos, SecurityInfos, parse_security_infos
from kiosk.devices.chip.session import Opened, Session
from kiosk.devices.chip.signatures import UnusableSignature
from kiosk.domain.chip import Check, CheckResult, Verdict

_NO_INFOS = SecurityInfos(frozenset())


def parse_dg14(raw: bytes) -> SecurityInfos:
    """Return what DG14 says; raise MalformedGroup."""
    try:
        return parse_security_infos(tlv.parse_exactly(raw, ChipFile.DG14.tag).value)
    except (tlv.MalformedTlv, MalformedSecurityInfos) as problem:
        raise MalformedGroup(f"DG14: {problem}") from problem


def judge_card_access(opened: Opened, signed: SecurityInfos | None) -> CheckResult | None:
    """Compare EF.CardAccess, which anybody may change, with the signed DG14 (section 9.2).

    An attacker who hides PACE, or offers a weaker form, makes the two differ. None where neither says
    anything of PACE.
    """
    offered = opened.card_access
    if opened.card_access_fault is not None:
        return CheckResult(Check.CARD_ACCESS, Verdict.UNREADABLE, opened.card_access_fault)
    if offered is None:
        if signed is None or not signed.pace_entries:
            return None
        return CheckResult(Check.CARD_ACCESS, Verdict.ALTERED, "PACE is signed in DG14 but was not offered")
    if signed is None:
        return CheckResult(Check.CARD_ACCESS, Verdict.NOT_PRESENT, "no DG14 that confirms EF.CardAccess")
    if offered.entries <= signed.entries and signed.pace_entries <= offered.entries:
        return CheckResult(Check.CARD_ACCESS, Verdict.GENUINE)
    return CheckResult(Check.CARD_ACCESS, Verdict.ALTERED, "EF.CardAccess differs from DG14")


class Proofs:
    """Puts the chip to the proof over an open session, as far as the signed groups offer it.

    Args:
        files: what was read.
        malformed: groups that did not parse.
    """

    def __init__(self, session: Session, files: Mapping[ChipFile, bytes], malformed: Set[ChipFile]) -> None:
        self._session = session
        self._files = files
        self._malformed = malformed
        self._over = False

    async def demand(self, infos: SecurityInfos | None) -> tuple[CheckResult, ...]:
        """Return a verdict for each proof that the chip offers.

        Chip authentication comes last: one who fails it has lost the session.
        """
        results = await self._active(infos or _NO_INFOS), await self._chip(infos)
        return tuple(result for result in results if result is not None)

    async def _active(self, infos: SecurityInfos) -> CheckResult | None:
        raw = self._files.get(ChipFile.DG15)
        if raw is None:
            return None
        try:
            key = parse_dg15(raw)
            answer = await self._session.sign_challenge(key)
            if isinstance(answer, str):
                return _active_result(Verdict.ALTERED, answer)
            if verify_answer(key, *answer, infos.plain_digest):
                return _active_result(Verdict.GENUINE, str(key.algorithm))
        except (MalformedGroup, UnusableSignature) as problem:
            return _active_result(Verdict.UNREADABLE, str(problem))
        except SessionBroken as problem:
            self._over = True
            return _active_result(Verdict.ALTERED, f"the chip left the session: {problem}")
        return _active_result(Verdict.ALTERED, "the chip does not hold the key of DG15: it is a copy")

    async def _chip(self, infos: SecurityInfos | None) -> CheckResult | None:
        if infos is None:
            if ChipFile.DG14 not in self._malformed:
                return None
            return _chip_result(Verdict.UNREADABLE, "DG14 cannot be read")
        key = chip_authentication.choose(infos.chip_keys)
        if key is None:
            return _chip_result(Verdict.UNREADABLE, infos.faults[0]) if infos.faults else None
        if self._over:
            return _chip_result(Verdict.UNREADABLE, "the chip has left the session before")
        failure = await self._session.prove_chip(key, ChipFile.DG14)
        if failure is not None:
            return _chip_result(Verdict.ALTERED, f"the chip does not prove the key of DG14: {failure}")
        return _chip_result(Verdict.GENUINE, f"{key.curve.name} {key.cipher.title}")


def _active_result(verdict: Verdict, detail: str) -> CheckResult:
    return CheckResult(Check.ACTIVE_AUTHENTICATION, verdict, detail)


def _chip_result(verdict: Verdict, detail: str) -> CheckResult:
    return CheckResult(Check.CHIP_AUTHENTICATION, verdict, detail)
