"""How requests and answers are signed: Ed25519 (RFC 8032) over every part that carries meaning.

The authority's real wire format is not public; this one is ours (docs/authority.md). Each field has one
spelling only (lower-case hex, whole seconds, ``Z``), so that no signed part can be changed and still pass.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

WINDOW = timedelta(seconds=300)
"""How far the two clocks may differ."""

KIOSK_ID = re.compile(r"[0-9A-Z]{4,16}")
NONCE = re.compile(r"[0-9a-f]{32}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")

_REQUEST, _ANSWER = "KIOSK-REQUEST-1", "KIOSK-ANSWER-1"

HEADER_KIOSK = "kiosk-id"
HEADER_MOMENT = "kiosk-timestamp"
HEADER_NONCE = "kiosk-nonce"
HEADER_SIGNATURE = "kiosk-signature"
REQUEST_HEADERS = (HEADER_KIOSK, HEADER_MOMENT, HEADER_NONCE, HEADER_SIGNATURE)
HEADER_ANSWER_MOMENT = "authority-timestamp"
HEADER_ANSWER_SIGNATURE = "authority-signature"


class Rejection(StrEnum):
    """Why a signature was not accepted; these words travel in the problem answers."""

    MALFORMED = "malformed_headers"
    STALE = "stale_timestamp"
    UNKNOWN_KIOSK = "unknown_kiosk"
    BAD_SIGNATURE = "bad_signature"
    REPLAYED = "replayed_nonce"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a verified request, with the nonce that its answer is bound to."""

    kiosk_id: str
    nonce: str
    moment: datetime


def moment_text(moment: datetime) -> str:
    """Return an aware moment as RFC 3339 UTC in whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parse_moment(text: str) -> datetime | None:
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _signed_text(*parts: str, body: bytes) -> bytes:
    return "\n".join((*parts, hashlib.sha256(body).hexdigest())).encode()


def sign_request(
    key: Ed25519PrivateKey, kiosk_id: str, path: str, body: bytes, *, nonce: str, now: datetime
) -> dict[str, str]:
    """Return the headers that sign one POST."""
    moment = moment_text(now)
    text = _signed_text(_REQUEST, "POST", path, kiosk_id, moment, nonce, body=body)
    return {
        HEADER_KIOSK: kiosk_id,
        HEADER_MOMENT: moment,
        HEADER_NONCE: nonce,
        HEADER_SIGNATURE: key.sign(text).hex(),
    }


def verify_request(
    headers: Mapping[str, str],
    path: str,
    body: bytes,
    *,
    key_of: Callable[[str], Ed25519PublicKey | None],
    now: datetime,
) -> Caller | Rejection:
    """Return who sent a POST, or why it is not believed. Replay is the caller's matter (it has memory)."""
    kiosk_id, moment, nonce, signature = (headers.get(name, "") for name in REQUEST_HEADERS)
    sent = _parse_moment(moment)
    if sent is None or not KIOSK_ID.fullmatch(kiosk_id) or not NONCE.fullmatch(nonce):
        return Rejection.MALFORMED
    key = key_of(kiosk_id)
    if key is None:
        return Rejection.UNKNOWN_KIOSK
    text = _signed_text(_REQUEST, "POST", path, kiosk_id, moment, nonce, body=body)
    if not _verifies(key, signature, text):
        return Rejection.BAD_SIGNATURE
    if abs(now - sent) > WINDOW:
        return Rejection.STALE
    return Caller(kiosk_id, nonce, sent)


def sign_answer(
    key: Ed25519PrivateKey, path: str, status: int, body: bytes, *, nonce: str, now: datetime
) -> dict[str, str]:
    """Return the headers that sign one answer and bind it to the request with this nonce."""
    moment = moment_text(now)
    text = _signed_text(_ANSWER, str(status), path, moment, nonce, body=body)
    return {HEADER_ANSWER_MOMENT: moment, HEADER_ANSWER_SIGNATURE: key.sign(text).hex()}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came over the wire, not believed yet."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def verify_answer(
    reply: Reply, path: str, *, nonce: str, key: Ed25519PublicKey, now: datetime
) -> Rejection | None:
    """Return None for a genuine and fresh answer to the request with this nonce."""
    moment = reply.headers.get(HEADER_ANSWER_MOMENT, "")
    sent = _parse_moment(moment)
    if sent is None:
        return Rejection.MALFORMED
    text = _signed_text(_ANSWER, str(reply.status), path, moment, nonce, body=reply.body)
    if not _verifies(key, reply.headers.get(HEADER_ANSWER_SIGNATURE, ""), text):
        return Rejection.BAD_SIGNATURE
    return Rejection.STALE if abs(now - sent) > WINDOW else None


def _verifies(key: Ed25519PublicKey, signature: str, text: bytes) -> bool:
    if not _SIGNATURE.fullmatch(signature):
        return False
    try:
        key.verify(bytes.fromhex(signature), text)
    except InvalidSignature:
        return False
    return True
