"""Runs worlds until one of them breaks; started in a tree that a mutant was applied to.

Usage: python -m tools.mutants.worlds 0-99

Prints seed, invariant and detail of the first finding, by tabs, and exits with 3; 0 where there is none.
"""

import sys

from kiosk.simulation.campaign import campaign
from kiosk.simulation.judge import Invariant
from kiosk.simulation.quiet import be_quiet

FOUND = 3


def main() -> int:
    """Run and tell; return the exit code."""
    first, _, last = sys.argv[1].partition("-")
    be_quiet()
    for figures in campaign(range(int(first), int(last) + 1)):
        for seed, broken in figures.failing.items():
            invariant = next(one for one in Invariant if broken.startswith(one))
            detail = broken.removeprefix(invariant).lstrip(": ")
            print(seed, invariant, detail.replace("\n", " "), sep="\t")
            return FOUND
    return 0


if __name__ == "__main__":
    sys.exit(main())
