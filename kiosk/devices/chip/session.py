"""One session with a chip: what it offers, opening it, its files, and the proof that it is no copy.

PACE is tried first wherever EF.CardAccess offers a form that the reader speaks. Basic access control serves
chips that offer none; a password that PACE refuses is never tried again in the weaker way.
"""

from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto.keys import PublicKeyInfo

from kiosk.devices.chip import active_authentication, bac, chip_authentication, pace
from kiosk.devices.chip.apdu import Command
from kiosk.devices.chip.capabilities import (
    SHORT_ROOM,
    UNMEASURED_ROOM,
    BlockSizes,
    capabilities_of_atr,
    room_of_info,
)
from kiosk.devices.chip.exchange import ChipFailure, ChipLink, Exchange, SessionBroken
from kiosk.devices.chip.file_reading import FileReader, MasterFile
from kiosk.devices.chip.groups import APPLICATION, ChipFile
from kiosk.devices.chip.security_infos import (
    ChipKey,
    MalformedSecurityInfos,
    PaceInfo,
    SecurityInfos,
    parse_security_infos,
)
from kiosk.devices.chip.signatures import UnusableSignature
from kiosk.domain.chip import TransferCounts
from kiosk.domain.failure import FailureCode

_SELECT, _READ, _INTERNAL_AUTHENTICATE = 0xA4, 0xB0, 0x88
_BY_NAME, _NO_ANSWER = 0x04, 0x0C


class NoApplication(ChipFailure):
    """The card is another one: it has no permit application."""


