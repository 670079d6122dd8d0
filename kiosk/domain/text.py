"""A text that a data file carries in both interface languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Simplified Chinese and English wording of one thing."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the wording for a language code such as ``zh_CN`` or ``en``."""
        return self.zh if language.startswith("zh") else self.en

    def fill(self, **params: str) -> "Text":
        """Return the text with its ``{name}`` placeholders replaced in both languages."""
        return Text(self.zh.format(**params), self.en.format(**params))
