"""Keys and ids of both sides, made on the first start: the networks', and the kiosk's payment folder.

The gateway's folder holds the whole set; the kiosk's side is written from it, so that either may be
deleted and comes back. A payment folder that names a live gateway is never touched.
"""

import secrets
import shutil
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from kiosk.payments.alipay.certificates import certificate_sn, root_sn
from kiosk.payments.keyfiles import (
    KeyUnusable,
    read_certificate,
    read_private_key,
    read_public_key,
    read_secret_text,
    write_file,
)
from kiosk.payments.merchant_devices import PURSE_SECTION, TERMINAL_SECTION, sections_text
from kiosk.payments.merchants import read_merchants
from kiosk.payments.sections import MERCHANTS_FILE
from kiosk.payments.unionpay.signing import OWNER

WECHAT_APPID = "wx0000000000kiosk1"
WECHAT_MCHID = "1900000001"
WECHAT_PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012026010100000000000001"
ALIPAY_APP_ID = "2021000000000001"
ALIPAY_SELLER_ID = "2088000000000001"
UNIONPAY_MER_ID = "777290058100001"

_UNIONPAY_LEAF = x509.Name(
    [x509.NameAttribute(NameOID.COMMON_NAME, f"041@8310000000083040@{OWNER}@00016493")]
)
_LIFE = timedelta(days=3650)
_BACKDATED = timedelta(days=1)  # so that a machine whose clock is a little slow accepts them
_MERCHANT_FILES = (
    "wechat/merchant_key.pem",
    "wechat/merchant_cert.pem",
    "wechat/apiv3_key.txt",
    f"wechat/platform/{WECHAT_PUBLIC_KEY_ID}.pem",
    "alipay/app_key.pem",
    "alipay/alipay_public.pem",
    "alipay/app_cert.pem",
    "alipay/alipay_cert.pem",
    "alipay/alipay_root.pem",
    "unionpay/merchant_key.pem",
    "unionpay/merchant_cert.pem",
    "unionpay/root.pem",
    "unionpay/middle.pem",
)


@dataclass(frozen=True, slots=True)
class WechatGatewayKeys:
    """WeChat Pay's side: `platform` are certificates, the newest last; `public` is the never-ending key."""

    merchant_serial: str
    merchant: RSAPublicKey
    public: RSAPrivateKey = field(repr=False)
    platform: tuple[tuple[RSAPrivateKey, x509.Certificate], ...] = field(repr=False)
    apiv3_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AlipayGatewayKeys:
    """Alipay's side."""

    app: RSAPublicKey
    alipay: RSAPrivateKey = field(repr=False)
    app_sn: str
    alipay_sn: str
    root_sn: str


@dataclass(frozen=True, slots=True)
class UnionPayGatewayKeys:
    """UnionPay's side: `leaf` signs, its certificate goes with every answer."""

    merchant: x509.Certificate
    leaf: x509.Certificate
    leaf_key: RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class GatewayKeys:
    """What the simulated networks sign with and verify by."""

    wechat: WechatGatewayKeys
    alipay: AlipayGatewayKeys
    unionpay: UnionPayGatewayKeys


def ensure_keys(folder: Path, now: datetime) -> None:
    """Make the whole set in `folder` unless it is there; it appears at once or not at all."""
    if folder.is_dir():
        if not (folder / "alipay" / "app_cert.pem").exists():  # a folder from before certificate mode
            _certify_alipay(folder / "alipay", now)
        return
    draft = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        _make_wechat(draft / "wechat", now)
        _make_alipay(draft / "alipay", now)
        _make_unionpay(draft / "unionpay", now)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def load_keys(folder: Path) -> GatewayKeys:
    """Return the networks' side; raise KeyUnusable naming a file that is missing or spoilt."""
    return GatewayKeys(
        _load_wechat(folder / "wechat"), _load_alipay(folder / "alipay"), _load_unionpay(folder)
    )


