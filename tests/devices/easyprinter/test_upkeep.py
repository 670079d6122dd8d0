"""Erasing, cleaning and counting: what the printer's protocol has no words for, the kiosk keeps itself."""

import json
from pathlib import Path

import pytest

from kiosk.devices.contracts import DeviceName, Done, Failed, FilmEraser, MediaPosition, Refused, Unknown
from kiosk.devices.service_book import SINCE_CLEANING
from kiosk.devices.simulated.films import FILM_CYCLES
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.mechanism import Picture
from kiosk.devices.upkeep import (
    Cleanable,
    CleaningState,
    ConsumableKind,
    Counted,
    Level,
    Maintained,
    consumables_of,
)
from tests.devices.bench import LI, film, on_card, place, running, spotted
from tests.support.virtual_time import run

PRINTER = DeviceName.PRINTER


async def _counts(machine: SimulatedMachine) -> dict[Counted, int]:
    return {one.what: one.count for one in await machine.printer.counters()}


def test_an_erased_film_is_empty_and_not_counted_as_printed(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            assert await machine.printer.print_card(spotted(), deadline_s=90) == Done(None)
            assert await machine.printer.erase_card(deadline_s=90) == Done(None)
            assert (await film(machine)).getbbox() is None
            counts = await _counts(machine)
            assert (counts[Counted.CARDS_PRINTED], counts[Counted.CARDS_ERASED]) == (1, 2)
            assert counts[Counted.HEAD_PASSES] == 2
            assert machine.mechanism.state().counters.printed == 1
            assert await machine.printer.print_card(spotted(), deadline_s=90) == Done(None)

    run(visit())


@pytest.mark.parametrize(
    ("fault", "ending", "failed"), [("error_midway", Failed, 1), ("line_lost_during_print", Unknown, 0)]
)
def test_a_pass_under_the_head_counts_however_it_ends(
    tmp_path: Path, fault: str, ending: type, failed: int
) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            machine.faults.arm(PRINTER, fault)
            assert isinstance(await machine.printer.print_card(spotted(), deadline_s=90), ending)
            counts = await _counts(machine)
            assert counts[Counted.HEAD_PASSES] == 1
            assert counts[Counted.CARDS_FAILED] == failed
            assert counts[Counted.CARDS_PRINTED] == 0

    run(visit())


def test_a_refused_print_wears_nothing(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            assert isinstance(await machine.printer.print_card(spotted(), deadline_s=90), Refused)
            assert not any((await _counts(machine)).values())

    run(visit())


@pytest.mark.parametrize(
    ("cards", "state", "level"),
    [
        (999, CleaningState.NOT_DUE, Level.FULL),
        (1000, CleaningState.DUE, Level.LOW),
        (1400, CleaningState.OVERDUE, Level.OUT),
    ],
)
def test_cleaning_is_due_then_overdue_and_no_fault(
    tmp_path: Path, cards: int, state: CleaningState, level: Level
) -> None:
    async def visit() -> None:
        book = tmp_path / "devices" / "service" / "card_printer.json"
        book.parent.mkdir(parents=True)
        book.write_text(json.dumps({SINCE_CLEANING: cards}))
        async with running(tmp_path) as machine:
            assert (await machine.printer.cleaning()).state is state
            assert [one.level for one in await machine.printer.consumables()] == [level]
            assert (await machine.printer.status()).ready

    run(visit())


def test_the_cleaning_card_goes_through_and_back(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path, pace=1.0) as machine:
            assert isinstance(await machine.printer.clean(deadline_s=30), Refused)  # nothing in the slot
            place(machine.mechanism, Picture.AT_PRINT)
            await machine.printer.print_card(spotted(), deadline_s=90)
            assert (await machine.printer.cleaning()).since == 1
            assert isinstance(await machine.printer.clean(deadline_s=30), Refused)  # a card in the way
            machine.mechanism.pull()
            place(machine.mechanism, Picture.AT_ENTRY)
            assert await machine.printer.clean(deadline_s=30) == Done(None)
            assert await machine.station.locate() is MediaPosition.EXIT
            assert (await machine.printer.cleaning()).since == 0
            assert (await _counts(machine))[Counted.CLEANINGS] == 1

    run(visit())


def test_counts_outlive_the_program(tmp_path: Path) -> None:
    async def first() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            await machine.printer.print_card(spotted(), deadline_s=90)

    async def second() -> int:
        async with running(tmp_path) as machine:
            return (await _counts(machine))[Counted.CARDS_PRINTED]

    run(first())
    assert run(second()) == 1


def test_a_film_grows_old_and_pale(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            assert ConsumableKind.FILM not in {one.kind for one in await machine.printer.consumables()}
            place(machine.mechanism, Picture.AT_PRINT)
            machine.films.rewritten(LI, FILM_CYCLES - 1)
            (worn,) = [o for o in await machine.printer.consumables() if o.kind is ConsumableKind.FILM]
            assert (worn.left, worn.level) == (1, Level.LOW)
            for _ in range(2):
                await machine.printer.print_card(spotted(), deadline_s=90)
            assert (await film(machine)).tobytes() == on_card(spotted()).tobytes()
            await machine.printer.print_card(spotted(), deadline_s=90)
            assert (await film(machine)).tobytes() != on_card(spotted()).tobytes()
            (worn,) = [o for o in await machine.printer.consumables() if o.kind is ConsumableKind.FILM]
            assert (worn.left, worn.level) == (0, Level.OUT)
            assert (await machine.printer.status()).ready

    run(visit())


def test_printers_describe_themselves_and_what_they_use_up_is_listed(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            printers = (machine.printer, machine.slip, machine.document)
            assert all(isinstance(one, Maintained) for one in printers)
            assert isinstance(machine.printer, Cleanable)
            assert isinstance(machine.printer, FilmEraser)
            able = await machine.printer.capabilities()
            assert (able.width, able.height, able.dots_per_inch) == (1000, 638, 300)
            listed = [(name, one.kind) for name, one in await consumables_of((machine.station, *printers))]
            assert listed == [
                (DeviceName.STATION, ConsumableKind.RETAIN_BIN),
                (DeviceName.PRINTER, ConsumableKind.CLEANING),
                (DeviceName.SLIP, ConsumableKind.PAPER),
                (DeviceName.SLIP, ConsumableKind.CUTTER),
                (DeviceName.DOCUMENT, ConsumableKind.PAPER),
                (DeviceName.DOCUMENT, ConsumableKind.MARKER),
            ]

    run(visit())
