"""Elliptic curves as travel documents use them: naming explicit parameters, and ECDSA verification.

The cryptography library verifies wherever it knows the curve; the arithmetic here serves the others of
RFC 5639 (192, 224, 320 bits). It handles public values only, so that time does not matter. The same point
arithmetic is what the generic mapping of PACE needs.
"""

import hashlib
from dataclasses import dataclass

from asn1crypto.algos import DSASignature

from kiosk.devices.chip.curve_table import CURVES, Curve


class UnknownCurve(ValueError):
    """Parameters of no curve that the reader trusts."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point in affine coordinates; the neutral element is None wherever points are expected."""

    x: int
    y: int


def curve_of_name(oid: str) -> Curve:
    """Return the curve of an object identifier; raise UnknownCurve."""
    for curve in CURVES:
        if curve.oid == oid:
            return curve
    raise UnknownCurve(f"curve {oid}")


def curve_of_parameters(p: int, a: int, b: int, base: bytes, n: int) -> Curve:
    """Return the named curve that explicit parameters spell out: all of them must agree.

    Accepting other parameters would let a forger choose the base point (CVE-2020-0601).
    """
    for curve in CURVES:
        if (curve.p, curve.a, curve.b, curve.n) == (p, a, b, n) and base in _base_point_forms(curve):
            return curve
    raise UnknownCurve("explicit parameters of no known curve")


def decode_point(curve: Curve, encoded: bytes) -> Point:
    """Return a point from its octets (SEC 1 section 2.3.4); raise ValueError if it is not on the curve."""
    size = (curve.p.bit_length() + 7) // 8
    if len(encoded) == 1 + 2 * size and encoded[0] == 4:
        point = Point(
            int.from_bytes(encoded[1 : 1 + size], "big"), int.from_bytes(encoded[1 + size :], "big")
        )
    elif len(encoded) == 1 + size and encoded[0] in (2, 3):
        x = int.from_bytes(encoded[1:], "big")
        root = pow(_right_side(curve, x), (curve.p + 1) // 4, curve.p)
        point = Point(x, root if root & 1 == encoded[0] & 1 else curve.p - root)
    else:
        raise ValueError("no point of this curve")
    if point.x >= curve.p or point.y >= curve.p or point.y**2 % curve.p != _right_side(curve, point.x):
        raise ValueError("point not on the curve")
    return point


def encode_point(curve: Curve, point: Point) -> bytes:
    """Return the uncompressed octets."""
    size = (curve.p.bit_length() + 7) // 8
    return b"\x04" + point.x.to_bytes(size, "big") + point.y.to_bytes(size, "big")


def add(curve: Curve, first: Point | None, second: Point | None) -> Point | None:
    """Return the sum of two points."""
    if first is None or second is None:
        return first or second
    if first.x == second.x:
        if (first.y + second.y) % curve.p == 0:
            return None
        slope = (3 * first.x**2 + curve.a) * pow(2 * first.y, -1, curve.p)
    else:
        slope = (second.y - first.y) * pow(second.x - first.x, -1, curve.p)
    x = (slope**2 - first.x - second.x) % curve.p
    return Point(x, (slope * (first.x - x) - first.y) % curve.p)


def multiply(curve: Curve, factor: int, point: Point) -> Point | None:
    """Return the multiple of a point (not in constant time: public values only)."""
    result: Point | None = None
    addend: Point | None = point
    while factor:
        if factor & 1:
            result = add(curve, result, addend)
        addend = add(curve, addend, addend)
        factor >>= 1
    return result


def verify(curve: Curve, key: Point, digest_name: str, message: bytes, signature: bytes) -> bool:
    """Return whether an ECDSA signature (DER) over a message is right (FIPS 186-5 section 6.4.2)."""
    parsed = DSASignature.load(signature, strict=True)
    r, s = int(parsed["r"].native), int(parsed["s"].native)
    if not (0 < r < curve.n and 0 < s < curve.n):
        return False
    digest = hashlib.new(digest_name, message, usedforsecurity=False).digest()
    shift = max(8 * len(digest) - curve.n.bit_length(), 0)
    hashed = int.from_bytes(digest, "big") >> shift
    inverse = pow(s, -1, curve.n)
    total = add(
        curve,
        multiply(curve, hashed * inverse % curve.n, Point(curve.gx, curve.gy)),
        multiply(curve, r * inverse % curve.n, key),
    )
    return total is not None and total.x % curve.n == r


def _right_side(curve: Curve, x: int) -> int:
    return (pow(x, 3, curve.p) + curve.a * x + curve.b) % curve.p


def _base_point_forms(curve: Curve) -> tuple[bytes, bytes]:
    """Return the uncompressed and the compressed octets of the base point."""
    whole = encode_point(curve, Point(curve.gx, curve.gy))
    return whole, bytes([2 + (curve.gy & 1)]) + whole[1 : 1 + len(whole) // 2]
