"""Everything that is left to chance in a world, drawn from one seed.

Each draw has a key of its own, such as ``2/gateway.query loses its answer#3`` (the third such draw while
the second applicant is served), and depends on the seed and this key alone. So a fault can be taken away
from a story, or put into one, without everything after it turning out differently: that is what makes
shrinking and the walk through every single point work.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_WHOLE = float(2**64)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is laid down beforehand instead of left to chance.

    Attributes:
        storm: every fault's chance is multiplied by it; 0 for a world where nothing goes wrong.
        suppressed: keys of faults that shall not happen.
        forced: keys of faults that shall happen.
    """

    storm: float | None = None
    suppressed: frozenset[str] = frozenset()
    forced: frozenset[str] = frozenset()


@dataclass(slots=True)
class Fate:
    """The draws of one world.

    Attributes:
        storm: how bad this world is; see `Plan`.
        stress: multiplies every chance too; higher while money or a film is at stake.
        chapter: number of the applicant being served, part of every key.
        calm: nothing goes wrong any more; used for a world's last, healing restart.
        happened: keys of the faults that struck, in order.
        place: where the visit stands; only told to `asked`.
        told: called with the name of each fault as it strikes.
        asked: called with the key of everything that could go wrong, and the place.
    """

    seed: int
    plan: Plan = Plan()
    stress: float = 1.0
    chapter: int = 0
    calm: bool = False
    happened: list[str] = field(default_factory=list)
    place: str = ""
    told: Callable[[str], None] | None = None
    asked: Callable[[str, str], None] | None = None
    storm: float = field(init=False)
    _counts: Counter[str] = field(default_factory=Counter)
    _seed: bytes = field(init=False)

    def __post_init__(self) -> None:
        self._seed = self.seed.to_bytes(8, "big")
        drawn = (0.0, 0.5, 1.0, 1.0, 2.0, 4.0)[int(self._draw("storm") * 6)]
        self.storm = drawn if self.plan.storm is None else self.plan.storm

    def fault(self, name: str, chance: float) -> bool:
        """Return whether something goes wrong here; the world's storm scales the chance."""
        if self.calm:
            return False
        key = self._key(name)
        if self.asked is not None:
            self.asked(key, self.place)
        struck = key in self.plan.forced or (
            self.storm > 0 and self._draw(key) < chance * self.storm * self.stress
        )
        if not struck or key in self.plan.suppressed:
            return False
        self.happened.append(key)
        if self.told is not None:
            self.told(name)
        return True

    def chance(self, name: str, chance: float) -> bool:
        """Return a decision that is nobody's fault."""
        return self._draw(self._key(name)) < chance

    def seconds(self, name: str, least: float, most: float) -> float:
        """Return a duration, seconds."""
        return least + (most - least) * self._draw(self._key(name))

    def pick(self, name: str, choices: Sequence[T]) -> T:
        """Return one of several."""
        return choices[int(self._draw(self._key(name)) * len(choices))]

    def _key(self, name: str) -> str:
        scoped = f"{self.chapter}/{name}"
        self._counts[scoped] += 1
        return f"{scoped}#{self._counts[scoped]}"

    def _draw(self, key: str) -> float:
        drawn = blake2b(key.encode(), digest_size=8, key=self._seed).digest()
        return int.from_bytes(drawn, "big") / _WHOLE
