"""Specimen permits on the bench: chips and first films, made once and kept in the state folder."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from kiosk.devices.simulated.machine import PERMITS_FOLDER
from kiosk.domain.specimens import Specimen
from kiosk.shipped import load_specimens

_MAKER = "kiosk.bench.specimen_making"


class SpecimensNotMade(Exception):
    """The specimen permits cannot be made; the text is what the maker said."""


async def provide(state: Path, now: datetime, slugs: tuple[str, ...] | None = None) -> tuple[Specimen, ...]:
    """Make the permits that are not there yet and return all specimens.

    A few are made here. All of them are made by a process of its own: it takes memory that a process
    running for weeks would keep.

    Args:
        slugs: limits the making to some of them; None makes all.

    Raises:
        SpecimensNotMade: by the process of its own.
    """
    specimens = load_specimens(now)
    missing = [one for one in specimens if not (state / PERMITS_FOLDER / one.slug).is_dir()]
    if slugs is None and missing:
        await _make_apart(state, now, missing)
    elif wanted := [one for one in missing if one.slug in (slugs or ())]:
        # Imported here: a machine whose permits are made does not need what makes them.
        from kiosk.bench.specimen_making import make  # noqa: PLC0415

        await asyncio.to_thread(make, state, wanted, now)
    return specimens


async def _make_apart(state: Path, now: datetime, missing: Sequence[Specimen]) -> None:
    command = (sys.executable, "-m", _MAKER, str(state), now.isoformat(), *(one.slug for one in missing))
    maker = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    try:
        _, said = await maker.communicate()
    except asyncio.CancelledError:
        maker.kill()
        await maker.wait()
        raise
    if maker.returncode != 0:
        raise SpecimensNotMade(f"the specimen permits cannot be made: {said.decode(errors='replace')}")
