"""The folder of certificates of country signing authorities (CSCA) that this machine trusts.

Whoever may write to the folder decides what is genuine, so the folder belongs to the operator. Files are DER
or PEM (``.cer .crt .der .pem``); a file that is no authority's certificate is left out and named.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from asn1crypto import pem
from asn1crypto.x509 import Certificate

from kiosk.devices.chip.signatures import PARSING_ERRORS, UnusableSignature, verify

_SUFFIXES = frozenset((".cer", ".crt", ".der", ".pem"))
_MOST_FILES = 1000
_MOST_BYTES = 256 * 1024

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Trusted authorities, and the names of files that could not be used."""

    authorities: tuple[Certificate, ...] = ()
    refused: tuple[str, ...] = ()

    def issuers_of(self, signer: Certificate) -> tuple[Certificate, ...]:
        """Return the authorities that truly signed a certificate; more than one after a renewal."""
        return tuple(
            found for found in self.authorities if _named_as_issuer(found, signer) and _signed(found, signer)
        )


def load_trust_store(folder: Path) -> TrustStore:
    """Return the store of a folder; an absent folder is an empty store."""
    authorities: list[Certificate] = []
    refused: list[str] = []
    for path in sorted(folder.iterdir())[:_MOST_FILES] if folder.is_dir() else ():
        if path.suffix.lower() not in _SUFFIXES or not path.is_file():
            continue
        found = _read(path)
        if found:
            authorities.extend(found)
        else:
            refused.append(path.name)
            _log.warning("trust_store.file_refused", file=path.name)
    return TrustStore(tuple(authorities), tuple(refused))


def valid_at(certificate: Certificate, moment: datetime) -> bool:
    """Return whether a certificate's validity period contains a moment (aware)."""
    validity = certificate["tbs_certificate"]["validity"]
    return bool(validity["not_before"].native <= moment <= validity["not_after"].native)


def _read(path: Path) -> tuple[Certificate, ...]:
    """Return the authorities' certificates of one file; none where any of them is unusable."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES)
        blocks = [der for _, _, der in pem.unarmor(raw, multiple=True)] if pem.detect(raw) else [raw]
        found = tuple(Certificate.load(block, strict=True) for block in blocks)
        return found if all(_is_authority(certificate) for certificate in found) else ()
    except (OSError, *PARSING_ERRORS):
        return ()


def _is_authority(certificate: Certificate) -> bool:
    usage = certificate.key_usage_value
    return bool(certificate.ca) and (usage is None or "key_cert_sign" in usage.native)


def _named_as_issuer(authority: Certificate, signer: Certificate) -> bool:
    by_key = signer.authority_key_identifier
    return bool(authority.subject == signer.issuer) or (
        by_key is not None and by_key == authority.key_identifier
    )


def _signed(authority: Certificate, signer: Certificate) -> bool:
    try:
        return verify(
            authority.public_key,
            signer["signature_algorithm"],
            "sha256",
            signer["tbs_certificate"].dump(),
            signer["signature_value"].native,
        )
    except UnusableSignature as problem:
        _log.warning("trust_store.signature_unusable", reason=str(problem))
        return False
