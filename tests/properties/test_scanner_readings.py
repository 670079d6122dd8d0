"""Scanner readings: told apart without doubt, cut right however they arrive, bounded whatever comes."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.document_contracts import PaymentCode
from kiosk.devices.scanner.codes import OtherReading, PermitReading, classify, networks, payment_code
from kiosk.devices.scanner.framing import LONGEST, Readings
from kiosk.devices.scanner.wedge import SHORTEST, WedgeReadings
from kiosk.domain.mrz import PermitLine, build_line, normalise_line
from kiosk.domain.payment import Channel

TODAY = date(2026, 6, 1)
PRINTABLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=60)
LINES = st.builds(
    lambda number, expiry, birth: build_line(PermitLine("CS", f"C{number:08}", expiry, birth)),
    st.integers(0, 99_999_999),
    st.dates(date(2026, 6, 2), date(2046, 1, 1)),
    st.dates(date(1930, 1, 1), date(2010, 1, 1)),
)
LOOK_ALIKES = {"0": "OQD", "1": "IL", "2": "Z", "5": "S", "6": "G", "8": "B"}


@st.composite
def payment_codes(draw: st.DrawFn) -> tuple[Channel, str]:
    network = draw(st.sampled_from(networks()))
    prefix = draw(st.integers(network.prefixes.first, network.prefixes.last))
    length = draw(st.integers(network.digits.first, network.digits.last))
    rest = draw(st.text("0123456789", min_size=length - 2, max_size=length - 2))
    return network.channel, f"{prefix}{rest}"


@st.composite
def misread(draw: st.DrawFn) -> tuple[str, str]:
    """A line as printed and as an optical reader sees it."""
    line = draw(LINES)
    seen = ["C", draw(st.sampled_from(["S", "5", "$"]))]
    for place, char in enumerate(line[2:], start=2):
        alike = LOOK_ALIKES.get(char, "") if place > 3 and place not in {12, 20, 28} else ""
        seen.append(draw(st.sampled_from([char, *alike])))
    return line, "".join(seen)


@given(payment_codes())
def test_a_payment_code_names_its_network(made: tuple[Channel, str]) -> None:
    channel, code = made
    assert classify(code, TODAY) == PaymentCode(channel, code)


@given(st.text("0123456789", max_size=40))
def test_digits_are_one_networks_code_or_none(text: str) -> None:
    fits = [
        one.channel
        for one in networks()
        if len(text) >= 2 and one.prefixes.holds(int(text[:2])) and one.digits.holds(len(text))
    ]
    found = payment_code(text)
    assert [found.channel] == fits if found else len(fits) != 1
    assert not isinstance(classify(text, TODAY), PermitReading)


def test_the_edges_of_the_ranges() -> None:
    def channel(prefix: str, length: int) -> Channel | None:
        found = payment_code(prefix + "0" * (length - 2))
        return found.channel if found else None

    assert [channel(prefix, 18) for prefix in ("09", "10", "15", "16")] == [
        None,
        Channel.WECHAT,
        Channel.WECHAT,
        None,
    ]
    assert [channel("25", length) for length in (15, 16, 24, 25)] == [
        None,
        Channel.ALIPAY,
        Channel.ALIPAY,
        None,
    ]
    assert [channel(prefix, 18) for prefix in ("24", "30", "31")] == [None, Channel.ALIPAY, None]
    assert [channel("62", length) for length in (18, 19, 20)] == [None, Channel.UNIONPAY, None]
    assert payment_code("１３４５６７８９０１２３４５６７８９") is None  # digits of another script


@given(misread())
def test_a_misread_line_is_a_sound_line(made: tuple[str, str]) -> None:
    line, seen = made
    assert classify(seen, TODAY) == PermitReading(seen, sound=True)
    assert normalise_line(seen) == line


@given(LINES, st.integers(0, 29), st.sampled_from("0123456789ABC<?"))
def test_a_line_with_one_wrong_character_is_never_sound_as_another(line: str, place: int, char: str) -> None:
    damaged = line[:place] + char + line[place + 1 :]
    found = classify(damaged, TODAY)
    if isinstance(found, PermitReading) and found.sound:
        assert normalise_line(damaged) == line


@given(st.text(max_size=300))
def test_any_text_is_one_kind_of_reading(text: str) -> None:
    assert isinstance(classify(text, TODAY), PaymentCode | PermitReading | OtherReading)


@given(st.lists(PRINTABLE, max_size=8), st.sampled_from([b"\r", b"\n", b"\r\n", b"\x03"]), st.data())
def test_readings_arrive_whole_however_they_are_cut(
    readings: list[str], ending: bytes, data: st.DataObject
) -> None:
    stream = b"".join(reading.encode() + ending for reading in readings)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    taker, found = Readings(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += taker.feed(stream[start:end])
    assert found == readings
    assert taker.flush() is None


@given(st.lists(st.binary(max_size=700), max_size=6))
def test_any_bytes_give_bounded_printable_readings(pieces: list[bytes]) -> None:
    taker = Readings()
    found = [reading for piece in pieces for reading in taker.feed(piece)]
    held = taker.flush()
    for reading in [*found, *([held] if held else [])]:
        assert 0 < len(reading) <= LONGEST
        assert reading.isascii()
        assert reading.isprintable()


@given(st.lists(st.tuples(st.text(max_size=2), st.floats(0, 0.2)), max_size=60))
def test_any_keys_give_bounded_readings(keys: list[tuple[str, float]]) -> None:
    taker, at = WedgeReadings(), 0.0
    for text, pause in keys:
        at += pause
        reading = taker.key(text, at)
        assert reading is None or SHORTEST <= len(reading) <= LONGEST