def write_merchant_folder(folder: Path, kiosk: Path, base_url: str) -> None:
    """Write the kiosk's payment folder for this gateway; raise KeyUnusable where it names a live one."""
    path = kiosk / MERCHANTS_FILE
    devices = ""
    if path.exists():
        merchants = read_merchants(kiosk)
        devices = sections_text(
            {
                TERMINAL_SECTION: merchants.card_terminal,
                PURSE_SECTION: merchants.yang_cheng_tong,
                "notifications": merchants.notifications,
            }
        )
        sections = (merchants.wechat, merchants.alipay, merchants.unionpay)
        if any(section is not None and not section.simulated for section in sections):
            remedy = "Use another --state folder for the sandbox"
            raise KeyUnusable(path, "names a live payment network", remedy)
    for name in _MERCHANT_FILES:
        write_file(kiosk / name, (folder / name).read_bytes())
    write_file(path, (merchants_text(base_url) + devices).encode())


def merchants_text(base_url: str) -> str:
    """Return the merchants.toml that points at the gateway."""
    sections: Mapping[str, Mapping[str, str]] = {
        "wechat": {
            "base_url": base_url,
            "appid": WECHAT_APPID,
            "mchid": WECHAT_MCHID,
            "platform_key_id": WECHAT_PUBLIC_KEY_ID,
            "notify_url": "https://kiosk.example/notice/wechat",
        },
        "alipay": {
            "gateway_url": f"{base_url}/gateway.do",
            "app_id": ALIPAY_APP_ID,
            "seller_id": ALIPAY_SELLER_ID,
        },
        "unionpay": {
            "base_url": base_url,
            "mer_id": UNIONPAY_MER_ID,
            "file_url": f"{base_url}/filedownload",
        },
    }
    lines = ["# Written by the sandbox: every channel goes to the simulated gateway. See docs/payments.md."]
    for name, values in sections.items():
        lines += ["", f"[{name}]", "simulated = true"]
        lines += [f'{key} = "{value}"' for key, value in values.items()]
    return "\n".join(lines) + "\n"


def rotate_wechat(folder: Path, now: datetime) -> None:
    """Add a platform certificate, which signs from the next loading on; the older ones stay valid."""
    _add_platform_certificate(folder / "wechat", now)


def rotate_unionpay(folder: Path, now: datetime) -> bool:
    """Replace the signing certificate by another of the same chain; False where its issuer's key is gone."""
    unionpay = folder / "unionpay"
    if not (unionpay / "middle_key.pem").exists():  # a folder made by an earlier version
        return False
    issuer = read_certificate(unionpay / "middle.pem").subject
    key = _new_key()
    leaf = _certificate(_UNIONPAY_LEAF, key, issuer, read_private_key(unionpay / "middle_key.pem"), now)
    _write_key(unionpay / "leaf_key.pem", key)
    _write_certificate(unionpay / "leaf.pem", leaf)
    return True


# making


def _make_wechat(folder: Path, now: datetime) -> None:
    _write_merchant(folder, f"WeChat Pay merchant {WECHAT_MCHID}", now)
    letters = string.ascii_letters + string.digits
    write_file(folder / "apiv3_key.txt", "".join(secrets.choice(letters) for _ in range(32)).encode())
    public = _new_key()
    _write_key(folder / "public_key.pem", public)
    _write_public(folder / "platform" / f"{WECHAT_PUBLIC_KEY_ID}.pem", public)
    _add_platform_certificate(folder, now)


def _add_platform_certificate(folder: Path, now: datetime) -> None:
    number = len(list(folder.glob("platform_cert_*.pem"))) + 1
    key = _new_key()
    name = _common_name("Tenpay.com sandbox")
    _write_key(folder / f"platform_key_{number:03d}.pem", key)
    _write_certificate(folder / f"platform_cert_{number:03d}.pem", _certificate(name, key, name, key, now))


def _make_alipay(folder: Path, now: datetime) -> None:
    app, alipay = _new_key(), _new_key()
    _write_key(folder / "app_key.pem", app)
    _write_public(folder / "app_public.pem", app)
    _write_key(folder / "alipay_key.pem", alipay)
    _write_public(folder / "alipay_public.pem", alipay)
    _certify_alipay(folder, now)


