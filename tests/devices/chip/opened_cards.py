"""Cards with access by PACE and keys of their own, and reading them in one call."""

import asyncio
import secrets
from collections.abc import Mapping

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kiosk.devices.chip import tlv
from kiosk.devices.chip.card_folder import Card, Traits
from kiosk.devices.chip.file_reading import MasterFile
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.security_infos import build_security_infos
from kiosk.devices.chip.session import Opened, Secrets, Session
from tests.devices.chip.cards import LINE, ChipInHand, sized

CAN = "271828"
WITH_THE_LINE = Secrets(LINE)


def card_offering(
    *entries: bytes,
    in_card_access: tuple[bytes, ...] | None = None,
    groups: Mapping[ChipFile, bytes] | None = None,
    traits: Traits | None = None,
) -> Card:
    """Return a card whose DG14 says `entries`; EF.CardAccess says the same unless told otherwise."""
    offered = entries if in_card_access is None else in_card_access
    files = {ChipFile.DG1.short_id: sized(ChipFile.DG1, 95)}
    if entries:
        files[ChipFile.DG14.short_id] = tlv.encode(ChipFile.DG14.tag, build_security_infos(*entries))
    files |= {file.short_id: raw for file, raw in (groups or {}).items()}
    master = {MasterFile.CARD_ACCESS.identifier: build_security_infos(*offered)} if offered else {}
    return Card(files, LINE, master_files=master, traits=traits or Traits(can=CAN))


def public_der(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def opened(link: ChipInHand, known: Secrets = WITH_THE_LINE) -> tuple[Opened, bytes | None]:
    """Open a chip and read its DG1."""

    async def read() -> tuple[Opened, bytes | None]:
        session = Session(link, secrets.token_bytes)
        return await session.open(known), await session.read_file(ChipFile.DG1)

    return asyncio.run(read())
