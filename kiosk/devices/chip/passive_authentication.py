"""Passive authentication (ICAO Doc 9303-11 section 5.1): one verdict for each link of the chain.

groups → hashes in EF.SOD → signature by the document signer → authority of the trust store → validity.
The links are judged one by one, so that a technician sees which one broke.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from asn1crypto.x509 import Certificate

from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.security_object import MalformedSecurityObject, SecurityObject, parse_security_object
from kiosk.devices.chip.signatures import PARSING_ERRORS, UnusableSignature
from kiosk.devices.chip.trust_store import TrustStore, valid_at
from kiosk.domain.chip import Check, CheckResult, Verdict

CHECKS = (Check.GROUP_HASHES, Check.SOD_SIGNATURE, Check.ISSUER, Check.SIGNER_VALIDITY)


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """What was read of a chip.

    Attributes:
        missing: groups that were asked for and are not on the chip.
        malformed: groups on the chip that could not be read or parsed.
    """

    files: Mapping[ChipFile, bytes]
    missing: Set[ChipFile] = frozenset()
    malformed: Set[ChipFile] = frozenset()


def authenticate(read: ReadFiles, store: TrustStore, moment: datetime) -> tuple[CheckResult, ...]:
    """Return a verdict for every link of passive authentication at an aware moment."""
    raw = read.files.get(ChipFile.SOD)
    if raw is None:
        malformed = ChipFile.SOD in read.malformed
        verdict = Verdict.UNREADABLE if malformed else Verdict.NOT_PRESENT
        return tuple(CheckResult(check, verdict, "no security object") for check in CHECKS)
    try:
        signed = parse_security_object(raw)
    except MalformedSecurityObject as problem:
        return tuple(CheckResult(check, Verdict.UNREADABLE, str(problem)) for check in CHECKS)
    return (
        _judge_hashes(signed, read),
        _judge_signature(signed),
        *_judge_certificate(signed.signer, store, moment),
    )


def _judge_hashes(signed: SecurityObject, read: ReadFiles) -> CheckResult:
    groups = {file: raw for file, raw in read.files.items() if file.group_number is not None}
    altered = sorted(file.name for file, raw in groups.items() if not signed.covers(file, raw))
    gone = sorted(file.name for file in read.missing & signed.groups)
    if altered or gone:
        return CheckResult(Check.GROUP_HASHES, Verdict.ALTERED, _listed(altered, gone))
    if read.malformed:
        names = ", ".join(sorted(file.name for file in read.malformed))
        return CheckResult(Check.GROUP_HASHES, Verdict.UNREADABLE, f"unreadable: {names}")
    names = ", ".join(sorted(file.name for file in groups))
    return CheckResult(Check.GROUP_HASHES, Verdict.GENUINE, f"{signed.digest_name}: {names}")


def _listed(altered: list[str], gone: list[str]) -> str:
    parts = [("differs from what was signed: ", altered), ("signed but not on the chip: ", gone)]
    return "; ".join(words + ", ".join(names) for words, names in parts if names)


def _judge_signature(signed: SecurityObject) -> CheckResult:
    try:
        fault = signed.signature_fault()
    except UnusableSignature as problem:
        return CheckResult(Check.SOD_SIGNATURE, Verdict.UNREADABLE, str(problem))
    if fault is not None:
        return CheckResult(Check.SOD_SIGNATURE, Verdict.ALTERED, fault)
    name = signed.signer_info["signature_algorithm"]["algorithm"].native
    return CheckResult(Check.SOD_SIGNATURE, Verdict.GENUINE, str(name))


def _judge_certificate(
    signer: Certificate, store: TrustStore, moment: datetime
) -> tuple[CheckResult, CheckResult]:
    try:
        issuers = store.issuers_of(signer) if _may_sign_documents(signer) else ()
        return _judge_issuer(issuers, store), _judge_validity(signer, issuers, moment)
    except PARSING_ERRORS as problem:
        detail = f"document signer's certificate: {type(problem).__name__}"
        return (
            CheckResult(Check.ISSUER, Verdict.UNREADABLE, detail),
            CheckResult(Check.SIGNER_VALIDITY, Verdict.UNREADABLE, detail),
        )


def _may_sign_documents(signer: Certificate) -> bool:
    usage = signer.key_usage_value
    return not signer.ca and (usage is None or "digital_signature" in usage.native)


def _judge_issuer(issuers: tuple[Certificate, ...], store: TrustStore) -> CheckResult:
    if issuers:
        return CheckResult(Check.ISSUER, Verdict.GENUINE, issuers[0].subject.human_friendly[:120])
    detail = f"no authority among the {len(store.authorities)} trusted signed the document signer"
    return CheckResult(Check.ISSUER, Verdict.UNKNOWN_ISSUER, detail)


def _judge_validity(signer: Certificate, issuers: tuple[Certificate, ...], moment: datetime) -> CheckResult:
    """Judge the dates; a chain outside its validity counts as one that no authority answers for."""
    if not valid_at(signer, moment):
        detail = "the document signer's certificate is not valid at this time"
        return CheckResult(Check.SIGNER_VALIDITY, Verdict.UNKNOWN_ISSUER, detail)
    if issuers and not any(valid_at(issuer, moment) for issuer in issuers):
        detail = "the authority's certificate is not valid at this time"
        return CheckResult(Check.SIGNER_VALIDITY, Verdict.UNKNOWN_ISSUER, detail)
    return CheckResult(Check.SIGNER_VALIDITY, Verdict.GENUINE)
