"""APIv3 signatures of requests and answers, and the sealed resources of notifications.

Source: WeChat Pay merchant documentation v3, "签名生成", "签名验证", "证书和回调报文解密".
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.payments import rsa
from kiosk.payments.documents import Document, text_of

SCHEME = "WECHATPAY2-SHA256-RSA2048"
ALGORITHM = "AEAD_AES_256_GCM"
WINDOW_S = 300  # both sides refuse a timestamp farther away than this

_PAIR = re.compile(r'([a-z_]{1,20})="([^"\x00-\x1f]{0,2000})"')
_NAMES = frozenset({"mchid", "nonce_str", "signature", "timestamp", "serial_no"})
_LONGEST_NONCE = 32
_NOT_SEALED = "the sealed resource does not open with the APIv3 key"


def request_text(method: str, target: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    """Return what a request's signature covers; `target` is path and query as sent."""
    return f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"


def answer_text(timestamp: str, nonce: str, body: bytes) -> bytes:
    """Return what the signature of an answer or a notification covers."""
    return f"{timestamp}\n{nonce}\n".encode() + body + b"\n"


@dataclass(frozen=True, slots=True)
class Authorization:
    """The parsed ``Authorization`` header of a request."""

    mchid: str
    nonce_str: str
    signature: str
    timestamp: str
    serial_no: str

    @property
    def header(self) -> str:
        """Return the header's value."""
        return (
            f'{SCHEME} mchid="{self.mchid}",nonce_str="{self.nonce_str}",signature="{self.signature}",'
            f'timestamp="{self.timestamp}",serial_no="{self.serial_no}"'
        )


def authorize(
    key: RSAPrivateKey,
    method: str,
    target: str,
    body: bytes,
    *,
    mchid: str,
    serial: str,
    second: int,
    nonce: str,
) -> str:
    """Return the ``Authorization`` header for a request at the Unix time `second`."""
    signature = rsa.sign(key, request_text(method, target, str(second), nonce, body))
    return Authorization(mchid, nonce, signature, str(second), serial).header


def parse_authorization(header: str) -> Authorization | None:
    """Return the header's five members, given in any order; None for any other header."""
    scheme, _, rest = header.partition(" ")
    parts = rest.strip().split(",")
    matches = [_PAIR.fullmatch(part.strip()) for part in parts]
    pairs = {match[1]: match[2] for match in matches if match is not None}
    if scheme != SCHEME or len(parts) != len(_NAMES) or pairs.keys() != _NAMES:
        return None
    if not 0 < len(pairs["nonce_str"]) <= _LONGEST_NONCE:
        return None
    return Authorization(**pairs)


def in_window(timestamp: str, second: float) -> bool:
    """Return whether a timestamp is a Unix time within five minutes of `second`."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    return abs(int(timestamp) - second) <= WINDOW_S


def answer_headers(
    key: RSAPrivateKey, serial: str, second: int, nonce: str, body: bytes
) -> Mapping[str, str]:
    """Return the headers that sign an answer or a notification (the gateway's side)."""
    return {
        "Wechatpay-Timestamp": str(second),
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Signature": rsa.sign(key, answer_text(str(second), nonce, body)),
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature-Type": SCHEME,
    }


def seal(key: bytes, plain: bytes, nonce: str, associated: str) -> dict[str, str]:
    """Return a sealed resource (the gateway's side); `nonce` has 12 ASCII characters."""
    ciphertext = AESGCM(key).encrypt(nonce.encode("ascii"), plain, associated.encode())
    return {
        "algorithm": ALGORITHM,
        "ciphertext": base64.b64encode(ciphertext).decode("ascii"),
        "associated_data": associated,
        "nonce": nonce,
    }


def unseal(key: bytes, resource: Document) -> bytes:
    """Return the plain text of a sealed resource; raise ValueError if it does not open with the key."""
    if text_of(resource, "algorithm") != ALGORITHM:
        raise ValueError("a sealed resource of an unknown algorithm")
    try:
        nonce = text_of(resource, "nonce").encode("ascii")
        ciphertext = base64.b64decode(text_of(resource, "ciphertext"), validate=True)
        return AESGCM(key).decrypt(nonce, ciphertext, text_of(resource, "associated_data").encode())
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise ValueError(_NOT_SEALED) from error
