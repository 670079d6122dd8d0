"""Where the files shipped with the program lie: fonts, data, layouts, icons, translations.

In a checkout they are `resources/` beside the package; in an installed wheel `kiosk/_resources`.
This module only finds paths; parsing belongs to the room that owns the meaning of a file.
"""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def root() -> Path:
    """Return the folder of shipped resources; raise FileNotFoundError if the installation lacks it."""
    for candidate in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError("the program's resources folder is missing: reinstall the package")


def path(*parts: str) -> Path:
    """Return the path of one shipped file, e.g. ``path("data", "fees.toml")``."""
    return root().joinpath(*parts)


def text(*parts: str) -> str:
    """Return one shipped text file, decoded as UTF-8."""
    return path(*parts).read_text(encoding="utf-8")
