"""The machine at the moment of paying."""

from pathlib import Path

import pytest

from tests.runtime.till import Play, play


@pytest.fixture
def at_till(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    return lambda act: play(tmp_path, monkeypatch, act)
