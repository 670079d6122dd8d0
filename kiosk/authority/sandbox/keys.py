"""The sandbox's keys: both sides' folders are written together, and kept as long as they fit together."""

import re
import tomllib
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.authority.sandbox.core import Place
from kiosk.authority.sandbox.service import Registered
from kiosk.authority.settings import (
    AuthoritySettingsInvalid,
    private_pem,
    public_pem,
    read_private_key,
    write_private,
    write_settings,
)
from kiosk.authority.signing import KIOSK_ID

_KEY_FILE = "authority-key.pem"
_PLACE = re.compile(r"[0-9]{4}")


def make_keys(kiosk_folder: Path, sandbox_folder: Path, base_url: str, kiosk_id: str, place: Place) -> None:
    """Let a kiosk and the sandbox know each other, and tell the kiosk where the sandbox is.

    Keys that exist are kept, so that a restart changes nothing but the address.

    Args:
        kiosk_folder: where `load_authority` will look (``STATE/keys/authority``).
        sandbox_folder: where the sandbox keeps its side.
        place: where this kiosk stands; it issues in that place's name.

    Raises:
        AuthoritySettingsInvalid: the kiosk's folder names a live authority.
    """
    if not KIOSK_ID.fullmatch(kiosk_id) or not _PLACE.fullmatch(place.code):
        raise ValueError("kiosk id or place code of another form")
    kiosk_key = _readable_key(kiosk_folder / "kiosk.pem") or Ed25519PrivateKey.generate()
    write_settings(kiosk_folder, base_url, kiosk_id, kiosk_key, authority_key(sandbox_folder).public_key())
    public = public_pem(kiosk_key.public_key()).decode()
    entry = f'place_code = "{place.code}"\nplace_name = "{place.name}"\nkey = """\n{public}"""\n'
    write_private(sandbox_folder / "kiosks" / f"{kiosk_id}.toml", entry.encode())


def authority_key(sandbox_folder: Path) -> Ed25519PrivateKey:
    """Return the sandbox's signing key, made on first use."""
    path = sandbox_folder / _KEY_FILE
    key = _readable_key(path)
    if key is None:
        key = Ed25519PrivateKey.generate()
        write_private(path, private_pem(key))
    return key


def registered_kiosk(sandbox_folder: Path, kiosk_id: str) -> Registered | None:
    """Return a kiosk that `make_keys` made known; None for a stranger or a spoilt entry."""
    if not KIOSK_ID.fullmatch(kiosk_id):
        return None
    try:
        entry = tomllib.loads((sandbox_folder / "kiosks" / f"{kiosk_id}.toml").read_text("utf-8"))
        key = serialization.load_pem_public_key(entry["key"].encode())
        place = Place(entry["place_code"], entry["place_name"])
    except (OSError, KeyError, ValueError):
        return None
    return Registered(key, place) if isinstance(key, Ed25519PublicKey) else None


def _readable_key(path: Path) -> Ed25519PrivateKey | None:
    """Return a key made before; None where there is none, or a spoilt one: sandbox keys are worth nothing."""
    try:
        return read_private_key(path)
    except AuthoritySettingsInvalid:
        return None
