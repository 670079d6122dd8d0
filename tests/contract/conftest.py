"""One real specimen permit, made once for the whole kit and laid into every bench's state folder."""

import shutil
from pathlib import Path

import pytest

from kiosk.devices.simulated.specimen_maker import make_specimens
from kiosk.shipped import load_specimens
from tests.contract.subjects import HOLDER
from tests.support.virtual_time import START


@pytest.fixture(scope="session")
def specimen_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("specimen")
    specimens = load_specimens(START)
    make_specimens(state, [specimen for specimen in specimens if specimen.slug == HOLDER], START)
    return state


@pytest.fixture(autouse=True)
def _specimen(specimen_state: Path, tmp_path: Path) -> None:
    shutil.copytree(specimen_state, tmp_path, dirs_exist_ok=True)
