"""Certificates of the payment folder at the start: in their time, about to end, of whose making."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from kiosk.payments.keyfiles import KeyUnusable, read_certificate

EXPIRY_WARNING = timedelta(days=30)  # what a new certificate takes to be applied for and installed


class Inspection:
    """Looks at certificates as of one moment, and collects what the technician should know in time."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.warnings: list[str] = []

    def certificate(self, path: Path) -> x509.Certificate:
        """Return a certificate that is valid now; raise KeyUnusable naming its dates for any other."""
        certificate = read_certificate(path)
        self.in_time(path, certificate)
        return certificate

    def in_time(self, path: Path, certificate: x509.Certificate) -> None:
        """Refuse a certificate outside its validity, note one that ends soon."""
        since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if self._now < since:
            raise KeyUnusable(path, f"not valid before {since:%Y-%m-%d %H:%M} UTC", "Check the clock")
        if self._now > until:
            raise KeyUnusable(path, f"expired on {until:%Y-%m-%d}", "Put the network's new certificate here")
        if until - self._now < EXPIRY_WARNING:
            self.warnings.append(f"{path}: ends on {until:%Y-%m-%d}; apply for its successor")

    def own_serial(self, folder: Path, key: RSAPrivateKey) -> int:
        """Return the merchant certificate's serial: requests name it, and it is never typed."""
        path = folder / "merchant_cert.pem"
        self.pair(path, self.certificate(path), key)
        return read_certificate(path).serial_number

    @staticmethod
    def pair(path: Path, certificate: x509.Certificate, key: RSAPrivateKey) -> None:
        """Refuse a certificate of another key than the one that signs."""
        if certificate.public_key() != key.public_key():
            wrong = "belongs to another key than the private key beside it"
            raise KeyUnusable(path, wrong, "Put key and certificate of one pair here")

    @staticmethod
    def issued(path: Path, certificate: x509.Certificate, issuers: Iterable[x509.Certificate]) -> None:
        """Refuse a certificate that none of the issuers has signed."""
        if not any(_issued(certificate, issuer) for issuer in issuers):
            raise KeyUnusable(path, "not issued by the root beside it", "Download the whole chain again")


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
