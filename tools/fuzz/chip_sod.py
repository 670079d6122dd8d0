"""A chip's security object (EF.SOD): parsed, and judged against no, a right and a spoilt group."""

import logging
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.passive_authentication import CHECKS, ReadFiles, authenticate
from kiosk.devices.chip.trust_store import TrustStore, load_trust_store
from kiosk.devices.simulated.specimen_issuer import Issuer, open_issuer
from kiosk.domain.chip import Check, Verdict

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

_MOMENT = datetime(2026, 11, 22, tzinfo=UTC)
_GROUPS = {ChipFile.DG1: b"\x61\x03\x5f\x1f\x00"}


@cache
def _home() -> tuple[Issuer, TrustStore, bytes]:
    with TemporaryDirectory() as folder:
        issuer = open_issuer(Path(folder), "fuzz", _MOMENT)
        trust = Path(folder) / "trust"
        trust.mkdir()
        (trust / "csca.cer").write_bytes(issuer.authority_der)
        return issuer, load_trust_store(trust), issuer.security_object(_GROUPS)


def seeds() -> tuple[bytes, ...]:
    issuer, _, genuine = _home()
    return genuine, issuer.security_object(_GROUPS, signed=False), genuine[:200]


def one_input(data: bytes) -> None:
    _, store, genuine = _home()
    results = authenticate(ReadFiles({ChipFile.SOD: data[:32768], **_GROUPS}), store, _MOMENT)
    assert tuple(result.check for result in results) == CHECKS
    verdicts = {result.check: result.verdict for result in results}
    spoilt = authenticate(ReadFiles({ChipFile.SOD: data[:32768], ChipFile.DG1: b"\x61\x00"}), store, _MOMENT)
    believed = verdicts[Check.SOD_SIGNATURE] is verdicts[Check.ISSUER] is Verdict.GENUINE
    if believed and verdicts[Check.GROUP_HASHES] is Verdict.GENUINE:
        assert data[:4] == genuine[:4], "a security object that the issuer has not signed"
        assert spoilt[0].verdict is not Verdict.GENUINE
