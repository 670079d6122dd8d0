"""Point arithmetic: the laws of the group, and points that are none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.chip.curve_table import CURVES, Curve
from kiosk.devices.chip.elliptic import (
    Point,
    add,
    base_point,
    decode_exchanged_point,
    decode_point,
    encode_point,
    multiply,
    private_scalar,
)

SMALL = [curve for curve in CURVES if curve.size <= 32]
FACTORS = st.integers(0, 2**256)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_every_curve_is_what_its_name_says(curve: Curve) -> None:
    base = base_point(curve)
    assert decode_point(curve, encode_point(curve, base)) == base
    opposite = multiply(curve, curve.n - 1, base)
    assert opposite == Point(curve.gx, curve.p - curve.gy)
    assert add(curve, opposite, base) is None
    assert multiply(curve, curve.n, base) is None


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(SMALL), FACTORS, FACTORS)
def test_factors_add_and_multiply(curve: Curve, one: int, two: int) -> None:
    base = base_point(curve)
    first, second = multiply(curve, one, base), multiply(curve, two, base)
    assert add(curve, first, second) == multiply(curve, one + two, base) == add(curve, second, first)
    if first is not None and second is not None:
        assert multiply(curve, two, first) == multiply(curve, one, second)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SMALL), st.binary(max_size=70))
def test_what_is_taken_for_a_point_lies_on_the_curve(curve: Curve, raw: bytes) -> None:
    for encoded in (raw, b"\x04" + raw.ljust(2 * curve.size, b"\0")[: 2 * curve.size], b"\x02" + raw):
        try:
            point = decode_point(curve, encoded)
        except ValueError:
            continue
        assert (point.y**2 - point.x**3 - curve.a * point.x - curve.b) % curve.p == 0


@given(st.sampled_from(SMALL), st.integers(0, 2**320))
def test_private_keys_are_never_zero(curve: Curve, drawn: int) -> None:
    key = private_scalar(curve, lambda count: (drawn % 256**count).to_bytes(count, "big"))
    assert 0 < key < curve.n


def test_a_compressed_point_is_none_for_a_key_agreement() -> None:
    curve = SMALL[0]
    compressed = bytes([2 + (curve.gy & 1)]) + curve.gx.to_bytes(curve.size, "big")
    assert decode_point(curve, compressed) == base_point(curve)
    with pytest.raises(ValueError, match="uncompressed"):
        decode_exchanged_point(curve, compressed)
