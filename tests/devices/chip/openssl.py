"""Authorities, document signers and security objects made by OpenSSL: a second opinion on our own."""

import hashlib
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import pem
from asn1crypto.x509 import Certificate

from kiosk.devices.chip import tlv
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.security_object import LDS_SECURITY_OBJECT, GroupHash, LdsSecurityObject

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
O = Utopia
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[signer]
keyUsage = critical, digitalSignature
authorityKeyIdentifier = keyid
"""


@dataclass(frozen=True)
class Scheme:
    """How keys are made and what `openssl cms` is told beyond that."""

    name: str
    key: tuple[str, ...]
    digest: str = "sha256"
    signing: tuple[str, ...] = ()


def ec(curve: str, encoding: str, digest: str = "sha256") -> Scheme:
    key = ("ecparam", "-name", curve, "-genkey", "-noout", "-param_enc", encoding)
    return Scheme(f"{curve}-{encoding}-{digest}", key, digest)


_RSA = ("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1536")
SCHEMES = (
    ec("prime256v1", "named_curve"),
    ec("prime256v1", "explicit"),
    ec("secp224r1", "explicit", "sha224"),
    ec("secp384r1", "explicit", "sha384"),
    ec("secp521r1", "named_curve", "sha512"),
    ec("brainpoolP224r1", "explicit", "sha1"),
    ec("brainpoolP256r1", "named_curve"),
    ec("brainpoolP256r1", "explicit"),
    ec("brainpoolP320r1", "explicit", "sha384"),
    ec("brainpoolP384r1", "explicit", "sha512"),
    ec("brainpoolP512r1", "named_curve", "sha512"),
    Scheme("rsa-pkcs1", _RSA),
    Scheme(
        "rsa-pss", _RSA, "sha256", ("-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest")
    ),
)


class Authority:
    """A signing authority with one document signer, in a folder of its own."""

    def __init__(self, folder: Path, scheme: Scheme, name: str = "Utopia CSCA") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._scheme = scheme
        (folder / "openssl.cnf").write_text(_CONFIG)
        self._run(*scheme.key, "-out", "csca.key")
        self._run(*scheme.key, "-out", "ds.key")
        config = ("-config", "openssl.cnf")
        self._run(
            "req",
            "-x509",
            "-new",
            "-key",
            "csca.key",
            "-out",
            "csca.pem",
            "-days",
            "3650",
            "-subj",
            f"/O=Utopia/CN={name}",
            "-extensions",
            "authority",
            *config,
        )
        self._run("req", "-new", "-key", "ds.key", "-out", "ds.csr", "-subj", "/O=Utopia/CN=DS", *config)
        self._run(
            "x509",
            "-req",
            "-in",
            "ds.csr",
            "-CA",
            "csca.pem",
            "-CAkey",
            "csca.key",
            "-set_serial",
            "7",
            "-days",
            "900",
            "-extfile",
            "openssl.cnf",
            "-extensions",
            "signer",
            "-out",
            "ds.pem",
        )

    @property
    def trust(self) -> Path:
        return self._folder / "csca.pem"

    def signer(self) -> Certificate:
        _, _, der = pem.unarmor((self._folder / "ds.pem").read_bytes())
        return Certificate.load(der)

    def security_object(self, groups: Mapping[ChipFile, bytes], *, attributes: bool = True) -> bytes:
        """Return EF.SOD over the groups as `openssl cms` signs it."""
        (self._folder / "lds.der").write_bytes(lds_security_object(groups, self._scheme.digest))
        self._run(
            "cms",
            "-sign",
            "-binary",
            "-nodetach",
            "-econtent_type",
            LDS_SECURITY_OBJECT,
            "-in",
            "lds.der",
            "-signer",
            "ds.pem",
            "-inkey",
            "ds.key",
            "-outform",
            "DER",
            "-out",
            "sod.der",
            "-md",
            self._scheme.digest,
            *([] if attributes else ["-noattr"]),
            *self._scheme.signing,
        )
        return tlv.encode(ChipFile.SOD.tag, (self._folder / "sod.der").read_bytes())

    def _run(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True)


def lds_security_object(groups: Mapping[ChipFile, bytes], digest: str) -> bytes:
    hashes = [
        GroupHash({"number": file.short_id, "value": hashlib.new(digest, raw).digest()})
        for file, raw in groups.items()
    ]
    return bytes(
        LdsSecurityObject({"version": 0, "hash_algorithm": {"algorithm": digest}, "hashes": hashes}).dump()
    )
