"""The folder that says where the authority is and with which keys."""

import asyncio
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kiosk.authority.sandbox.core import Place
from kiosk.authority.sandbox.keys import authority_key, make_keys, registered_kiosk
from kiosk.authority.settings import SETTINGS_FILE, AuthoritySettingsInvalid, load_authority
from tests.authority.world import KIOSK, StillClock

URL = "http://127.0.0.1:8000/authority"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "kiosk"
    make_keys(made, tmp_path / "sandbox", URL, KIOSK, Place("4401", "广州"))
    return made


def load(folder: Path) -> bool:
    authority = load_authority(folder, StillClock())
    asyncio.run(authority.aclose())
    return authority.simulated


def test_the_sandbox_folder_loads_and_is_marked_simulated(folder: Path) -> None:
    assert load(folder)


def test_every_file_is_readable_by_its_owner_only(folder: Path, tmp_path: Path) -> None:
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 5
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)


def test_keys_stay_when_the_address_changes(folder: Path, tmp_path: Path) -> None:
    before = (folder / "kiosk.pem").read_bytes(), (folder / "authority.pem").read_bytes()
    make_keys(folder, tmp_path / "sandbox", URL.replace("8000", "9000"), KIOSK, Place("4401", "广州"))
    assert ((folder / "kiosk.pem").read_bytes(), (folder / "authority.pem").read_bytes()) == before
    assert "9000" in (folder / SETTINGS_FILE).read_text()


def test_a_live_authority_is_never_overwritten(folder: Path, tmp_path: Path) -> None:
    settings = folder / SETTINGS_FILE
    settings.write_text(settings.read_text().replace("simulated = true", "simulated = false"))
    before = settings.read_bytes()
    with pytest.raises(AuthoritySettingsInvalid, match="live authority"):
        make_keys(folder, tmp_path / "sandbox", URL, KIOSK, Place("4401", "广州"))
    assert settings.read_bytes() == before


def test_a_spoilt_sandbox_key_is_made_anew(folder: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "sandbox" / "authority-key.pem"
    spoilt.write_bytes(b"nonsense")
    key = authority_key(tmp_path / "sandbox")
    assert authority_key(tmp_path / "sandbox").public_key() == key.public_key()


def test_the_sandbox_knows_the_kiosk_and_no_stranger(folder: Path, tmp_path: Path) -> None:
    known = registered_kiosk(tmp_path / "sandbox", KIOSK)
    assert known is not None
    assert known.place == Place("4401", "广州")
    assert registered_kiosk(tmp_path / "sandbox", "K999") is None
    assert registered_kiosk(tmp_path / "sandbox", "../../kiosk") is None


@pytest.mark.parametrize(
    "address",
    [
        "http://authority.example/authority",
        "http://10.0.0.1/authority",
        "https://",
        "ftp://127.0.0.1/x",
        "https://a.example/?x=1",
    ],
)
def test_plain_http_never_leaves_the_machine(folder: Path, address: str) -> None:
    settings = folder / SETTINGS_FILE
    settings.write_text(settings.read_text().replace(URL, address))
    with pytest.raises(AuthoritySettingsInvalid, match="base_url"):
        load(folder)


@pytest.mark.parametrize(
    "address", ["https://authority.example/v", "http://localhost:1/a", "http://[::1]:1/a"]
)
def test_addresses_that_may_be_used(folder: Path, address: str) -> None:
    settings = folder / SETTINGS_FILE
    settings.write_text(settings.read_text().replace(URL, address))
    assert load(folder)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"\xff", "not a TOML file"),
        (b"= 1", "not a TOML file"),
        (b"", "base_url"),
        (b'base_url = "http://127.0.0.1/"\nkiosk_id = "k"', "kiosk_id"),
        (b'base_url = "http://127.0.0.1/"\nkiosk_key = "../../etc/shadow"', "kiosk_key"),
        (b'unknown = "s3cret"', "unknown"),
    ],
)
def test_bad_settings_are_named_and_not_quoted(folder: Path, content: bytes, complaint: str) -> None:
    (folder / SETTINGS_FILE).write_bytes(content)
    with pytest.raises(AuthoritySettingsInvalid, match=complaint) as caught:
        load(folder)
    assert "s3cret" not in str(caught.value)
    assert "shadow" not in str(caught.value)


def test_a_private_key_that_others_can_read_is_refused(folder: Path) -> None:
    (folder / "kiosk.pem").chmod(0o640)
    with pytest.raises(AuthoritySettingsInvalid, match=r"kiosk\.pem.*owner"):
        load(folder)


def test_missing_and_wrong_keys_are_named(folder: Path) -> None:
    key = generate_private_key(SECP256R1())
    (folder / "kiosk.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(AuthoritySettingsInvalid, match="not an Ed25519 key"):
        load(folder)
    (folder / "kiosk.pem").write_bytes(b"nonsense")
    with pytest.raises(AuthoritySettingsInvalid, match="not a private key"):
        load(folder)
    (folder / "kiosk.pem").unlink()
    with pytest.raises(AuthoritySettingsInvalid, match="No such file"):
        load(folder)


def test_a_key_is_never_shown(folder: Path) -> None:
    from kiosk.authority.client import Credentials

    key = Ed25519PrivateKey.generate()
    assert "Credentials" in repr(Credentials("K001", key, key.public_key()))
    assert "key=" not in repr(Credentials("K001", key, key.public_key()))
