"""The mutants, as the data files have them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Mutant:
    """One careless change.

    Attributes:
        group: what the change has to do with, as the table is divided.
        name: short and for good: what has been said of a mutant stays true.
        does: what the changed program does, in plain words.
        file: which file, from the root of the tree.
        old: text that stands there exactly once; `new` takes its place.
        tests: what pytest is given where no world notices anything.
    """

    group: str
    name: str
    does: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def has(self, word: str) -> bool:
        """Tell whether a word stands in the mutant's group, name, file or sentence."""
        return word.casefold() in " ".join((self.group, self.name, self.does, self.file)).casefold()

    def text(self, root: Path = ROOT) -> str:
        """Return the file as the mutant makes it.

        Raises:
            ValueError: the text that is to be changed does not stand there exactly once.
        """
        whole = (root / self.file).read_text(encoding="utf-8")
        if whole.count(self.old) != 1:
            raise ValueError(f"{self.name}: its text stands {whole.count(self.old)} times in {self.file}")
        return whole.replace(self.old, self.new)


def mutants() -> tuple[Mutant, ...]:
    """Return every mutant, group by group."""
    return tuple(mutant for file in sorted(_FOLDER.glob("*.toml")) for mutant in _group(file))


def _group(file: Path) -> Iterator[Mutant]:
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    for one in told["mutant"]:
        yield Mutant(
            told["title"],
            one["name"],
            one["does"],
            one["file"],
            one["old"],
            one["new"],
            tuple(one.get("tests", told["tests"])),
        )
