"""Keys of the journal: the machine's key in a file, and one key per visit wrapped by it."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from kiosk.domain.text import Text

KEY_BYTES = 32
WRAPPED_BYTES = KEY_BYTES + 8
"""RFC 3394 puts eight bytes before the key, by which it sees that it was opened with the right one."""

_NONCE_BYTES = 12


_OPEN_TO_OTHERS = Text(
    "{path} 可被他人读取：请对它执行 chmod 600", "{path} can be read by others: run chmod 600 on it"
)
_DAMAGED = Text("{path} 已损坏：请从本机备份恢复", "{path} is damaged: restore it from the machine's backup")
_FOREIGN = Text("本机密钥不属于该流水", "the machine's key does not fit this journal")
_CHANGED = Text("有记录无法解密：被更改或移动", "a record does not decrypt: it was changed or moved")


class JournalKeyError(Exception):
    """A key is missing, damaged, readable by others, or not the one that wrote the journal.

    Attributes:
        text: which of it.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def load_machine_key(path: Path) -> bytes:
    """Return the machine's key, making it on first use; the file has mode 0600 or is refused."""
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise JournalKeyError(_OPEN_TO_OTHERS.fill(path=str(path)))
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise JournalKeyError(_DAMAGED.fill(path=str(path)))
    return key


def load_signing_key(path: Path) -> Ed25519PrivateKey:
    """Return the key that signs heads and exports (RFC 8032), making it on first use."""
    return Ed25519PrivateKey.from_private_bytes(load_machine_key(path))


def _make(path: Path) -> None:
    """Write a fresh key, whole and on the disk before anyone uses it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(os.urandom(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def new_visit_key() -> bytes:
    """Return a fresh key for one visit."""
    return os.urandom(KEY_BYTES)


def wrap(machine_key: bytes, visit_key: bytes) -> bytes:
    """Wrap a visit's key for the disk (RFC 3394)."""
    return aes_key_wrap(machine_key, visit_key)


def unwrap(machine_key: bytes, wrapped: bytes) -> bytes:
    """Return a visit's key; raise JournalKeyError if another machine's key wrapped it."""
    try:
        return aes_key_unwrap(machine_key, wrapped)
    except InvalidUnwrap as error:
        raise JournalKeyError(_FOREIGN) from error


def seal(key: bytes, plain: bytes, context: bytes) -> bytes:
    """Encrypt a payload, bound to its place in the chain by `context`."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def unseal(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """Decrypt a payload; raise JournalKeyError if it was changed or belongs elsewhere."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
    except InvalidTag as error:
        raise JournalKeyError(_CHANGED) from error
