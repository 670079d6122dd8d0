"""Feeds mutated bytes to every parser of what comes from outside: `make fuzz`, or this file.

    .venv/bin/python tools/fuzz/run.py --list
    .venv/bin/python tools/fuzz/run.py --seconds 120 wechat_bill nexo_answer
    .venv/bin/python tools/fuzz/run.py wechat_bill --repeat out/fuzz/wechat_bill/finding-1a2b3c4d.bin

A target is a file beside this one, without a leading underscore. It has a docstring that says what is
fed, and

    def seeds() -> Iterable[bytes]: genuine inputs to start from
    def one_input(data: bytes) -> None: feeds one; whatever it raises is a finding

What an input is made of, and what must hold whatever comes (`assert`), is the target's own affair; the
named failure of a parser is caught there. Found inputs and the corpus are kept in ``out/fuzz/TARGET``.
Exit code 0: nothing found; 1: findings; 2: no such target.

Inputs that reach new lines are kept and mutated further. With the package atheris (the extra `fuzz`)
libFuzzer does that, many times faster; without it the driver in `_driver.py` does.
"""

import argparse
import importlib
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT)]

import _driver  # noqa: E402 - found once its folder is on the path
import _libfuzzer  # noqa: E402

OUT = ROOT / "out" / "fuzz"


def names() -> list[str]:
    """Return the targets, by name."""
    own = {"run"}
    return sorted(p.stem for p in HERE.glob("*.py") if not p.stem.startswith("_") and p.stem not in own)


def load(name: str) -> _driver.Target:
    """Return a target, ready to be fed."""
    module = importlib.import_module(name)
    return _driver.Target(name, tuple(module.seeds()), module.one_input, OUT / name)


def main() -> int:
    """Fuzz the targets asked for, one after the other; return the exit code."""
    parser = argparse.ArgumentParser(description="Fuzz the parsers of what comes from outside.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="all of them by default")
    parser.add_argument("--list", action="store_true", help="name the targets and what they feed")
    parser.add_argument("--seconds", type=float, default=30, help="time for each target (30)")
    parser.add_argument("--seed", type=int, default=0, help="of the mutations (0); 0 with libFuzzer: any")
    parser.add_argument("--repeat", type=Path, metavar="FILE", help="feed one input again")
    parser.add_argument("--engine", choices=["auto", "own", "libfuzzer"], default="auto")
    chosen = parser.parse_args()
    unknown = set(chosen.targets) - set(names())
    if unknown:
        print(f"No such target: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    wanted = chosen.targets or names()
    if chosen.list:
        for name in wanted:
            print(f"{name:24} {(importlib.import_module(name).__doc__ or '').splitlines()[0]}")
        return 0
    if chosen.repeat is not None:
        for name in wanted:
            load(name).one_input(chosen.repeat.read_bytes())
        return 0
    fast = chosen.engine == "libfuzzer" or (chosen.engine == "auto" and find_spec("atheris") is not None)
    engine = _libfuzzer.fuzz if fast else _driver.fuzz
    found = [name for name in wanted if not engine(load(name), chosen.seconds, chosen.seed)]
    if found:
        print(f"Findings in: {', '.join(found)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
