"""`kiosk device scenario`: plays a file of faults and hands on the simulated devices of a running kiosk."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from kiosk.bench.scenario import Scenario, ScenarioInvalid, load_scenario, shipped_scenarios
from kiosk.bench.scenario_player import ScenarioPlayer
from kiosk.clock import SystemClock
from kiosk.commands.device_group import AsJson, State
from kiosk.devices.simulated.machine import SimulatedParts

LONGEST_S = 3600.0
"""How long a moment is waited for, seconds."""


def scenario(
    file: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")],
    state: State,
    as_json: AsJson = False,
) -> None:
    """Play a scenario; returns when its last moment has come.

    Moments of the visit's steps (``visit:STEP``) are only seen by `kiosk visit --scenario`.
    """
    try:
        chosen = found_scenario(file)
    except ScenarioInvalid as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if chosen.watches_visit:
        typer.echo(
            f"{file}: has moments visit:STEP: play it with kiosk visit --scenario or the dock", err=True
        )
        raise typer.Exit(2)
    try:
        player = asyncio.run(_play(chosen, state))
    except (KeyboardInterrupt, TimeoutError) as error:
        typer.echo("broken off", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps({"played": player.played, "problems": player.problems}, ensure_ascii=False))
    else:
        typer.echo(f"{chosen.title.zh} {chosen.title.en}: {player.played} of {len(chosen.moments)}")
        for problem in player.problems:
            typer.echo(problem, err=True)
    raise typer.Exit(1 if player.problems else 0)


def found_scenario(named: str) -> Scenario:
    """Return the scenario of a file, or a shipped one by its name; raise ScenarioInvalid."""
    shipped = shipped_scenarios()
    if named not in shipped and not Path(named).exists():
        raise ScenarioInvalid(f"{named}: no such file; shipped scenarios are: {', '.join(shipped)}")
    return load_scenario(shipped.get(named, Path(named)))


async def _play(chosen: Scenario, state: Path) -> ScenarioPlayer:
    clock = SystemClock()
    parts = SimulatedParts(state, clock, 0.0)
    parts.folder.changed = parts.watch.poke
    await parts.watch.start()
    try:
        async with asyncio.timeout(LONGEST_S), ScenarioPlayer(chosen, parts, clock) as player:
            await player.ended.wait()
        return player
    finally:
        await parts.watch.close()
