"""Where the authority is and with which keys it is spoken to: ``authority.toml`` in a folder of its own.

The folder (``STATE/keys/authority/``) holds the settings, the kiosk's private key and the authority's
public key, all written with mode 0600. Nothing of it is ever logged.
"""

import ipaddress
import os
import stat
import tomllib
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator

from kiosk.authority.client import Credentials, HttpAuthority
from kiosk.authority.contract import Authority
from kiosk.clock import Clock

SETTINGS_FILE = "authority.toml"
_LONGEST_FILE = 16_384  # bytes


class AuthoritySettingsInvalid(Exception):
    """The folder cannot be used; the text says which file and why, and quotes no secret."""


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    base_url: str
    kiosk_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{4,16}$")]
    kiosk_key: str
    authority_key: str
    simulated: bool = False

    @field_validator("base_url")
    @classmethod
    def _only_https_leaves_the_machine(cls, address: str) -> str:
        parts = urlsplit(address)
        plain = parts.scheme == "http" and _is_loopback(parts.hostname or "")
        if not parts.hostname or not (parts.scheme == "https" or plain) or parts.query or parts.fragment:
            raise ValueError("base_url must be https, or http on this machine itself")
        return address

    @field_validator("kiosk_key", "authority_key")
    @classmethod
    def _stays_in_the_folder(cls, name: str) -> str:
        if name != Path(name).name or name in {"", ".", ".."}:
            raise ValueError("keys are files of the same folder")
        return name


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def load_authority(folder: Path, clock: Clock) -> Authority:
    """Return the authority that a folder describes; raise AuthoritySettingsInvalid."""
    settings = _read_settings(folder)
    credentials = Credentials(
        settings.kiosk_id,
        read_private_key(folder / settings.kiosk_key),
        read_public_key(folder / settings.authority_key),
    )
    return HttpAuthority(settings.base_url, credentials, clock, simulated=settings.simulated)


def _read_settings(folder: Path) -> _Settings:
    try:
        return _Settings.model_validate(tomllib.loads(_read(folder / SETTINGS_FILE).decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AuthoritySettingsInvalid(f"{SETTINGS_FILE}: not a TOML file") from error
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, detail["loc"])) for detail in error.errors())
        raise AuthoritySettingsInvalid(f"{SETTINGS_FILE}: wrong or missing: {fields}") from error


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """Return an Ed25519 private key (PKCS#8 PEM) that only its owner can read."""
    content = _read(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise AuthoritySettingsInvalid(f"{path.name}: must be readable by its owner only (chmod 600)")
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise AuthoritySettingsInvalid(f"{path.name}: not a private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise AuthoritySettingsInvalid(f"{path.name}: not an Ed25519 key")
    return key


def read_public_key(path: Path) -> Ed25519PublicKey:
    """Return an Ed25519 public key (SubjectPublicKeyInfo PEM)."""
    try:
        key = serialization.load_pem_public_key(_read(path))
    except ValueError as error:
        raise AuthoritySettingsInvalid(f"{path.name}: not a public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise AuthoritySettingsInvalid(f"{path.name}: not an Ed25519 key")
    return key


def write_settings(
    folder: Path, base_url: str, kiosk_id: str, key: Ed25519PrivateKey, authority: Ed25519PublicKey
) -> None:
    """Write a folder for the sandbox that `load_authority` reads.

    A real service's folder is put there by hand and never overwritten: AuthoritySettingsInvalid.
    """
    if (folder / SETTINGS_FILE).exists() and not _read_settings(folder).simulated:
        raise AuthoritySettingsInvalid(f"{SETTINGS_FILE}: names a live authority; use another --state folder")
    text = (
        f'base_url = "{base_url}"\nkiosk_id = "{kiosk_id}"\n'
        'kiosk_key = "kiosk.pem"\nauthority_key = "authority.pem"\nsimulated = true\n'
    )
    write_private(folder / "kiosk.pem", private_pem(key))
    write_private(folder / "authority.pem", public_pem(authority))
    write_private(folder / SETTINGS_FILE, text.encode())


def private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def write_private(path: Path, content: bytes) -> None:
    """Replace a file in one step, readable by its owner only from its first byte on."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST_FILE)
    except OSError as error:
        raise AuthoritySettingsInvalid(f"{path.name}: {error.strerror}") from error
