"""Security objects made by OpenSSL, genuine and hostile: one verdict per link of the chain."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.devices.chip import elliptic, tlv
from kiosk.devices.chip.curve_table import CURVES, Curve
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.passive_authentication import CHECKS, ReadFiles, authenticate
from kiosk.devices.chip.trust_store import TrustStore, load_trust_store
from kiosk.domain.chip import Check, CheckResult, Verdict
from tests.devices.chip.openssl import SCHEMES, Authority, Scheme, ec

GROUPS = {ChipFile.DG1: b"one" * 30, ChipFile.DG2: b"two" * 500, ChipFile.DG11: b"eleven"}
P256 = ec("prime256v1", "named_curve")


class Country:
    """An authority, a store that trusts it, and its security object over GROUPS."""

    def __init__(self, folder: Path, scheme: Scheme) -> None:
        self.authority = Authority(folder / "made", scheme)
        store = folder / "trust"
        store.mkdir()
        shutil.copy(self.authority.trust, store)
        self.store = load_trust_store(store)
        self.sod = self.authority.security_object(GROUPS)
        self.made: datetime = self.authority.signer()["tbs_certificate"]["validity"]["not_before"].native

    def judge(
        self,
        *,
        files: dict[ChipFile, bytes] | None = None,
        sod: bytes | None = None,
        store: TrustStore | None = None,
        days: int = 1,
        missing: frozenset[ChipFile] = frozenset(),
    ) -> dict[Check, Verdict]:
        read = ReadFiles({**(GROUPS if files is None else files), ChipFile.SOD: sod or self.sod}, missing)
        moment = self.made + timedelta(days=days)
        return verdicts(authenticate(read, self.store if store is None else store, moment))


def verdicts(results: tuple[CheckResult, ...]) -> dict[Check, Verdict]:
    assert tuple(result.check for result in results) == CHECKS
    return {result.check: result.verdict for result in results}


def all_of(verdict: Verdict) -> dict[Check, Verdict]:
    return dict.fromkeys(CHECKS, verdict)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    return Country(tmp_path_factory.mktemp("utopia"), P256)


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_every_scheme_of_the_field_is_verified(scheme: Scheme, tmp_path: Path) -> None:
    country = Country(tmp_path, scheme)
    assert country.judge() == all_of(Verdict.GENUINE)
    altered = country.judge(files={**GROUPS, ChipFile.DG2: b"another face"})
    assert altered == {**all_of(Verdict.GENUINE), Check.GROUP_HASHES: Verdict.ALTERED}
    stranger = Authority(tmp_path / "stranger", scheme).security_object(GROUPS)
    assert country.judge(sod=stranger)[Check.ISSUER] is Verdict.UNKNOWN_ISSUER


def test_an_unknown_authority_leaves_the_rest_genuine(country: Country) -> None:
    judged = country.judge(store=TrustStore())
    assert judged == {**all_of(Verdict.GENUINE), Check.ISSUER: Verdict.UNKNOWN_ISSUER}


def test_a_namesake_of_the_authority_is_no_authority(country: Country, tmp_path: Path) -> None:
    namesake = Authority(tmp_path / "namesake", P256, "Utopia CSCA")
    assert country.judge(sod=namesake.security_object(GROUPS))[Check.ISSUER] is Verdict.UNKNOWN_ISSUER


def test_a_group_that_nobody_signed(country: Country) -> None:
    extra = {**GROUPS, ChipFile.DG12: b"slipped in"}
    assert country.judge(files=extra)[Check.GROUP_HASHES] is Verdict.ALTERED


def test_a_group_that_was_taken_away(country: Country) -> None:
    left: dict[ChipFile, bytes] = {file: raw for file, raw in GROUPS.items() if file != ChipFile.DG11}
    judged = country.judge(files=left, missing=frozenset((ChipFile.DG11,)))
    assert judged[Check.GROUP_HASHES] is Verdict.ALTERED


@pytest.mark.parametrize("days", [-2, 901, 4000])
def test_certificates_outside_their_validity(country: Country, days: int) -> None:
    assert country.judge(days=days)[Check.SIGNER_VALIDITY] is Verdict.UNKNOWN_ISSUER


def test_a_changed_list_of_hashes(country: Country) -> None:
    place = country.sod.index(b"\x02\x01\x0b\x04\x20") + 5
    spoilt = country.sod[:place] + bytes([country.sod[place] ^ 1]) + country.sod[place + 1 :]
    judged = country.judge(sod=spoilt)
    assert judged[Check.SOD_SIGNATURE] is Verdict.ALTERED
    assert judged[Check.GROUP_HASHES] is Verdict.ALTERED


def test_a_changed_signature(country: Country) -> None:
    spoilt = country.sod[:-1] + bytes([country.sod[-1] ^ 1])
    assert country.judge(sod=spoilt)[Check.SOD_SIGNATURE] is Verdict.ALTERED


def test_a_signature_without_signed_attributes_is_not_judged_genuine(country: Country) -> None:
    bare = country.authority.security_object(GROUPS, attributes=False)
    assert country.judge(sod=bare)[Check.SOD_SIGNATURE] is Verdict.UNREADABLE


def test_no_security_object() -> None:
    moment = datetime.fromisoformat("2026-06-01T00:00:00+00:00")
    assert verdicts(authenticate(ReadFiles(GROUPS), TrustStore(), moment)) == all_of(Verdict.NOT_PRESENT)


@pytest.mark.parametrize("sod", [b"\x77\x00", b"\x30\x03\x02\x01\x00", b"\x77\x02\x30\x80", bytes(40)])
def test_what_is_no_security_object(country: Country, sod: bytes) -> None:
    assert country.judge(sod=sod) == all_of(Verdict.UNREADABLE)


def nested(tag: int, depth: int) -> bytes:
    raw = b""
    for _ in range(depth):
        raw = tlv.encode(tag, raw)
    return raw


SIGNED_DATA = bytes.fromhex("06092A864886F70D010702")


@pytest.mark.parametrize(
    "content",
    [
        nested(0x30, 8000),
        tlv.encode(0x30, SIGNED_DATA + nested(0xA0, 8000)),
        tlv.encode(0x30, SIGNED_DATA + tlv.encode(0xA0, nested(0x24, 8000))),
        tlv.encode(0x30, tlv.encode(0x06, b"\x81" * 10_000 + b"\x01")),
        tlv.encode(0x30, SIGNED_DATA + tlv.encode(0xA0, tlv.encode(0x02, b"\x7f" * 30_000))),
    ],
    ids=["sequences", "contexts", "strings of strings", "endless identifier", "endless number"],
)
def test_objects_that_want_to_exhaust_the_reader(country: Country, content: bytes) -> None:
    assert country.judge(sod=tlv.encode(0x77, content)) == all_of(Verdict.UNREADABLE)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_hostile_security_object_never_crashes_and_never_covers_a_changed_group(
    country: Country, data: st.DataObject
) -> None:
    spoilt = bytearray(country.sod)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(spoilt) - 1))
        spoilt[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.just(len(spoilt)) | st.integers(0, len(spoilt)))
    judged = country.judge(sod=bytes(spoilt[:cut]) or b"\0", files={**GROUPS, ChipFile.DG1: b"forged"})
    assert not all(verdict is Verdict.GENUINE for verdict in judged.values())


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_explicit_parameters_are_named_only_when_all_agree(curve: Curve) -> None:
    base = elliptic.Point(curve.gx, curve.gy)
    assert elliptic.multiply(curve, curve.n, base) is None
    whole = elliptic.encode_point(curve, base)
    compressed = bytes([2 + (curve.gy & 1)]) + whole[1 : 1 + len(whole) // 2]
    for form in (whole, compressed):
        assert elliptic.curve_of_parameters(curve.p, curve.a, curve.b, form, curve.n) is curve
    doubled = elliptic.add(curve, base, base)
    assert doubled is not None
    with pytest.raises(elliptic.UnknownCurve):
        elliptic.curve_of_parameters(
            curve.p, curve.a, curve.b, elliptic.encode_point(curve, doubled), curve.n
        )
    assert elliptic.decode_point(curve, elliptic.encode_point(curve, doubled)) == doubled


def test_a_trust_store_names_what_it_leaves_out(country: Country, tmp_path: Path) -> None:
    shutil.copy(country.authority.trust, tmp_path / "good.pem")
    shutil.copy(country.authority.trust.with_name("ds.pem"), tmp_path / "signer.pem")
    (tmp_path / "noise.cer").write_bytes(b"\x30\x82\xff\xff")
    (tmp_path / "readme.txt").write_text("not looked at")
    store = load_trust_store(tmp_path)
    assert len(store.authorities) == 1
    assert store.refused == ("noise.cer", "signer.pem")
    assert load_trust_store(tmp_path / "nowhere") == TrustStore()
