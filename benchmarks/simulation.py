"""How many simulated visits a core does in a minute, faults on: `python benchmarks/simulation.py [WORLDS]`.

Counts processor time, so that other work on the machine does not spoil the figure.
"""

import sys
import time

from kiosk.simulation.campaign import Figures, campaign
from kiosk.simulation.quiet import be_quiet

WORLDS = 200


def main() -> None:
    be_quiet()
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else WORLDS
    total = Figures()
    for figures in campaign(range(1)):  # compiles the journal's statements
        total.add(figures)
    total, began = Figures(), time.process_time()
    for figures in campaign(range(worlds)):
        total.add(figures)
    seconds = time.process_time() - began
    per_minute = total.visits * 60.0 / seconds
    print(
        f"{total.visits} visits, {total.crashes} crashes, {total.records} records: {seconds:.1f} s of a core"
    )
    print(f"{per_minute:.0f} visits per minute and core, {seconds * 1e3 / total.visits:.1f} ms per visit")


if __name__ == "__main__":
    main()
