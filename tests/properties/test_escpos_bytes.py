"""ESC/POS: any picture survives the way to the paper, and any bytes from a printer are told apart."""

from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from kiosk.devices.escpos.job import SlipProfile, build_job
from kiosk.devices.escpos.status import Automatic, Health, Question, RealTime, Replies, Reply, Sensor
from kiosk.devices.upkeep import Level
from tests.devices.escpos.decoder import Decoder, Initialise, Paper

PROFILE = SlipProfile(dots=64, fragment_rows=16)
REAL_TIME = (b"\x10\x04", b"\x10\x05", b"\x10\x14")
ROWS = st.lists(
    st.one_of(st.binary(min_size=8, max_size=8), st.just(b"\x10\x04\x01\x10\x05\x02\x10\x14")),
    min_size=8,
    max_size=40,
)


def pdf_of(picture: Image.Image) -> bytes:
    """Return a page on which every dot of the picture is one dot of the printer."""
    output = BytesIO()
    width, height = (side / 8 / 25.4 * 72 for side in picture.size)
    canvas = Canvas(output, pagesize=(width, height))
    canvas.drawImage(ImageReader(picture.convert("L")), 0, 0, width, height)
    canvas.showPage()
    canvas.save()
    return output.getvalue()


@given(ROWS)
@settings(max_examples=40)
def test_every_dot_reaches_the_paper_and_none_is_a_command(rows: list[bytes]) -> None:
    ink = Image.frombytes("1", (64, len(rows)), b"".join(rows))
    job = build_job(pdf_of(ink.point(lambda value: 255 - value)), PROFILE)
    assert isinstance(job, bytes)
    paper = Paper()
    commands = Decoder().feed(job)
    for command in commands:
        paper.put(command)
    (slip,) = paper.slips
    dark = slip.picture().point(lambda value: 255 if value < 128 else 0, mode="1").tobytes()
    assert len(dark) == 8 * len(rows)
    for sent, wanted in zip(dark, b"".join(rows), strict=True):
        assert sent == wanted or (sent, wanted) == (0x11, 0x10)  # one dot more
    assert not any(command in dark for command in REAL_TIME)
    assert isinstance(commands[0], Initialise)


@given(st.lists(st.binary(max_size=30), max_size=10))
def test_any_bytes_are_told_apart_and_little_is_kept(pieces: list[bytes]) -> None:
    replies, whole = Replies(), Replies()
    found = [reply for piece in pieces for reply in replies.feed(piece)]
    assert found == whole.feed(b"".join(pieces))
    assert replies.noise <= sum(map(len, pieces))
    for reply in found:
        assert isinstance(reply, RealTime | Automatic | Sensor)


ANSWERS = st.one_of(
    st.builds(RealTime, st.integers(0, 255).map(lambda bits: bits & 0x6C | 0x12)),
    st.builds(
        Automatic,
        st.integers(0, 255).map(lambda bits: bits & 0x6C | 0x10),
        st.integers(0, 255).map(lambda bits: bits & 0x6F),
        st.integers(0, 255).map(lambda bits: bits & 0x6F),
    ),
)


def on_wire(reply: Reply) -> bytes:
    match reply:
        case Automatic(first, second, third):
            return bytes([first, second, third, 0])
        case RealTime(value) | Sensor(value):
            return bytes([value])


@given(st.lists(ANSWERS, max_size=12))
def test_answers_come_back_in_order(answers: list[Reply]) -> None:
    replies = Replies()
    assert replies.feed(b"".join(map(on_wire, answers))) == answers
    assert replies.noise == 0


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_both_ways_of_asking_tell_the_same(printer: int, error: int, paper: int) -> None:
    near, end = paper & 0x03 == 0x03, paper & 0x0C == 0x0C
    asked = (
        Health()
        .after(Question.PRINTER, printer & 0x08)
        .after(Question.OFFLINE, 0x04 if printer & 0x20 else 0)
        .after(Question.ERROR, error & 0x6C)
        .after(Question.PAPER, 0x0C * near | 0x60 * end)
    )
    told = Health().told(Automatic(printer & 0x28, error & 0x6C, 0x03 * near | 0x0C * end))
    assert asked == told
    assert (told.paper is Level.OUT) is end
