"""Keys and certificates of the payment folder, each refused with the file's name and the remedy."""

import os
import secrets
import stat
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

_LONGEST_FILE = 64 * 1024  # bytes
_SHORTEST_RSA = 2048  # bits; what all three networks ask for


class KeyUnusable(Exception):
    """A file of the payment folder cannot be used; the text names it, what is wrong and the remedy."""

    def __init__(self, path: Path, wrong: str, remedy: str) -> None:
        super().__init__(f"{path}: {wrong}. {remedy}")
        self.path = path


def read_private_key(path: Path) -> RSAPrivateKey:
    """Return an RSA private key (PEM, PKCS#8 or PKCS#1, no password); its file must have mode 0600."""
    try:
        key = load_pem_private_key(_read_secret(path), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyUnusable(path, "not a PEM private key without password", _EXPORT_HINT) from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _SHORTEST_RSA:
        raise KeyUnusable(path, "not an RSA key of 2048 bits or more", "Put the network's merchant key here")
    return key


def read_public_key(path: Path) -> RSAPublicKey:
    """Return an RSA public key (PEM, SubjectPublicKeyInfo)."""
    try:
        key = load_pem_public_key(_read(path))
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnusable(
            path, "not a PEM public key", "Wrap the network's key in BEGIN PUBLIC KEY"
        ) from None
    if not isinstance(key, RSAPublicKey):
        raise KeyUnusable(path, "not an RSA public key", "Put the network's public key here")
    return key


def read_certificate(path: Path) -> x509.Certificate:
    """Return an X.509 certificate (PEM)."""
    try:
        return x509.load_pem_x509_certificate(_read(path))
    except ValueError:
        remedy = "Convert it: openssl x509 -inform DER -in FILE -out FILE.pem"
        raise KeyUnusable(path, "not a PEM certificate", remedy) from None


def read_certificates(path: Path) -> list[x509.Certificate]:
    """Return the X.509 certificates of a bundle (PEM)."""
    try:
        return x509.load_pem_x509_certificates(_read(path))
    except ValueError:
        raise KeyUnusable(path, "not a bundle of PEM certificates", "Download it again") from None


def read_secret_text(path: Path) -> bytes:
    """Return a secret kept as one line of ASCII; its file must have mode 0600."""
    return _read_secret(path).strip()


def write_file(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 that is either the old one or the new one, never half of it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


_EXPORT_HINT = "Export it: openssl pkcs12 -in FILE.pfx -nocerts -nodes | openssl pkey -out merchant_key.pem"


def _read_secret(path: Path) -> bytes:
    content = _read(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyUnusable(path, "others than its owner may read this secret", f"Run: chmod 600 '{path}'")
    return content


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST_FILE + 1)
    except OSError as error:
        remedy = "See docs/payments.md for the files of each network"
        raise KeyUnusable(path, f"cannot be read ({error.strerror})", remedy) from None
    if len(content) > _LONGEST_FILE:
        raise KeyUnusable(path, "too long for a key", "Put the network's file here")
    return content
