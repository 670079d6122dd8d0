"""A permit of the reference sizes, really signed: what a read costs is counted on it.

EF.COM 24, EF.SOD 1,934, DG1 93, DG11 139 and DG2 20,038 bytes, 22,228 in all, as an ordinary passport has
them. The holder is Doc 9303's own specimen of Utopia (ICAO Doc 9303-4 appendix B).
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from asn1crypto import cms, core

from kiosk.devices.chip import face_image, tlv
from kiosk.devices.chip.card_folder import ATR, DESCRIPTION
from kiosk.devices.chip.file_reading import MasterFile
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.simulated.specimen_chip import LONG_ANSWER, LONG_ATR, length_information
from kiosk.devices.simulated.specimen_issuer import Issuer, open_issuer
from kiosk.devices.simulated.specimen_maker import AUTHORITY_FILE
from kiosk.devices.simulated.specimen_portrait import HEIGHT, WIDTH, draw_portrait

SIZES: Mapping[ChipFile, int] = {
    ChipFile.COM: 24,
    ChipFile.SOD: 1934,
    ChipFile.DG1: 93,
    ChipFile.DG11: 139,
    ChipFile.DG2: 20038,
}

SHORT, LONG = "reference-set-short", "reference-set-long"
"""Names of the two permits: one gives short answers, the other long ones."""

LINE = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"

_UPPER_LINE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
_PADDING_TYPE = "1.3.6.1.4.1.99999.1"  # of nobody: the attribute is not signed and means nothing
_SEED = 12


def make_reference(state: Path, when: datetime) -> tuple[Path, ...]:
    """Make both permits below `state` and return their folders; `when` as in `make_specimens`."""
    issuer = open_issuer(state / "keys", "home", when)
    (state / "trust").mkdir(parents=True, exist_ok=True)
    (state / "trust" / AUTHORITY_FILE).write_bytes(issuer.authority_der)
    files = reference_files(issuer)
    chips: dict[str, dict[str, str | int]] = {
        SHORT: {"atr": ATR.hex()},
        LONG: {"atr": LONG_ATR.hex(), "answer_bytes": LONG_ANSWER},
    }
    return tuple(_write(state / "permits" / name, files, chip) for name, chip in chips.items())


def reference_files(issuer: Issuer) -> Mapping[ChipFile, bytes]:
    """Return the files, each of its size to the byte."""
    groups = {
        ChipFile.DG1: tlv.encode(0x61, tlv.encode(0x5F1F, (_UPPER_LINE + LINE).encode("ascii"))),
        ChipFile.DG2: _portrait(SIZES[ChipFile.DG2]),
        ChipFile.DG11: _personal(SIZES[ChipFile.DG11]),
    }
    files = {ChipFile.COM: _com(), ChipFile.SOD: _padded(issuer.security_object(groups)), **groups}
    wrong = {file.name: len(raw) for file, raw in files.items() if len(raw) != SIZES[file]}
    if wrong:
        raise ValueError(f"sizes of the reference set: {wrong}")
    return files


def _com() -> bytes:
    listed = bytes((0x61, 0x75, 0x63, 0x6B))  # with DG3, which such documents have and nobody here may read
    content = tlv.encode(0x5F01, b"0107") + tlv.encode(0x5F36, b"040000") + tlv.encode(0x5C, listed)
    return tlv.encode(ChipFile.COM.tag, content)


def _portrait(size: int) -> bytes:
    """Return a portrait's group, filled up by a comment within the picture (ITU-T T.81 section B.2.4.5)."""
    picture = draw_portrait(_SEED)
    bare = len(face_image.wrap_19794(picture[:2] + _comment(0) + picture[2:], WIDTH, HEIGHT))
    return face_image.wrap_19794(picture[:2] + _comment(size - bare) + picture[2:], WIDTH, HEIGHT)


def _comment(length: int) -> bytes:
    return b"\xff\xfe" + (length + 2).to_bytes(2, "big") + bytes(length)


def _personal(size: int) -> bytes:
    def group(place: bytes) -> bytes:
        fields = tlv.encode(0x5F0E, b"ERIKSSON<<ANNA<MARIA") + tlv.encode(0x5F11, place)
        return tlv.encode(ChipFile.DG11.tag, tlv.encode(0x5C, b"\x5f\x0e\x5f\x11") + fields)

    return next(raw for length in range(size) if len(raw := group(b"ZENITH".ljust(length, b"<"))) == size)


def _padded(raw: bytes) -> bytes:
    """Return the security object with an unsigned attribute that brings it to its size."""
    missing = SIZES[ChipFile.SOD] - len(raw)
    for length in range(max(missing - 64, 0), missing):  # the attribute's own lengths are 30 bytes or so
        content = cms.ContentInfo.load(tlv.parse_exactly(raw, ChipFile.SOD.tag).value)
        attribute = {"type": _PADDING_TYPE, "values": [core.OctetString(bytes(length))]}
        content["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attribute])
        padded = tlv.encode(ChipFile.SOD.tag, content.dump(force=True))
        if len(padded) == SIZES[ChipFile.SOD]:
            return padded
    raise ValueError("the security object does not come to its size")


def _write(folder: Path, files: Mapping[ChipFile, bytes], chip: Mapping[str, str | int]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for file, raw in files.items():
        (folder / file.file_name).write_bytes(raw)
    if "answer_bytes" in chip:
        (folder / MasterFile.ATR_INFO.file_name).write_bytes(length_information(int(chip["answer_bytes"])))
    lines = [f"line = {json.dumps(LINE)}", "", "[chip]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in chip.items()]
    (folder / DESCRIPTION).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