@dataclass(frozen=True, slots=True)
class Opened:
    """How a chip was opened.

    Attributes:
        protocol: ``PACE`` or ``BAC``.
        detail: for the technician.
        card_access: what EF.CardAccess says, None where the chip has none.
        card_access_fault: why EF.CardAccess could not be understood.
    """

    protocol: str
    detail: str
    card_access: SecurityInfos | None = None
    card_access_fault: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What the reader knows of a card: the printed line, and its access number where that was given."""

    line: str
    can: str | None = None

    def check(self) -> None:
        """Raise ValueError where line or number are none; the text repeats neither."""
        bac.access_text(self.line)
        self.password()

    def password(self) -> pace.Password:
        """Return what PACE is tried with; raise ValueError."""
        return pace.line_password(self.line) if self.can is None else pace.can_password(self.can)


class Session:
    """A session over a link; use once.

    Args:
        cautious: ask for short answers only, whatever the card says of itself, and select by name.
    """

    def __init__(self, link: ChipLink, random: bac.RandomSource, *, cautious: bool = False) -> None:
        self._exchange = Exchange(link)
        self._files = FileReader(self._exchange, by_name=cautious)
        self._random = random
        self._cautious = cautious

    @property
    def counts(self) -> TransferCounts:
        return self._exchange.counts

    @property
    def cautious(self) -> bool:
        return self._cautious

    async def open(self, secrets: Secrets) -> Opened:
        """Select the application and open it; raise ChipFailure where that cannot be done."""
        raw = await self._files.read_master(MasterFile.CARD_ACCESS)
        infos, fault = _parsed(raw)
        offers = () if infos is None else infos.pace
        await self._measure(more=bool(offers))
        offer = pace.choose(offers)
        if offer is None:
            return Opened("BAC", await self._open_by_bac(secrets, offers) + self._said(), infos, fault)
        detail = await self._open_by_pace(offer, secrets, offers)
        return Opened("PACE", detail + self._said(), infos, fault)

    def _said(self) -> str:
        sizes = self._files.sizes
        return f"; answers of up to {sizes.room} bytes" if sizes.extended else ""

    async def read_file(
        self, file: ChipFile, progress: Callable[[float], None] | None = None
    ) -> bytes | None:
        """Return a whole file, None where the chip has none or does not let it be read."""
        return await self._files.read(file, progress)

    async def sign_challenge(self, key: PublicKeyInfo) -> tuple[bytes, bytes] | str:
        """Return a challenge and the chip's signature over it, or how the chip refused.

        Raises:
            UnusableSignature: nobody can say what the signature would have been.
        """
        size = active_authentication.signature_bytes(key)
        sizes, channel = self._files.sizes, self._exchange.channel
        if size > sizes.step(channel):
            raise UnusableSignature(f"a signature of {size} bytes does not fit the chip's answers")
        challenge = self._random(active_authentication.CHALLENGE_BYTES)
        expected = max(sizes.expectation(channel, size), SHORT_ROOM)
        command = Command(0x00, _INTERNAL_AUTHENTICATE, 0x00, 0x00, challenge, expected=expected)
        answer = await self._exchange.send(command)
        return (challenge, answer.body) if answer.ok else f"no signature, status {answer.status:04X}"

    async def prove_chip(self, key: ChipKey, known: ChipFile) -> str | None:
        """Agree on a new session with the chip's own key; return None, or why the chip did not prove it.

        The first command through the new session asks for the beginning of a file already read.
        """
        try:
            channel = await chip_authentication.agree_with_chip(self._exchange.send, key, self._random)
            self._exchange.protect_with(channel)
            answer = await self._exchange.send(Command(0x00, _READ, 0x80 | known.short_id, 0x00, expected=1))
        except chip_authentication.NoAgreement as problem:
            return str(problem)
        except SessionBroken as problem:
            return f"it left the session ({problem})"
        return None if answer.body else f"no answer in the new session, status {answer.status:04X}"

    async def _measure(self, *, more: bool) -> None:
        """Find out how long answers may be; with `more` from EF.ATR/INFO even where nothing points to it."""
        said = capabilities_of_atr(self._exchange.atr)
        if self._cautious:
            return
        room = UNMEASURED_ROOM if said.extended else None
        if said.sizes_in_file or more:
            raw = await self._files.read_master(MasterFile.ATR_INFO)
            room = (None if raw is None else room_of_info(raw)) or room
        if room is not None:
            self._files.sizes = BlockSizes(room)

    async def _open_by_pace(self, offer: PaceInfo, secrets: Secrets, offers: tuple[PaceInfo, ...]) -> str:
        password = secrets.password()
        ambiguous = len({other.parameters for other in offers}) > 1
        try:
            channel = await pace.open_with_password(
                self._exchange.send, offer, password, self._random, ambiguous=ambiguous
            )
        except bac.AccessDenied as problem:
            raise ChipFailure(FailureCode.CHIP_ACCESS_DENIED, f"PACE: {problem}") from problem
        except pace.PaceFailed as problem:
            raise ChipFailure(FailureCode.CHIP_UNREADABLE, f"PACE: {problem}") from problem
        self._exchange.protect_with(channel)
        await self._select()
        curve = "" if offer.curve is None else offer.curve.name
        return f"PACE {offer.cipher.title} {curve} with the {password.kind.name}"

    async def _open_by_bac(self, secrets: Secrets, offers: tuple[PaceInfo, ...]) -> str:
        await self._select()
        try:
            channel = await bac.open_with_line(
                self._exchange.send, bac.access_keys(secrets.line), self._random
            )
        except bac.AccessDenied as problem:
            raise ChipFailure(FailureCode.CHIP_ACCESS_DENIED, str(problem)) from problem
        self._exchange.protect_with(channel)
        return "BAC (the forms of PACE offered are unknown to the reader)" if offers else "BAC"

    async def _select(self) -> None:
        """Select the eMRTD application."""
        response = await self._exchange.send(Command(0x00, _SELECT, _BY_NAME, _NO_ANSWER, APPLICATION))
        if not response.ok:
            detail = f"no permit application on the chip, status {response.status:04X}"
            raise NoApplication(FailureCode.CHIP_UNREADABLE, detail)


def _parsed(raw: bytes | None) -> tuple[SecurityInfos | None, str | None]:
    if raw is None:
        return None, None
    try:
        return parse_security_infos(raw), None
    except MalformedSecurityInfos as problem:
        return None, str(problem)
