"""What reading a chip yields: the permit, the portrait and one verdict per check, never one boolean."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.permit import Permit


class Check(StrEnum):
    """The checks made on a chip (ICAO Doc 9303 part 11).

    The last three are made only on chips that offer what they check; where the signed list names nothing of
    the kind they are left out.
    """

    ACCESS = "access"  # PACE or BAC opened the application
    GROUP_HASHES = "group_hashes"  # every read group against the SOD (passive authentication)
    SOD_SIGNATURE = "sod_signature"  # SOD signed by the document signer it carries
    ISSUER = "issuer"  # document signer → CSCA of the trust store
    SIGNER_VALIDITY = "signer_validity"  # certificates' validity at the time of reading
    PRINTED_LINE = "printed_line"  # the line read optically = DG1
    CARD_ACCESS = "card_access"  # what EF.CardAccess offered is what the signed DG14 says
    ACTIVE_AUTHENTICATION = "active_authentication"  # the chip signs with the key of DG15: no copy
    CHIP_AUTHENTICATION = "chip_authentication"  # the chip agrees on keys with that of DG14: no copy


class Verdict(StrEnum):
    """Outcome of one check."""

    GENUINE = "genuine"
    UNKNOWN_ISSUER = "unknown_issuer"  # signed, but not by an authority of the trust store
    ALTERED = "altered"
    UNREADABLE = "unreadable"
    NOT_PRESENT = "not_present"  # the chip carries nothing to check


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One verdict with a detail for the technician (no personal data)."""

    check: Check
    verdict: Verdict
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TransferCounts:
    """Machine-independent cost of a read: what it takes on any reader and any host."""

    apdus: int
    wire_bytes: int
    payload_bytes: int


@dataclass(frozen=True, slots=True)
class ChipReading:
    """A finished read.

    Attributes:
        portrait: JPEG or JPEG 2000 bytes of the face (DG2), empty where there is none.
        checks: one verdict for each check that the chip offers.
        protocol: ``BAC`` or ``PACE``.
    """

    permit: Permit
    portrait: bytes
    checks: tuple[CheckResult, ...]
    protocol: str
    counts: TransferCounts

    @property
    def genuine(self) -> bool:
        return all(result.verdict is Verdict.GENUINE for result in self.checks)
