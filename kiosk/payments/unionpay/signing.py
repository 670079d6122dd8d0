"""ACP 5.1.0 signatures, the text form of answers, and the chain of UnionPay's certificates.

Source: UnionPay "平台接入接口规范" 5.1.0, part "安全规范" (signMethod 01, RSA with SHA-256).
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.x509.oid import NameOID

from kiosk.payments import rsa

OWNER = "中国银联股份有限公司"
_CACHE_SIZE = 8
_MOST_FIELDS = 100
_LONGEST_CERTIFICATE = 8192  # characters of PEM
_CLOSING = {"{": "}", "[": "]"}


def fields_text(fields: Mapping[str, str]) -> str:
    """Return the sorted, unescaped ``name=value`` text; empty values and `signature` stay out."""
    pairs = sorted(fields.items())
    return "&".join(f"{name}={value}" for name, value in pairs if value and name != "signature")


def _digest(fields: Mapping[str, str]) -> bytes:
    """Return the hex digest, which itself is what RSA-SHA256 signs: the text is hashed twice."""
    return hashlib.sha256(fields_text(fields).encode()).hexdigest().encode("ascii")


def sign(key: RSAPrivateKey, fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields with their `signature`."""
    return {**fields, "signature": rsa.sign(key, _digest(fields))}


def verifies(key: RSAPublicKey, fields: Mapping[str, str]) -> bool:
    """Return whether `signature` is the key's over all other fields."""
    return rsa.verifies(key, _digest(fields), fields.get("signature", ""))


def answer_body(fields: Mapping[str, str]) -> bytes:
    """Return an answer as UnionPay writes it: not URL-encoded (the gateway's side)."""
    return "&".join(f"{name}={value}" for name, value in fields.items()).encode()


def parse_answer(body: bytes) -> dict[str, str] | None:
    """Return the fields of an answer, None for a body that is none or that names a field twice.

    Nothing is URL-decoded; a value in ``{}`` or ``[]`` may hold ``&``.
    """
    try:
        rest = body.decode("utf-8").strip()
    except ValueError:
        return None
    fields: dict[str, str] = {}
    while rest:
        name, equals, rest = rest.partition("=")
        end = _value_end(rest)
        if not equals or not name.isalnum() or name in fields or end is None or len(fields) >= _MOST_FIELDS:
            return None
        fields[name], rest = rest[:end], rest[end + 1 :]
    return fields or None


def _value_end(text: str) -> int | None:
    """Return where the value at the start of `text` ends, None for a bracket that is never closed."""
    opening = text[:1]
    if opening not in _CLOSING:
        end = text.find("&")
        return len(text) if end < 0 else end
    depth = 0
    for index, character in enumerate(text):
        depth += (character == opening) - (character == _CLOSING[opening])
        if depth == 0:
            end = index + 1
            return end if text[end : end + 1] in {"", "&"} else None
    return None


@dataclass(frozen=True, slots=True)
class _Trusted:
    key: RSAPublicKey
    valid_from: datetime
    valid_until: datetime


class UnionPayTrust:
    """Which certificates may sign UnionPay's answers: issued through the middle and root CA configured."""

    def __init__(self, root: x509.Certificate, middle: x509.Certificate) -> None:
        self._root = root
        self._middle = middle
        self._checked: OrderedDict[str, _Trusted] = OrderedDict()

    def refusal(self, fields: Mapping[str, str], now: datetime) -> str:
        """Return why fields are not UnionPay's, "" if they are."""
        pem = fields.get("signPubKeyCert", "")
        trusted = self._checked.get(pem) or self._check(pem)
        if isinstance(trusted, str):
            return trusted
        if not trusted.valid_from <= now <= trusted.valid_until:
            return "the certificate or its issuer has expired or is not valid yet"
        return "" if verifies(trusted.key, fields) else "wrong signature"

    def _check(self, pem: str) -> "_Trusted | str":
        """Check chain and owner once per certificate and remember it; return the reason if it fails."""
        if not 0 < len(pem) <= _LONGEST_CERTIFICATE:
            return "no certificate"
        try:
            leaf = x509.load_pem_x509_certificate(pem.encode())
            key = leaf.public_key()
            owner = str(leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value).split("@")
            leaf.verify_directly_issued_by(self._middle)
            self._middle.verify_directly_issued_by(self._root)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, IndexError):
            return "not a certificate of UnionPay's chain"
        if not isinstance(key, RSAPublicKey) or len(owner) < 3 or owner[2] != OWNER:
            return "not a certificate of UnionPay's own"
        chain = (leaf, self._middle, self._root)
        since = max(certificate.not_valid_before_utc for certificate in chain)
        trusted = _Trusted(key, since, min(certificate.not_valid_after_utc for certificate in chain))
        self._checked[pem] = trusted
        if len(self._checked) > _CACHE_SIZE:
            self._checked.popitem(last=False)
        return trusted
