"""The protection of messages, with openssl as second opinion."""

import base64
import subprocess
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from kiosk.devices.terminal.blob import BlobKey, NotGenuine, seal, unseal
from kiosk.devices.terminal.json_text import encode

KEY = BlobKey("kiosk", 1, "correct horse battery staple")
MESSAGE = {"SaleToPOIRequest": {"MessageHeader": {"ServiceID": "1"}, "LoginRequest": {"DateTime": "now"}}}
ROOT = "SaleToPOIRequest"


def openssl(*arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(("openssl", *arguments), input=given, capture_output=True, check=True).stdout


def test_openssl_opens_the_blob_and_finds_the_same_hmac() -> None:
    derive = ("kdf", "-keylen", "80", "-kdfopt", "digest:SHA1", "-kdfopt", f"pass:{KEY.passphrase}")
    options = ("-kdfopt", "salt:AdyenNexoV1Salt", "-kdfopt", "iter:4000", "PBKDF2")
    material = bytes.fromhex(openssl(*derive, *options).decode().replace(":", "").strip())
    envelope = seal(MESSAGE, KEY)[ROOT]
    nonce = base64.b64decode(envelope["SecurityTrailer"]["Nonce"])
    start = bytes(a ^ b for a, b in zip(material[64:], nonce, strict=True))
    blob = base64.b64decode(envelope["NexoBlob"])
    plain = openssl("enc", "-aes-256-cbc", "-d", "-K", material[32:64].hex(), "-iv", start.hex(), given=blob)
    assert plain == encode(MESSAGE)
    mac = openssl("mac", "-digest", "SHA256", "-macopt", f"hexkey:{material[:32].hex()}", "HMAC", given=plain)
    assert bytes.fromhex(mac.decode().strip()) == base64.b64decode(envelope["SecurityTrailer"]["Hmac"])


def test_what_was_sealed_opens_and_no_two_blobs_are_alike() -> None:
    first, second = seal(MESSAGE, KEY), seal(MESSAGE, KEY)
    assert unseal(first, ROOT, KEY) == unseal(second, ROOT, KEY) == encode(MESSAGE)
    assert first[ROOT]["NexoBlob"] != second[ROOT]["NexoBlob"]
    assert KEY.passphrase not in repr(KEY)


def _flipped(text: str) -> str:
    raw = bytearray(base64.b64decode(text))
    raw[0] ^= 1
    return base64.b64encode(raw).decode()


Spoil = Callable[[dict[str, Any]], Mapping[str, Any]]
SPOILT: dict[str, Spoil] = {
    "blob": lambda e: {**e, "NexoBlob": _flipped(e["NexoBlob"])},
    "short": lambda e: {**e, "NexoBlob": e["NexoBlob"][:24]},
    "odd": lambda e: {**e, "NexoBlob": "AAAA"},
    "no base64": lambda e: {**e, "NexoBlob": "*"},
    "no blob": lambda e: {name: value for name, value in e.items() if name != "NexoBlob"},
    "no trailer": lambda e: {**e, "SecurityTrailer": None},
    **{
        f"trailer {name}": lambda e, name=name, value=value: {
            **e,
            "SecurityTrailer": {**e["SecurityTrailer"], name: value},
        }
        for name, value in {
            "Nonce": "AAAAAAAAAAAAAAAAAAAAAA==",
            "Hmac": base64.b64encode(bytes(32)).decode(),
            "KeyVersion": 2,
            "KeyIdentifier": "another",
            "AdyenCryptoVersion": 2,
        }.items()
    },
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_nothing_spoilt_opens(spoil: Spoil) -> None:
    with pytest.raises(NotGenuine):
        unseal({ROOT: spoil(dict(seal(MESSAGE, KEY)[ROOT]))}, ROOT, KEY)


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(NotGenuine):
        unseal(seal(MESSAGE, KEY), ROOT, BlobKey("kiosk", 1, "another"))
