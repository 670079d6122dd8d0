"""The sections of merchants.toml for the two ways to pay with a device at the kiosk: card and purse.

The channels stand over devices, which this room may not know: what is read here is put together with
them in `kiosk.assembly.payments`. docs/card-and-purse.md says what a technician writes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator

from kiosk.payments.keyfiles import KeyUnusable, read_certificates, read_secret_text, write_file
from kiosk.payments.sections import MERCHANTS_FILE, Section

TERMINAL_SECTION, PURSE_SECTION = "card_terminal", "yang_cheng_tong"
KEY_FILE = "passphrase.txt"
TAC_KEY_FILE = "tac_key.txt"
AUTHORITY_FILE = "authority.pem"
_SHORTEST_PASSPHRASE = 8
_TAC_KEY_BYTES = 16


def _terminal_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError("must be an http or https address, such as https://192.0.2.7:8443/nexo")
    return url


RawSection = Mapping[str, str | int | bool]
"""A section as it stands in the file: one that is wrong takes out its own way to pay and no other."""

SectionT = TypeVar("SectionT", bound=Section)
_Name = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z ._-]{0,63}$")]


class CardTerminalSection(Section):
    """``[card_terminal]`` of merchants.toml.

    Attributes:
        url: where the terminal takes nexo messages; plain http only with a key, or to this machine.
        server_name: the name in the terminal's certificate where it is not the host of `url`.
        merchant: the acquirer's merchant number, compared with every approval.
        sale_id: the kiosk's name at the terminal (nexo SaleID).
        poi_id: the terminal's own name, model and serial number (nexo POIID).
        key_id, key_version: of the shared key; its passphrase stands in ``card_terminal/passphrase.txt``.
    """

    url: Annotated[str, AfterValidator(_terminal_url)]
    server_name: _Name | None = None
    merchant: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{4,32}$")]
    sale_id: _Name
    poi_id: _Name
    key_id: _Name | None = None
    key_version: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1

    @model_validator(mode="after")
    def _protected(self) -> Self:
        parts = urlsplit(self.url)
        here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if parts.scheme == "http" and self.key_id is None and not here:
            raise ValueError("plain http needs key_id and a passphrase")
        return self


class YangChengTongSection(Section):
    """``[yang_cheng_tong]`` of merchants.toml.

    Attributes:
        serial: path of the reader's port, such as /dev/serial/by-id/…; or
        host, port: of a serial server before it.
        merchant_code: four digits that the operator gives; without it the reader has it already.
    """

    serial: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None
    host: _Name | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 4001
    merchant_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] | None = None

    @model_validator(mode="after")
    def _one_cable(self) -> Self:
        if (self.host is None) == (self.serial is None):
            raise ValueError("expected either serial, or host and port")
        return self


@dataclass(frozen=True, slots=True)
class TerminalKey:
    """The key shared with the terminal, as typed into it."""

    identifier: str
    version: int
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TerminalSettings:
    """A usable section ``[card_terminal]`` with its files."""

    section: CardTerminalSection
    authority: Path | None
    key: TerminalKey | None


def terminal_settings(raw: RawSection, folder: Path) -> TerminalSettings:
    """Return the section with the files beside it; raise KeyUnusable naming what is wrong.

    Args:
        folder: ``card_terminal`` in the payment folder.
    """
    section = _section(CardTerminalSection, raw, folder)
    authority = folder / AUTHORITY_FILE
    if authority.exists():
        read_certificates(authority)
    return TerminalSettings(section, authority if authority.exists() else None, _key(section, folder))


@dataclass(frozen=True, slots=True)
class PurseSettings:
    """A usable section ``[yang_cheng_tong]``; `tac_key` only where the operator is simulated."""

    section: YangChengTongSection
    tac_key: bytes | None = field(default=None, repr=False)


def purse_settings(raw: RawSection, folder: Path) -> PurseSettings:
    """Return the section with the key that verifies its TACs, if there is one; raise KeyUnusable.

    The real key never leaves the operator: only a sandbox has one.

    Args:
        folder: ``yang_cheng_tong`` in the payment folder.
    """
    section = _section(YangChengTongSection, raw, folder)
    path = folder / TAC_KEY_FILE
    if not path.exists():
        return PurseSettings(section)
    try:
        key = bytes.fromhex(read_secret_text(path).decode("ascii"))
    except ValueError:
        key = b""
    if len(key) != _TAC_KEY_BYTES:
        raise KeyUnusable(
            path, f"not {_TAC_KEY_BYTES} bytes in hexadecimal", "Remove it, or start the sandbox"
        )
    return PurseSettings(section, key)


def _section(kind: type[SectionT], raw: RawSection, folder: Path) -> SectionT:
    """Return a section, checked; raise KeyUnusable naming every wrong setting, never its value."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join((folder.name, *map(str, e['loc'])))}: {e['msg']}" for e in error.errors()
        )
        path = folder.parent / MERCHANTS_FILE
        raise KeyUnusable(path, wrong, "Correct it after docs/card-and-purse.md") from None


def _key(section: CardTerminalSection, folder: Path) -> TerminalKey | None:
    if section.key_id is None:
        return None
    path = folder / KEY_FILE
    try:
        passphrase = read_secret_text(path).decode("ascii")
    except UnicodeDecodeError:
        raise KeyUnusable(path, "not a line of ASCII", _TYPED) from None
    if len(passphrase) < _SHORTEST_PASSPHRASE or not passphrase.isprintable():
        raise KeyUnusable(path, f"not a line of {_SHORTEST_PASSPHRASE} characters or more", _TYPED)
    return TerminalKey(section.key_id, section.key_version, passphrase)


_TYPED = "Write the passphrase here exactly as it was typed into the terminal"


def put_sections(path: Path, sections: Mapping[str, Section]) -> None:
    """Put sections into merchants.toml in place of those of the same name; the rest stays as it is."""
    text = path.read_text(encoding="utf-8")
    for name in sections:
        text = re.sub(rf"^\n?\[{name}\]\n(?:(?!\[).*\n)*", "", text, flags=re.MULTILINE)
    write_file(path, (text + sections_text(sections)).encode())


def sections_text(sections: Mapping[str, Section | RawSection | None]) -> str:
    """Return sections as they stand in merchants.toml; those that are None are left out."""
    lines: list[str] = []
    for name, section in sections.items():
        if section is None:
            continue
        # JSON's texts, numbers and booleans are TOML's, and no value here is anything else.
        values = section.model_dump(exclude_none=True) if isinstance(section, Section) else section
        lines += ["", f"[{name}]"]
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "".join(f"{line}\n" for line in lines)
