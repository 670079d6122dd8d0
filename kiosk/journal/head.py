"""The chain's end, signed and kept beside the journal: whoever cuts records off has to forge it too.

A chain protects everything before its last record, not the end itself. The head is written
when a visit is over and after forgetting; copies elsewhere come from `kiosk journal head` and from every
export. It is never synced by itself: a power cut may leave an older one, which says less and nothing
wrong, because a record is on the disk before the head that names it.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.journal import keys

_log = structlog.get_logger()

_MOST_BYTES = 4096


class HeadInvalid(Exception):
    """The head is missing, not ours or damaged."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at a moment.

    Attributes:
        at: when it was signed, ISO 8601, UTC.
    """

    seq: int
    digest: bytes
    at: str

    def signed_part(self) -> bytes:
        """Return what is signed."""
        return f"endorsement-kiosk journal head 1\n{self.seq}\n{self.digest.hex()}\n{self.at}\n".encode()

    def plain(self, key: Ed25519PrivateKey) -> dict[str, str | int]:
        """Return it as plain values with its signature."""
        signature = key.sign(self.signed_part())
        return {
            "seq": self.seq,
            "digest": self.digest.hex(),
            "at": self.at,
            "signature": signature.hex(),
        }


class HeadKeeper:
    """Keeps the newest head of one machine's journal beside it."""

    def __init__(self, folder: Path, key: Ed25519PrivateKey) -> None:
        self._path = folder / "journal.head"
        self.key = key

    @classmethod
    def of(cls, folder: Path) -> "HeadKeeper":
        """Return the keeper of a state folder; raise JournalKeyError or OSError."""
        return cls(folder, keys.load_signing_key(folder / "keys" / "journal-signing.key"))

    def keep(self, head: Head) -> None:
        """Replace the kept head; where the disk refuses, the older one goes on telling what it knows."""
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(head.plain(self.key)), encoding="ascii")
            fresh.replace(self._path)
        except OSError as error:
            _log.warning("the journal's head is not kept", why=error.strerror)

    def last(self) -> Head | None:
        """Return the kept head; None where there is none, or where it says nothing that can be trusted."""
        try:
            with self._path.open("rb") as file:
                return parse(file.read(_MOST_BYTES), self.key.public_key())
        except FileNotFoundError:
            return None
        except HeadInvalid as error:
            _log.warning("the journal's kept head is not used", why=str(error))
            return None


def parse(content: bytes, key: Ed25519PublicKey) -> Head:
    """Return a signed head; raise HeadInvalid."""
    try:
        told = json.loads(content)
        head = Head(int(told["seq"]), bytes.fromhex(told["digest"]), str(told["at"]))
        key.verify(bytes.fromhex(told["signature"]), head.signed_part())
    except InvalidSignature:
        raise HeadInvalid("the journal's head was not signed with this machine's key") from None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise HeadInvalid("the journal's head is damaged") from error
    return head
