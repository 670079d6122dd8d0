"""The journal as a signed file: whoever has the machine's public key can check it anywhere.

JSON lines: a header, every record in the chain's order, and a seal. Each record carries its sealed payload
and its digest, so that the chain itself can be followed; the seal signs the bytes of all lines before it
(Ed25519, RFC 8032), among them the readable fields, and holds the signed end of the chain.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.journal import chain
from kiosk.journal.head import Head

FORMAT = "endorsement-kiosk journal 1"
_LONGEST_LINE = 1024 * 1024
_PURPOSE = b"endorsement-kiosk journal export 1\n"


class ExportBroken(Exception):
    """The file is not what a machine exported; the text says where and how."""


@dataclass(frozen=True, slots=True)
class Exported:
    """One record of an export; `fields` is JSON, None where nobody may or can read it."""

    link: chain.Link
    digest: bytes
    fields: bytes | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a sound export holds."""

    kiosk: str
    head: Head


def write(records: Iterable[Exported], at: str, key: Ed25519PrivateKey, kiosk_id: str, out: BinaryIO) -> Head:
    """Write an export made at a moment (ISO 8601) and return its end of the chain; raise OSError."""
    signed = hashlib.sha256()

    def put(line: dict[str, Any]) -> None:
        content = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        signed.update(content)
        out.write(content)

    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    put({"type": "header", "format": FORMAT, "kiosk": kiosk_id, "at": at, "public_key": public.hex()})
    head = Head(0, chain.GENESIS, at)
    for record in records:
        put(_line(record))
        head = Head(record.link.seq, record.digest, at)
    seal = {"type": "seal", "head": head.plain(key)}
    put(seal | {"signature": key.sign(_PURPOSE + _sealed(signed.digest(), seal)).hex()})
    return head


def _sealed(before: bytes, seal: dict[str, Any]) -> bytes:
    """Return what the seal signs: all lines before it, and its own values."""
    return before + json.dumps(seal, sort_keys=True).encode()


def _line(record: Exported) -> dict[str, Any]:
    link = record.link
    return {
        "type": "record",
        "seq": link.seq,
        "visit": link.visit_id,
        "kind": link.kind,
        "name": link.name,
        "effect": link.number,
        "at": link.at,
        "payload": base64.b64encode(link.payload).decode(),
        "digest": record.digest.hex(),
        "fields": None if record.fields is None else json.loads(record.fields),
    }


def check(file: BinaryIO, key: Ed25519PublicKey) -> Checked:
    """Return what an export holds; raise ExportBroken where it is not as the machine signed it."""
    before, signed = hashlib.sha256(), b""
    header: dict[str, Any] = {}
    seal: dict[str, Any] | None = None
    seq, tip = 0, chain.GENESIS
    for number, content in enumerate(_lines(file), 1):
        if seal is not None:
            raise ExportBroken(f"line {number} stands after the seal")
        line = _parsed(number, content)
        match line.get("type"):
            case "header" if number == 1 and line.get("format") == FORMAT:
                header = line
            case "record" if header:
                seq, tip = _next(number, line, seq, tip)
            case "seal" if header:
                seal, signed = line, before.digest()
            case _:
                raise ExportBroken(f"line {number} is none of this format")
        before.update(content)
    if seal is None:
        raise ExportBroken("the end is cut off: there is no seal")
    return _checked(header, seal, signed, key, (seq, tip))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while content := file.readline(_LONGEST_LINE):
        if not content.endswith(b"\n"):
            raise ExportBroken("a line is cut off or too long")
        yield content


def _parsed(number: int, content: bytes) -> dict[str, Any]:
    try:
        line = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ExportBroken(f"line {number} is no JSON") from error
    if not isinstance(line, dict):
        raise ExportBroken(f"line {number} is none of this format")
    return line


def _next(number: int, line: dict[str, Any], seq: int, tip: bytes) -> tuple[int, bytes]:
    """Follow the chain by one record."""
    try:
        effect = None if line["effect"] is None else int(line["effect"])
        payload = base64.b64decode(line["payload"], validate=True)
        visit_id, kind, name = (str(line[field]) for field in ("visit", "kind", "name"))
        link = chain.Link(int(line["seq"]), visit_id, kind, name, effect, str(line["at"]), payload)
        claimed = bytes.fromhex(line["digest"])
    except (KeyError, TypeError, ValueError) as error:
        raise ExportBroken(f"line {number} is no record") from error
    if link.seq != seq + 1:
        raise ExportBroken(f"line {number}: record {seq + 1} is missing or moved")
    digest = chain.digest(tip, link)
    if digest != claimed:
        raise ExportBroken(f"line {number}: {link} was changed or moved")
    return link.seq, digest


def _checked(
    header: dict[str, Any],
    seal: dict[str, Any],
    signed: bytes,
    key: Ed25519PublicKey,
    end: tuple[int, bytes],
) -> Checked:
    try:
        own = {name: value for name, value in seal.items() if name != "signature"}
        key.verify(bytes.fromhex(seal["signature"]), _PURPOSE + _sealed(signed, own))
        head = Head(int(seal["head"]["seq"]), bytes.fromhex(seal["head"]["digest"]), seal["head"]["at"])
    except InvalidSignature:
        raise ExportBroken("the signature is not this key's: changed, or of another machine") from None
    except (KeyError, TypeError, ValueError) as error:
        raise ExportBroken("the seal is damaged") from error
    if (head.seq, head.digest) != end:
        raise ExportBroken("the records do not end where the seal says")
    return Checked(str(header.get("kiosk")), head)
