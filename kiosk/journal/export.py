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

from kiosk.domain.text import Text
from kiosk.journal import breaks, chain
from kiosk.journal.head import Head

FORMAT = "endorsement-kiosk journal 1"
_LONGEST_LINE = 1024 * 1024
_PURPOSE = b"endorsement-kiosk journal export 1\n"


_AFTER_THE_SEAL = Text("第 {line} 行在封印之后", "line {line} stands after the seal")
_FOREIGN_LINE = Text("第 {line} 行不属于该格式", "line {line} is none of this format")
_NO_JSON = Text("第 {line} 行不是 JSON", "line {line} is no JSON")
_NO_RECORD = Text("第 {line} 行不是记录", "line {line} is no record")
_NO_SEAL = Text("末尾被截断：没有封印", "the end is cut off: there is no seal")
_HALF_A_LINE = Text("有一行被截断或过长", "a line is cut off or too long")
_GAP = Text("第 {line} 行：缺少记录 {seq}，或其位置被移动", "line {line}: record {seq} is missing or moved")
_WRONG_SIGNATURE = Text(
    "签名不是该密钥的：内容被更改，或来自另一台机器",
    "the signature is not this key's: changed, or of another machine",
)
_BAD_SEAL = Text("封印已损坏", "the seal is damaged")
_OTHER_END = Text("记录的末尾与封印所述不符", "the records do not end where the seal says")


class ExportBroken(Exception):
    """The file is not what a machine exported.

    Attributes:
        text: where and how.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


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
            raise ExportBroken(_AFTER_THE_SEAL.fill(line=str(number)))
        line = _parsed(number, content)
        match line.get("type"):
            case "header" if number == 1 and line.get("format") == FORMAT:
                header = line
            case "record" if header:
                seq, tip = _next(number, line, seq, tip)
            case "seal" if header:
                seal, signed = line, before.digest()
            case _:
                raise ExportBroken(_FOREIGN_LINE.fill(line=str(number)))
        before.update(content)
    if seal is None:
        raise ExportBroken(_NO_SEAL)
    return _checked(header, seal, signed, key, (seq, tip))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while content := file.readline(_LONGEST_LINE):
        if not content.endswith(b"\n"):
            raise ExportBroken(_HALF_A_LINE)
        yield content


def _parsed(number: int, content: bytes) -> dict[str, Any]:
    try:
        line = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ExportBroken(_NO_JSON.fill(line=str(number))) from error
    if not isinstance(line, dict):
        raise ExportBroken(_FOREIGN_LINE.fill(line=str(number)))
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
        raise ExportBroken(_NO_RECORD.fill(line=str(number))) from error
    if link.seq != seq + 1:
        raise ExportBroken(_GAP.fill(line=str(number), seq=str(seq + 1)))
    digest = chain.digest(tip, link)
    if digest != claimed:
        changed = breaks.changed(link.seq, link.name, link.visit_id)
        raise ExportBroken(Text(f"第 {number} 行：{changed.zh}", f"line {number}: {changed.en}"))
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
        raise ExportBroken(_WRONG_SIGNATURE) from None
    except (KeyError, TypeError, ValueError) as error:
        raise ExportBroken(_BAD_SEAL) from error
    if (head.seq, head.digest) != end:
        raise ExportBroken(_OTHER_END)
    return Checked(str(header.get("kiosk")), head)
