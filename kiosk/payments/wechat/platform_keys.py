"""WeChat Pay's own keys, by serial: downloaded certificates and the public key (``PUB_KEY_ID_…``) at once.

Both kinds must verify during a rotation or a change-over: the answer's ``Wechatpay-Serial`` says which
one signed (merchant documentation v3, "平台证书更换", "微信支付公钥").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from kiosk.payments import rsa
from kiosk.payments.documents import object_of, parse_object, text_of
from kiosk.payments.wechat.signing import SCHEME, answer_text, in_window, unseal

PUBLIC_KEY_PREFIX = "PUB_KEY_ID_"
_MOST_CERTIFICATES = 20


@dataclass(frozen=True, slots=True)
class PlatformKey:
    """One key of the platform; a public key without a certificate has no validity (both None)."""

    serial: str
    key: RSAPublicKey
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    @classmethod
    def of_certificate(cls, certificate: x509.Certificate) -> "PlatformKey":
        """Return the key of a certificate; raise ValueError for another kind than RSA."""
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            raise ValueError("a platform certificate without an RSA key")
        since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        return cls(f"{certificate.serial_number:X}", key, since, until)

    def valid_at(self, moment: datetime) -> bool:
        if self.valid_from is not None and moment < self.valid_from:
            return False
        return self.valid_until is None or moment <= self.valid_until


class PlatformKeys:
    """The table of keys an answer may be signed with."""

    def __init__(self, keys: Iterable[PlatformKey] = ()) -> None:
        self._by_serial = {key.serial: key for key in keys}

    def __contains__(self, serial: str) -> bool:
        return serial in self._by_serial

    def add(self, keys: Iterable[PlatformKey]) -> None:
        for key in keys:
            self._by_serial[key.serial] = key

    def refusal(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """Return why an answer or a notification is not the platform's, "" if it is.

        `headers` must look names up without regard to case or hold them in lower case.
        """
        if headers.get("wechatpay-signature-type", SCHEME) != SCHEME:
            return "another signature type"
        timestamp = headers.get("wechatpay-timestamp", "")
        if not in_window(timestamp, now.timestamp()):
            return "timestamp missing or more than 300 s away"
        key = self._by_serial.get(headers.get("wechatpay-serial", ""))
        if key is None or not key.valid_at(now):
            return "signed with a key that is unknown or not valid"
        text = answer_text(timestamp, headers.get("wechatpay-nonce", ""), body)
        if not rsa.verifies(key.key, text, headers.get("wechatpay-signature", "")):
            return "wrong signature"
        return ""


def read_certificates(body: bytes, apiv3_key: bytes) -> list[PlatformKey]:
    """Return the keys in an answer of ``GET /v3/certificates``; raise ValueError if one does not open."""
    entries = (parse_object(body) or {}).get("data")
    if not isinstance(entries, list) or not 0 < len(entries) <= _MOST_CERTIFICATES:
        raise ValueError("not a list of platform certificates")
    return [_read_certificate(entry, apiv3_key) for entry in entries]


def _read_certificate(entry: object, apiv3_key: bytes) -> PlatformKey:
    if not isinstance(entry, dict):
        raise ValueError("not a platform certificate")
    pem = unseal(apiv3_key, object_of(entry, "encrypt_certificate"))
    key = PlatformKey.of_certificate(x509.load_pem_x509_certificate(pem))
    if key.serial != text_of(entry, "serial_no").upper():
        raise ValueError("a platform certificate under another serial")
    return key