def _certify_alipay(folder: Path, now: datetime) -> None:
    """Make the certificates of certificate mode over the keys that are there."""
    root_key, root = _new_key(), _alipay_name("Ant Financial sandbox root")
    keys = {name: read_private_key(folder / f"{name}_key.pem") for name in ("alipay", "app")}
    _write_certificate(
        folder / "alipay_root.pem", _certificate(root, root_key, root, root_key, now, authority=True)
    )
    for name, key in keys.items():
        subject = _alipay_name(f"sandbox {name}")
        _write_certificate(folder / f"{name}_cert.pem", _certificate(subject, key, root, root_key, now))


def _make_unionpay(folder: Path, now: datetime) -> None:
    _write_merchant(folder, f"041@{UNIONPAY_MER_ID}@kiosk@00000001", now)
    root_key, middle_key, leaf_key = _new_key(), _new_key(), _new_key()
    root, middle = _common_name("UnionPay sandbox root"), _common_name("UnionPay sandbox middle")
    _write_key(folder / "leaf_key.pem", leaf_key)
    _write_key(folder / "middle_key.pem", middle_key)
    certificates = {
        "root.pem": _certificate(root, root_key, root, root_key, now, authority=True),
        "middle.pem": _certificate(middle, middle_key, root, root_key, now, authority=True),
        "leaf.pem": _certificate(_UNIONPAY_LEAF, leaf_key, middle, middle_key, now),
    }
    for name, certificate in certificates.items():
        _write_certificate(folder / name, certificate)


def _write_merchant(folder: Path, common_name: str, now: datetime) -> None:
    key, name = _new_key(), _common_name(common_name)
    _write_key(folder / "merchant_key.pem", key)
    _write_certificate(folder / "merchant_cert.pem", _certificate(name, key, name, key, now))


def _new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def _alipay_name(common_name: str) -> x509.Name:
    """Return a name with the four parts that Alipay's SDKs read of an issuer."""
    parts = (
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, "Ant Financial"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "Certification Authority"),
        (NameOID.COMMON_NAME, common_name),
    )
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])


def _common_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name,
    key: RSAPrivateKey,
    issuer: x509.Name,
    issuer_key: RSAPrivateKey,
    now: datetime,
    *,
    authority: bool = False,
) -> x509.Certificate:
    builder = x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - _BACKDATED,
        not_valid_after=now + _LIFE,
    )
    constraints = x509.BasicConstraints(ca=authority, path_length=None)
    return builder.add_extension(constraints, critical=True).sign(issuer_key, SHA256())


# writing and loading


def _write_key(path: Path, key: RSAPrivateKey) -> None:
    write_file(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _write_public(path: Path, key: RSAPrivateKey) -> None:
    write_file(path, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    write_file(path, certificate.public_bytes(Encoding.PEM))


def _load_wechat(folder: Path) -> WechatGatewayKeys:
    certificate = read_certificate(folder / "merchant_cert.pem")
    numbers = sorted(path.stem.rpartition("_")[2] for path in folder.glob("platform_cert_*.pem"))
    pairs = (
        (
            read_private_key(folder / f"platform_key_{n}.pem"),
            read_certificate(folder / f"platform_cert_{n}.pem"),
        )
        for n in numbers
    )
    return WechatGatewayKeys(
        merchant_serial=f"{certificate.serial_number:X}",
        merchant=read_private_key(folder / "merchant_key.pem").public_key(),
        public=read_private_key(folder / "public_key.pem"),
        platform=tuple(pairs),
        apiv3_key=read_secret_text(folder / "apiv3_key.txt"),
    )


def _load_alipay(folder: Path) -> AlipayGatewayKeys:
    return AlipayGatewayKeys(
        app=read_public_key(folder / "app_public.pem"),
        alipay=read_private_key(folder / "alipay_key.pem"),
        app_sn=certificate_sn(read_certificate(folder / "app_cert.pem")),
        alipay_sn=certificate_sn(read_certificate(folder / "alipay_cert.pem")),
        root_sn=root_sn([read_certificate(folder / "alipay_root.pem")]),
    )


def _load_unionpay(folder: Path) -> UnionPayGatewayKeys:
    unionpay = folder / "unionpay"
    return UnionPayGatewayKeys(
        merchant=read_certificate(unionpay / "merchant_cert.pem"),
        leaf=read_certificate(unionpay / "leaf.pem"),
        leaf_key=read_private_key(unionpay / "leaf_key.pem"),
    )
