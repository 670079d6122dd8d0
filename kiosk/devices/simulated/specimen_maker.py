"""Makes specimen permits: a folder per invented holder with every file of the chip, really signed.

Below the state folder: ``permits/SLUG/`` (``<FID>.bin``, the chip's own keys, ``specimen.toml``), ``trust/``
with the specimen authority's certificate, ``keys/`` with the issuers' private keys. The foreign authority
that signs the permits with a wrong issuer is never put into ``trust/``.
"""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from kiosk.devices.chip import face_image, tlv
from kiosk.devices.chip.card_folder import ACTIVE_KEY, AGREEMENT_KEY, DESCRIPTION, Behaviour
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.simulated.specimen_chip import ChipParts, make_chip
from kiosk.devices.simulated.specimen_issuer import Issuer, open_issuer, write_secret
from kiosk.devices.simulated.specimen_portrait import HEIGHT, WIDTH, draw_portrait
from kiosk.domain.dg1 import build_dg1
from kiosk.domain.permit import Permit
from kiosk.domain.specimens import ChipVariant, Specimen

AUTHORITY_FILE = "specimen-csca.cer"

_SLOW_MS = 40
_LDS_VERSION, _UNICODE_VERSION = b"0107", b"040000"
_BEHAVIOURS = {
    ChipVariant.MUTE: Behaviour(mute_after=0),
    ChipVariant.SLOW: Behaviour(delay_ms=_SLOW_MS),
}


def make_specimens(
    state: Path,
    specimens: Sequence[Specimen],
    when: datetime,
    progress: Callable[[Specimen], None] | None = None,
) -> tuple[Path, ...]:
    """Make the permits of `specimens` below `state` and return their folders.

    Keys and certificates are kept and used again, so that permits made earlier stay genuine.

    Args:
        when: aware moment at which the certificates must be valid.
        progress: called with each specimen once it is made.
    """
    keys, trust = state / "keys", state / "trust"
    home, foreign = (open_issuer(keys, name, when) for name in ("home", "foreign"))
    trust.mkdir(parents=True, exist_ok=True)
    (trust / AUTHORITY_FILE).write_bytes(home.authority_der)
    folders = []
    for specimen in specimens:
        issuer = foreign if specimen.chip is ChipVariant.WRONG_ISSUER else home
        folders.append(_write(state / "permits" / specimen.slug, specimen, issuer))
        if progress is not None:
            progress(specimen)
    return tuple(folders)


def chip_files(specimen: Specimen, issuer: Issuer, parts: ChipParts) -> Mapping[ChipFile, bytes]:
    """Return every file of a specimen's chip."""
    groups = {
        ChipFile.DG1: tlv.encode(0x61, tlv.encode(0x5F1F, build_dg1(specimen.permit).encode("ascii"))),
        ChipFile.DG2: _portrait_group(specimen.portrait_seed),
        ChipFile.DG11: _personal_group(specimen.permit),
        ChipFile.DG12: _document_group(specimen.permit),
        **parts.groups,
    }
    signature = issuer.security_object(groups, signed=specimen.chip is not ChipVariant.UNSIGNED)
    if specimen.chip is ChipVariant.ALTERED:
        groups[ChipFile.DG2] = _portrait_group(specimen.portrait_seed + 1)
    return {ChipFile.COM: _com(groups), ChipFile.SOD: signature, **groups}


def _com(groups: Mapping[ChipFile, bytes]) -> bytes:
    tags = bytes(file.tag for file in groups)
    content = tlv.encode(0x5F01, _LDS_VERSION) + tlv.encode(0x5F36, _UNICODE_VERSION) + tlv.encode(0x5C, tags)
    return tlv.encode(ChipFile.COM.tag, content)


def _portrait_group(seed: int) -> bytes:
    return face_image.wrap_19794(draw_portrait(seed), WIDTH, HEIGHT)


def _personal_group(permit: Permit) -> bytes:
    return _listed(
        ChipFile.DG11,
        {
            0x5F0E: permit.name_zh.encode(),
            0x5F2B: f"{permit.birth:%Y%m%d}".encode(),
            0x5F11: permit.place_of_birth.encode(),
        },
    )


def _document_group(permit: Permit) -> bytes:
    fields = {0x5F19: permit.authority.encode()}
    if permit.issued is not None:
        fields[0x5F26] = f"{permit.issued:%Y%m%d}".encode()
    return _listed(ChipFile.DG12, fields)


def _listed(file: ChipFile, fields: Mapping[int, bytes]) -> bytes:
    """Return a group whose tag list names the fields that follow (ICAO Doc 9303-10 section 4.7.11)."""
    tags = b"".join(tag.to_bytes(2, "big") for tag in fields)
    content = b"".join(tlv.encode(tag, value) for tag, value in fields.items())
    return tlv.encode(file.tag, tlv.encode(0x5C, tags) + content)


def _write(folder: Path, specimen: Specimen, issuer: Issuer) -> Path:
    """Write a folder beside its place and then put it there whole, so that nobody reads half a card."""
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    parts = make_chip(specimen)
    for file, raw in chip_files(specimen, issuer, parts).items():
        (fresh / file.file_name).write_bytes(raw)
    for master_file, raw in parts.master_files.items():
        (fresh / master_file.file_name).write_bytes(raw)
    for name, key in ((ACTIVE_KEY, parts.active_key), (AGREEMENT_KEY, parts.agreement_key)):
        if key is not None:
            write_secret(fresh / name, key)
    (fresh / DESCRIPTION).write_text(_description(specimen, parts), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    return fresh.rename(folder)


def _description(specimen: Specimen, parts: ChipParts) -> str:
    permit = specimen.permit
    fields = {
        "slug": specimen.slug,
        "line": permit.line,
        "number": permit.number,
        "name": permit.name_zh,
        "variant": specimen.chip.value,
        "profile": specimen.profile.value,
        "notes": specimen.notes,
    }
    if parts.can is not None:
        fields["can"] = parts.can
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    if parts.chip:
        lines += ["", "[chip]", *(f"{key} = {json.dumps(value)}" for key, value in parts.chip.items())]
    behaviour = _BEHAVIOURS.get(specimen.chip)
    if behaviour is not None:
        lines += ["", "[behaviour]", f"delay_ms = {behaviour.delay_ms}"]
        lines += [f"mute_after = {behaviour.mute_after}"] if behaviour.mute_after is not None else []
    return "\n".join(lines) + "\n"
