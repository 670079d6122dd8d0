"""The printer's line, both ways: what is sent is what is drawn, and no garbage hangs or crashes anybody."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.devices.byte_line import TcpByteLine
from kiosk.devices.contracts import DeviceState, Done, Failed, Refused, Unknown
from kiosk.devices.easyprinter import protocol
from kiosk.devices.easyprinter.driver import EasyPrinterCardPrinter
from kiosk.devices.easyprinter.protocol import Garbled, Placement, PrinterStatus, Unfit
from kiosk.devices.simulated.films import FILM_SIZE
from kiosk.devices.simulated.mechanism import Picture
from kiosk.devices.simulated.printer_commands import (
    LONGEST_COMMAND,
    Command,
    CommandStream,
    EraseArea,
    NotUnderstood,
    PrintArea,
    RasterRow,
    Simple,
    StartPosition,
)
from kiosk.devices.simulated.printer_drawing import Job
from kiosk.domain.raster import CardRaster
from tests.devices.bench import film, on_card, place, running, spotted
from tests.support.virtual_time import VirtualClock, run

Scripts = list[bytes]


@st.composite
def rasters(draw: st.DrawFn) -> CardRaster:
    """Pictures of every size that fits, with dots anywhere inside the printable columns."""
    width = draw(st.integers(1, 980))
    height = draw(st.integers(1, 638))
    picture = Image.new("1", (width, height), 0)
    dots = st.tuples(st.integers(0, width - 1), st.integers(0, height - 1))
    for dot in draw(st.lists(dots, max_size=30)):
        picture.putpixel(dot, 255)
    return CardRaster(width, height, 300, picture.tobytes())


def received(job: bytes, cut: int = 4096) -> Job:
    """Return the job as the printer understands bytes that come in pieces of `cut`."""
    stream, job_received = CommandStream(), Job()
    for at in range(0, len(job), cut):
        for command in stream.feed(job[at : at + cut]):
            match command:
                case Simple("turn_card"):
                    job_received.turned = True
                case PrintArea() | EraseArea() | StartPosition() | RasterRow():
                    job_received.add(command)
                case _:
                    pytest.fail(f"not part of a job: {command}")
    assert stream.pending == 0
    return job_received


@given(raster=rasters(), cut=st.integers(50, 5000))
@settings(max_examples=25, deadline=None)
def test_what_is_sent_is_drawn_dot_for_dot(raster: CardRaster, cut: int) -> None:
    job = protocol.build_job(raster)
    assert not isinstance(job, Unfit)
    drawn = received(job, cut)
    blackened = Image.new("1", FILM_SIZE, 0)
    assert drawn.erased(blackened).getextrema() == (255, 255)
    assert drawn.ink().tobytes() == on_card(raster).tobytes()


@given(raster=rasters())
@settings(max_examples=10, deadline=None)
def test_a_turned_card_gets_the_whole_print_turned(raster: CardRaster) -> None:
    job = protocol.build_job(raster, Placement(turned=True))
    assert not isinstance(job, Unfit)
    turned = on_card(raster).transpose(Image.Transpose.ROTATE_180)
    assert received(job).ink().tobytes() == turned.tobytes()


@given(x=st.integers(0, 99), y=st.integers(0, 99))
def test_one_dot_stands_in_its_own_row_and_bit(x: int, y: int) -> None:
    """The bit order, spelt out: bytes in reverse, least significant bit first, 13 zero bytes before."""
    picture = Image.new("1", (100, 100), 0)
    picture.putpixel((x, y), 255)
    job = protocol.build_job(CardRaster(100, 100, 300, picture.tobytes()))
    assert not isinstance(job, Unfit)
    head = protocol.RASTER_ROW + bytes((93,))
    rows = [row for row in job.split(head)[1:] if any(row)]
    line = y + (638 - 100) // 2
    assert len(rows) == 1
    assert rows[0][:13] == bytes(13)
    assert rows[0][13:93][79 - line // 8] == 1 << (line % 8)
    position = [bool(any(row)) for row in job.split(head)[1:]].index(True)
    assert position == 999 - (x + (1011 - 100) // 2)


@given(byte=st.integers(0, 255))
def test_every_status_byte_is_read_or_named(byte: int) -> None:
    match protocol.parse_status(bytes((byte,))):
        case PrinterStatus() as status:
            assert status.encoded == byte & 0b1111_1011
        case Garbled(detail):
            assert byte & 0b0100_1000 == 0b0100_1000
            assert detail


@given(answer=st.binary(max_size=80).filter(lambda answer: len(answer) != 1))
def test_an_answer_of_another_length_is_no_status(answer: bytes) -> None:
    assert isinstance(protocol.parse_status(answer), Garbled)


def _commands(chunks: Scripts) -> tuple[list[Command], bool]:
    """Feed chunks; return what was understood, and whether it was all understood."""
    stream, commands = CommandStream(), list[Command]()
    for chunk in chunks:
        try:
            commands.extend(stream.feed(chunk))
        except NotUnderstood:
            return commands, False
        assert stream.pending <= LONGEST_COMMAND
    return commands, True


_PIECES = st.sampled_from(
    [
        b"\x1b",
        b"\x1a",
        b"\x0c",
        b"\x1b%d",
        b"01001100",
        b"\x1bL1",
        b"\x1bQ",
        b"\x1bQ\x5d",
        b"\x1b$D1",
        b"\xff",
    ]
)


@given(chunks=st.lists(st.one_of(st.binary(max_size=200), _PIECES), max_size=20))
def test_garbage_on_the_way_to_the_printer_stays_bounded(chunks: Scripts) -> None:
    whole = _commands([b"".join(chunks)])
    assert _commands(chunks) == whole  # where the stream is cut makes no difference


@given(chunks=st.lists(st.one_of(st.binary(min_size=1, max_size=60), _PIECES), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_station_outlives_any_client(chunks: Scripts, tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            reader, writer = await asyncio.open_connection(*machine.printer_station.address)
            for chunk in chunks:
                writer.write(chunk)
            writer.write_eof()
            await reader.read(4096)
            writer.transport.abort()
            await machine.pace.clock.sleep(30)  # whatever was begun is over
            machine.faults.clear_all()
            assert (await machine.printer.status()).state is DeviceState.ONLINE

    run(visit())


class _OddPrinter:
    """A printer that answers every request with the next of its prepared answers, then hangs up."""

    def __init__(self, answers: Scripts) -> None:
        self._answers = iter(answers)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.read(65536):
                answer = next(self._answers, None)
                if answer is None:
                    break
                writer.write(answer)
        except ConnectionError:
            pass  # the driver hung up first
        finally:
            writer.transport.abort()


class _NoCamera:
    async def picture(self, *, deadline_s: float) -> Done[bytes]:
        return Done(b"picture")


async def _print_with(answers: Scripts) -> None:
    server = await asyncio.start_server(_OddPrinter(answers).serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    printer = EasyPrinterCardPrinter(TcpByteLine(host, port), VirtualClock(), _NoCamera())
    try:
        completion = await printer.print_card(spotted(40, 40), deadline_s=60)
        assert isinstance(completion, Done | Refused | Failed | Unknown)
        assert asyncio.get_running_loop().time() <= 60.1
        if isinstance(completion, Done):
            # Only the rule may make it Done: printing was seen, then not, printed set and no error.
            seen = [answer[0] for answer in answers if len(answer) == 1]
            assert any(byte & 0x10 for byte in seen)
            assert any(byte & 0x20 and not byte & 0x90 for byte in seen)
        assert (await printer.status()).state in DeviceState
        looked = await printer.capture(deadline_s=5)
        assert isinstance(looked, Done | Unknown)
    finally:
        await printer.close()
        server.close()


_ANSWERS = st.one_of(
    st.sampled_from([b"", b"\x09", b"\x19", b"\x29", b"\x89", b"\x48", b"\x09\x09", b"S12"]),
    st.binary(max_size=100),
)


@given(answers=st.lists(_ANSWERS, max_size=12))
@settings(max_examples=60, deadline=None)
def test_the_driver_ends_every_print_whatever_answers(answers: Scripts) -> None:
    run(_print_with(answers))


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [b"\x09"],
        [b"\x09", b"\x09"],
        [b"\x09"] * 3,
        [b"\x09"] * 80,
        [b"\x09", b"\x09", b"\x19", b"\x09"],
        [b"\x09", b"\x09", b"\x29"],
        [b"\x09", b"\x09", b"\x19", b"\x29"],
        [b"\x09", b"\x09", b"\x19", b"\xa9"],
        [b"\x09", b"\x09", b"\x19", b"\x29\x29"],
        [b"\x00"],
    ],
)
def test_the_driver_judges_by_the_rule(answers: Scripts) -> None:
    run(_print_with(answers))


@given(raster=rasters())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_film_is_the_raster_over_the_real_line(raster: CardRaster, tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            if machine.mechanism.state().picture is Picture.NO_CARD:
                place(machine.mechanism, Picture.AT_PRINT)
            assert await machine.printer.print_card(raster, deadline_s=90) == Done(None)
            assert (await film(machine)).tobytes() == on_card(raster).tobytes()

    run(visit())
