"""The data that the program ships, parsed: the catalogue of rules and the invented specimen holders."""

from datetime import datetime
from functools import cache

from kiosk import resources
from kiosk.domain.beijing import beijing_date
from kiosk.domain.catalogue import Catalogue, parse_catalogue
from kiosk.domain.specimens import Specimen, parse_specimens


@cache
def load_catalogue() -> Catalogue:
    """Return the shipped kinds, fees, rules, reasons, failures and cities."""
    names = ("kinds", "fees", "rules", "reasons", "failures", "cities")
    return parse_catalogue(**{name: resources.text("data", f"{name}.toml") for name in names})


def load_specimens(now: datetime) -> tuple[Specimen, ...]:
    """Return the invented holders as of a moment; their dates move with it."""
    return parse_specimens(resources.text("specimens", "holders.toml"), load_catalogue(), beijing_date(now))
