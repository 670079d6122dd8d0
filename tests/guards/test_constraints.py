"""Everybody runs the versions that were tested: constraints.txt pins them, all and exactly."""

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([0-9][0-9A-Za-z.!+]*)")
_BROUGHT_BY_VENV = {"pip", "setuptools", "wheel"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    matches = [_PIN.fullmatch(line) for line in lines]
    assert all(matches), "only exact pins: no addresses, no options, no editable lines"
    return {normal(match[1]): match[2] for match in matches if match}


def test_what_is_installed_is_what_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["name"]
    installed = {normal(found.name): found.version for found in distributions()}
    for own in {normal(project), *_BROUGHT_BY_VENV}:
        installed.pop(own, None)
    assert installed == pins()


def test_every_requirement_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {normal(re.split(r"[\[<>=!~; ]", requirement)[0]) for requirement in wanted}
    assert names <= set(pins())
