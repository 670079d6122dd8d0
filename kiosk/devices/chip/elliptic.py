"""Elliptic curves as travel documents use them: naming explicit parameters, and ECDSA verification.

The cryptography library verifies wherever it knows the curve; the arithmetic here serves the others of
RFC 5639 (192, 224, 320 bits) and the generic mapping of PACE, which needs whole points on a base point of its
own. Integers of Python take a time that depends on their value: verification handles public values only, and
PACE keys that are drawn for one exchange and thrown away.
"""

import hashlib
from collections.abc import Callable
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
    size = curve.size
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
    return b"\x04" + point.x.to_bytes(curve.size, "big") + point.y.to_bytes(curve.size, "big")


def decode_exchanged_point(curve: Curve, encoded: bytes) -> Point:
    """Return a point that the other end sent for a key agreement: uncompressed, as Doc 9303-11 asks."""
    if encoded[:1] != b"\x04":
        raise ValueError("no uncompressed point")
    return decode_point(curve, encoded)


def base_point(curve: Curve) -> Point:
    return Point(curve.gx, curve.gy)


def private_scalar(curve: Curve, random: Callable[[int], bytes]) -> int:
    """Return a private key in 1 … n-1, with 64 bits more than needed drawn so that none is favoured."""
    drawn = int.from_bytes(random((curve.n.bit_length() + 7) // 8 + 8), "big")
    return drawn % (curve.n - 1) + 1


def add(curve: Curve, first: Point | None, second: Point | None) -> Point | None:
    """Return the sum of two points."""
    return _affine(curve, _add(curve, _jacobian(first), _jacobian(second)))


def multiply(curve: Curve, factor: int, point: Point) -> Point | None:
    """Return the multiple of a point.

    Takes a time that depends on the factor: keys drawn for one exchange may go through here, lasting ones
    may not.
    """
    result, addend = _NEUTRAL, _jacobian(point)
    for bit in bin(factor % curve.n)[2:]:
        result = _double(curve, result)
        if bit == "1":
            result = _add(curve, result, addend)
    return _affine(curve, result)


_Jacobian = tuple[int, int, int]
"""(X, Y, Z) stands for (X / Z², Y / Z³); one inversion at the end instead of one at every step."""

_NEUTRAL: _Jacobian = (1, 1, 0)


def _jacobian(point: Point | None) -> _Jacobian:
    return _NEUTRAL if point is None else (point.x, point.y, 1)


def _affine(curve: Curve, point: _Jacobian) -> Point | None:
    x, y, z = point
    if z == 0:
        return None
    inverse = pow(z, -1, curve.p)
    square = inverse * inverse % curve.p
    return Point(x * square % curve.p, y * square * inverse % curve.p)


def _double(curve: Curve, point: _Jacobian) -> _Jacobian:
    x, y, z = point
    p = curve.p
    if z == 0 or y == 0:
        return _NEUTRAL
    yy = y * y % p
    s = 4 * x * yy % p
    zz = z * z % p
    m = (3 * x * x + curve.a * zz * zz) % p
    new_x = (m * m - 2 * s) % p
    return new_x, (m * (s - new_x) - 8 * yy * yy) % p, 2 * y * z % p


def _add(curve: Curve, first: _Jacobian, second: _Jacobian) -> _Jacobian:
    (x1, y1, z1), (x2, y2, z2) = first, second
    if z1 == 0:
        return second
    if z2 == 0:
        return first
    p = curve.p
    z1z1, z2z2 = z1 * z1 % p, z2 * z2 % p
    u1, u2 = x1 * z2z2 % p, x2 * z1z1 % p
    s1, s2 = y1 * z2 * z2z2 % p, y2 * z1 * z1z1 % p
    if u1 == u2:
        return _double(curve, first) if s1 == s2 else _NEUTRAL
    h, r = (u2 - u1) % p, (s2 - s1) % p
    hh = h * h % p
    hhh, v = h * hh % p, u1 * hh % p
    x = (r * r - hhh - 2 * v) % p
    return x, (r * (v - x) - s1 * hhh) % p, h * z1 * z2 % p


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
        multiply(curve, hashed * inverse % curve.n, base_point(curve)),
        multiply(curve, r * inverse % curve.n, key),
    )
    return total is not None and total.x % curve.n == r


def _right_side(curve: Curve, x: int) -> int:
    return (pow(x, 3, curve.p) + curve.a * x + curve.b) % curve.p


def _base_point_forms(curve: Curve) -> tuple[bytes, bytes]:
    """Return the uncompressed and the compressed octets of the base point."""
    whole = encode_point(curve, Point(curve.gx, curve.gy))
    return whole, bytes([2 + (curve.gy & 1)]) + whole[1 : 1 + len(whole) // 2]
