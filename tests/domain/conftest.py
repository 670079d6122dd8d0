"""The shipped catalogue, parsed once."""

import pytest

from kiosk import resources
from kiosk.domain.catalogue import Catalogue, parse_catalogue

FILES = ("kinds", "fees", "rules", "reasons", "failures", "cities")


@pytest.fixture(scope="session")
def texts() -> dict[str, str]:
    """The texts of the six files by their names."""
    return {name: resources.text("data", f"{name}.toml") for name in FILES}


@pytest.fixture(scope="session")
def catalogue(texts: dict[str, str]) -> Catalogue:
    return parse_catalogue(**texts)
