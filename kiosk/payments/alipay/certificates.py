"""The serials by which Alipay's certificate mode names certificates (app_cert_sn, alipay_root_cert_sn).

Source: Alipay Open Platform, "公钥证书方式": MD5 over the issuer's name (CN first) and the
decimal serial number.
"""

import hashlib
from collections.abc import Iterable

from cryptography import x509

_RSA_SIGNATURES = "1.2.840.113549.1.1."


def certificate_sn(certificate: x509.Certificate) -> str:
    """Return a certificate's serial as Alipay computes it."""
    text = f"{certificate.issuer.rfc4514_string()}{certificate.serial_number}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def root_sn(roots: Iterable[x509.Certificate]) -> str:
    """Return the joined serials of those root certificates that are signed with RSA."""
    signed = (c for c in roots if c.signature_algorithm_oid.dotted_string.startswith(_RSA_SIGNATURES))
    return "_".join(certificate_sn(certificate) for certificate in signed)
