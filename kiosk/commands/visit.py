"""`kiosk visit`: one whole visit by the automatic applicant, headless, simulated unless configured."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from kiosk.app import CannotStart, SimulatedKiosk, simulated_kiosk
from kiosk.bench import evidence
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.bench.scenario import Scenario, ScenarioInvalid
from kiosk.bench.scenario_player import ScenarioPlayer
from kiosk.clock import SystemClock
from kiosk.commands.device_scenario import found_scenario
from kiosk.commands.reading import in_words
from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.config import Reader, Settings, SettingsInvalid, load_settings
from kiosk.domain.failure import Fault
from kiosk.domain.payment import Channel

LONGEST_S = 300.0
NOT_PRINTED = 3


class NotServed(Exception):
    """The visit did not come to its end in time, or the machine never let it begin."""

    def __init__(self, fault: Fault | None) -> None:
        why = f"; the machine is out of service: {fault.code} {fault.detail}".rstrip() if fault else ""
        super().__init__(f"after {LONGEST_S:.0f} s the visit had not ended{why}")


@dataclass(frozen=True, slots=True)
class Wish:
    """Who comes, and what for."""

    slug: str
    plan: Plan
    out: Path
    scenario: Scenario | None = None


def visit(
    pay: Annotated[Channel, typer.Option(help="How to pay.")] = Channel.ALIPAY,
    show_code: Annotated[
        bool, typer.Option("--show-code", help="Show the phone's payment code instead of scanning ours.")
    ] = False,
    reader: Annotated[
        Reader | None,
        typer.Option(help="Where the chip is read; pcsc runs a real pcscd with a virtual reader."),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Settings file: which devices are real.")] = None,
    scenario: Annotated[
        str | None, typer.Option(help="Scenario file, or a shipped one's name: what breaks, and when.")
    ] = None,
    permit: Annotated[str, typer.Option(help="Whose permit: see `kiosk permit list`.")] = "chen-xiaoming",
    collect: Annotated[bool, typer.Option(help="Print what was approved online.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for card.pdf, card.png, slip.pdf, visit.json.")] = Path(
        "out/visit"
    ),
    state: Annotated[
        Path | None, typer.Option(help="State folder to keep; else a fresh one is used and removed.")
    ] = None,
    pace: Annotated[float, typer.Option(help="1 gives mechanics their true times, 0 none.")] = 0.0,
    verbose: Annotated[bool, typer.Option(help="Show the log.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """One whole visit by the automatic applicant; what is not configured is simulated.

    Exit code 0: an endorsement was printed and every invariant holds; 1: an invariant is broken;
    2: it could not start; 3: the invariants hold, but nothing was printed.
    """
    log_to_stderr(verbose=verbose)
    if show_code and not pay.shows_code:
        complain(f"--show-code: nobody pays by {pay.value} with a code on a phone", 2)
    plan = Plan(pay, collect=collect, payer_code=show_code)
    try:
        with _state_folder(state) as folder:
            settings = load_settings(config, state=folder, reader=reader, pace=pace)
            played = None if scenario is None else found_scenario(scenario)
            told = asyncio.run(one_visit(settings, Wish(permit, plan, out, played)))
    except (SettingsInvalid, ScenarioInvalid, NotServed, *CannotStart) as error:
        complain(in_words(error), 2)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _say(told, out)
    sound = not told["invariants_broken"] and told["journal_fault"] is None
    raise typer.Exit((0 if told["printed"] else NOT_PRINTED) if sound else 1)


@contextmanager
def _state_folder(given: Path | None) -> Iterator[Path]:
    """Give a state folder; a fresh one is removed afterwards, so that every run meets the same world."""
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="kiosk-visit-") as folder:
        yield Path(folder)


async def one_visit(settings: Settings, wish: Wish) -> dict[str, Any]:
    """Serve one applicant and leave the evidence; return the summary of the visit."""
    async with simulated_kiosk(settings, SystemClock(), (wish.slug,)) as bench:
        if wish.slug not in {slug for slug, _ in bench.tester.specimens()}:
            raise SettingsInvalid(f"there is no specimen permit {wish.slug!r}: see `kiosk permit list`")
        applicant = AutomaticApplicant(bench.kiosk, bench.tester, wish.plan)
        await bench.kiosk.recover()
        player = None
        async with AsyncExitStack() as stack:
            if wish.scenario is not None:
                player = ScenarioPlayer(wish.scenario, bench.machine, SystemClock())
                await stack.enter_async_context(player)
                bench.kiosk.subscribe(
                    player.watch
                )  # before the applicant: what breaks is broken when they act
            bench.kiosk.subscribe(applicant.watch)
            try:
                async with asyncio.timeout(LONGEST_S):
                    await _serve(bench, applicant, wish.slug)
            except TimeoutError:
                raise NotServed(bench.kiosk.snapshot().fault) from None
        return _leave(bench, applicant, wish) | _played(player)


def _played(player: ScenarioPlayer | None) -> dict[str, Any]:
    """Say how much of a scenario was played."""
    if player is None:
        return {}
    return {"scenario": {"played": player.played, "of": player.moments, "problems": player.problems}}


async def _serve(bench: SimulatedKiosk, applicant: AutomaticApplicant, slug: str) -> None:
    """Put the card in and serve until the visit has ended."""
    bench.tester.insert(slug)
    serving = asyncio.ensure_future(bench.kiosk.serve_one())
    ended = asyncio.ensure_future(applicant.ended.wait())
    try:
        await asyncio.wait({serving, ended}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
        await bench.kiosk.settle()
    finally:
        for task in (serving, ended):
            task.cancel()
        await asyncio.gather(serving, ended, return_exceptions=True)


def _leave(bench: SimulatedKiosk, applicant: AutomaticApplicant, wish: Wish) -> dict[str, Any]:
    if applicant.last is None or applicant.last.visit is None:
        raise AssertionError("a visit that has ended was on the screen")
    visit_id = applicant.last.visit.visit_id
    told = evidence.summary(bench.journal, bench.journal.fold(visit_id))
    told["devices"] = {choice.slot.device: choice.driver.name for choice in bench.plan.choices}
    face = evidence.ordered_face(bench.journal, visit_id)
    evidence.leave(wish.out, told, face, bench.layout)
    evidence.leave_film(wish.out, bench.machine.films, wish.slug)
    slips = bench.machine.slip.slips()
    if slips:
        shutil.copyfile(slips[-1], wish.out / "slip.pdf")
    return told


def _say(told: dict[str, Any], out: Path) -> None:
    console = Console(soft_wrap=True, highlight=False)
    if told["printed"]:
        for one in told["endorsements"]:
            console.print(f"Printed: {one['destination']} {one['kind']}, until {one['valid_until']}")
        by = f" by {told['paid_by']}" if told["paid_by"] else ""
        console.print(f"Paid: {told['paid_yuan'] or '0.00'} yuan{by}")
    else:
        console.print(f"Nothing printed: {told['ended_early']} {told['refusal'] or ''}".rstrip())
    real = [f"{device} ({driver})" for device, driver in told["devices"].items() if driver != "simulated"]
    if real:
        console.print(f"Not simulated: {', '.join(real)}")
    if "scenario" in told:
        console.print(f"Scenario: {told['scenario']['played']} of {told['scenario']['of']} moments played")
    for problem in (*told["invariants_broken"], *told["cases"]):
        console.print(f"Open: {problem}", style="bold red")
    console.print(f"Card, slip and journal extract are in {out.resolve()}")
