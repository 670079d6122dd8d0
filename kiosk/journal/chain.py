"""The hash chain: each record's digest covers the one before, so nothing can change unseen."""

import hashlib
from dataclasses import dataclass

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Link:
    """What a digest covers of one record; field meanings as in `models.RecordRow`."""

    seq: int
    visit_id: str
    kind: str
    name: str
    number: int | None
    at: str
    payload: bytes


def digest(previous: bytes, link: Link) -> bytes:
    """Return SHA-256 over the previous digest and every field, each with its length before it."""
    number = "" if link.number is None else str(link.number)
    fields = (str(link.seq), link.visit_id, link.kind, link.name, number, link.at)
    sha = hashlib.sha256(previous)
    for part in (*(field.encode() for field in fields), link.payload):
        sha.update(len(part).to_bytes(8, "big"))
        sha.update(part)
    return sha.digest()
