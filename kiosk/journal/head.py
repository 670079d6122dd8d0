"""The chain's end, signed and kept beside the journal: whoever cuts records off has to forge it too.

A chain protects everything before its last record, not the end itself. The head is written when a
visit begins, when it is over and after forgetting. A start makes a lost one again, and every later one says
so. Copies elsewhere come from `kiosk journal head` and from every export. It is never synced by itself:
a power cut may leave an older one, which says less and nothing wrong, because a record is on the disk before
the head that names it.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.text import Text
from kiosk.journal import keys
from kiosk.journal.files import private

_log = structlog.get_logger()

_MOST_BYTES = 4096


_NO_KEY = Text(
    "签名密钥 keys/journal-signing.key 缺失", "the key that signed it, keys/journal-signing.key, is missing"
)
_NO_HEAD = Text("没有 journal.head", "there is no journal.head")
_UNREADABLE = Text("journal.head 无法读取：{why}", "journal.head cannot be read: {why}")
_NOT_OURS = Text("链尾不是用本机密钥签名的", "the journal's head was not signed with this machine's key")
_DAMAGED = Text("链尾已损坏", "the journal's head is damaged")


class HeadInvalid(Exception):
    """The head is missing, not ours or damaged.

    Attributes:
        text: which of it.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at a moment.

    Attributes:
        at: when it was signed, ISO 8601, UTC.
        since: how many records there were when heads were kept anew, because the last one was lost; 0 where
            none ever was. Nobody knows whether the chain was cut off before that.
    """

    seq: int
    digest: bytes
    at: str
    since: int = 0

    def signed_part(self) -> bytes:
        """Return what is signed."""
        anew = f"since {self.since}\n" if self.since else ""
        head = f"endorsement-kiosk journal head 1\n{self.seq}\n{self.digest.hex()}\n{self.at}\n{anew}"
        return head.encode()

    def plain(self, key: Ed25519PrivateKey) -> dict[str, str | int]:
        """Return it as plain values with its signature."""
        signature = key.sign(self.signed_part())
        anew: dict[str, str | int] = {"since": self.since} if self.since else {}
        return {
            "seq": self.seq,
            "digest": self.digest.hex(),
            "at": self.at,
            **anew,
            "signature": signature.hex(),
        }


class HeadKeeper:
    """Keeps the newest head of one machine's journal beside it.

    Attributes:
        key: signs heads and exports; None for a reader where the machine has none.
    """

    def __init__(self, folder: Path, key: Ed25519PrivateKey | None) -> None:
        self._path = folder / "journal.head"
        self.key = key

    @classmethod
    def of(cls, folder: Path, *, make: bool) -> "HeadKeeper":
        """Return the keeper of a state folder; raise JournalKeyError or OSError.

        Args:
            make: a missing key is made; a reader makes nothing.
        """
        path = folder / "keys" / "journal-signing.key"
        return cls(folder, keys.load_signing_key(path) if make or path.exists() else None)

    def keep(self, head: Head) -> None:
        """Replace the kept head; where the disk refuses, the older one goes on telling what it knows."""
        if self.key is None:
            return
        fresh = self._path.with_suffix(".new")
        try:
            with private(fresh) as file:
                file.write(json.dumps(head.plain(self.key)).encode())
            fresh.replace(self._path)
        except OSError as error:
            _log.warning("the journal's head is not kept", why=error.strerror)

    def known(self) -> Head:
        """Return the kept head; raise HeadInvalid where there is none that can be trusted."""
        if self.key is None:
            raise HeadInvalid(_NO_KEY)
        try:
            with self._path.open("rb") as file:
                return parse(file.read(_MOST_BYTES), self.key.public_key())
        except FileNotFoundError:
            raise HeadInvalid(_NO_HEAD) from None
        except OSError as error:
            raise HeadInvalid(_UNREADABLE.fill(why=error.strerror or str(error))) from error

    def last(self) -> Head | None:
        """Return the kept head; None where there is none that can be trusted."""
        try:
            return self.known()
        except HeadInvalid:
            return None


def parse(content: bytes, key: Ed25519PublicKey) -> Head:
    """Return a signed head; raise HeadInvalid."""
    try:
        told = json.loads(content)
        head = Head(
            int(told["seq"]), bytes.fromhex(told["digest"]), str(told["at"]), int(told.get("since", 0))
        )
        key.verify(bytes.fromhex(told["signature"]), head.signed_part())
    except InvalidSignature:
        raise HeadInvalid(_NOT_OURS) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise HeadInvalid(_DAMAGED) from error
    return head
