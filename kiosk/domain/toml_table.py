"""Reads a parsed TOML table strictly: every fault is a ValueError that names the file and the entry."""

import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NoReturn, TypeVar

from kiosk.domain.text import Text

E = TypeVar("E", bound=StrEnum)

_LONGEST = 10_000


class Table:
    """One table of a data file; `finish` refuses keys that nobody asked for, mostly misspelt ones."""

    __slots__ = ("_asked", "_values", "file", "label")

    def __init__(self, file: str, label: str, values: Mapping[str, object]) -> None:
        self.file = file
        self.label = label
        self._values = values
        self._asked: set[str] = set()

    @classmethod
    def parse(cls, file: str, text: str) -> "Table":
        """Parse a whole file."""
        try:
            return cls(file, "the file", tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{file}: {error}") from error

    def fail(self, message: str) -> NoReturn:
        """Raise the ValueError that names file and entry."""
        raise ValueError(f"{self.file}: {self.label}: {message}")

    def named(self, label: str) -> "Table":
        """Give the table a better name for messages, once its key is known."""
        self.label = label
        return self

    def has(self, key: str) -> bool:
        return key in self._values

    def finish(self) -> None:
        """Refuse keys that were never asked for."""
        unknown = sorted(set(self._values) - self._asked)
        if unknown:
            self.fail(f"unknown key {unknown[0]!r}")

    def _get(self, key: str) -> object:
        self._asked.add(key)
        if key not in self._values:
            self.fail(f"{key!r} is missing")
        return self._values[key]

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value = self._get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
            self.fail(f"{key!r} must be a text that is not empty")
        return value

    def integer(self, key: str, low: int, high: int) -> int:
        """Return a whole number within both bounds."""
        value = self._get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.fail(f"{key!r} must be a whole number from {low} to {high}")
        return value

    def flag(self, key: str) -> bool:
        value = self._get(key)
        if not isinstance(value, bool):
            self.fail(f"{key!r} must be true or false")
        return value

    def choice(self, key: str, kind: type[E]) -> E:
        """Return the member of an enumeration whose value the text is."""
        value = self.text(key)
        if value not in [member.value for member in kind]:
            self.fail(f"{key!r} is {value!r}, not one of {', '.join(member.value for member in kind)}")
        return kind(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where the key is absent."""
        if not self.has(key):
            return ()
        value = self._get(key)
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.fail(f"{key!r} must be a list of texts")
        return tuple(str(item) for item in value)

    def words(self, key: str) -> Text:
        """Return a text in both languages, written ``{ zh = "…", en = "…" }``."""
        inner = self.table(key)
        words = Text(inner.text("zh"), inner.text("en"))
        inner.finish()
        return words

    def table(self, key: str) -> "Table":
        """Return an inner table."""
        value = self._get(key)
        if not isinstance(value, dict):
            self.fail(f"{key!r} must be a table")
        return Table(self.file, f"{self.label}, {key}", value)

    def tables(self, key: str) -> Iterator[tuple[str, "Table"]]:
        """Yield the tables of a table of tables with their keys; none where the key is absent."""
        if not self.has(key):
            return
        group = self.table(key)
        for name in group._values:
            yield name, group.table(name).named(f"{key}.{name}")

    def rows(self, key: str) -> Iterator["Table"]:
        """Yield the tables of an array of tables; none where the key is absent."""
        if not self.has(key):
            return
        value = self._get(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fail(f"{key!r} must be an array of tables")
        for place, item in enumerate(value, start=1):
            yield Table(self.file, f"{key} {place}", item)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return a table of texts in its order; empty where the key is absent."""
        if not self.has(key):
            return ()
        inner = self.table(key)
        return tuple((name, inner.text(name)) for name in inner._values)
