"""In which language a command speaks: `--language`, by default the one of the settings."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from kiosk.domain.text import Text


class Language(StrEnum):
    """What the text can be written in."""

    CHINESE = "zh_CN"
    ENGLISH = "en"


Spoken = Annotated[
    Language | None, typer.Option("--language", help="Of the text; by default the one of the settings.")
]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Words in one language."""

    language: str

    def __call__(self, text: Text) -> str:
        return text.in_language(self.language)

    def listed(self, texts: Iterable[Text]) -> str:
        """Return texts one after the other, parted as the language does it."""
        return self(Text("、", ", ")).join(map(self, texts))
