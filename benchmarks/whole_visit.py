"""A whole automatic visit: wall time of the process and of the visit itself, mechanics at no pace.

Run: ``make bench`` or ``python benchmarks/whole_visit.py [--rounds N]``.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path


def one_visit(out: Path, pay: str) -> tuple[float, float]:
    """Return the seconds of the whole process and of the visit from card-in to card-taken."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "visit", "--pay", pay, "--out", str(out), "--json"],
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    )
    taken = time.perf_counter() - began
    moments = [datetime.fromisoformat(record["at"]) for record in json.loads(done.stdout)["journal"]]
    return taken, (max(moments) - min(moments)).total_seconds()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="visits per way to pay")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        for pay in ("alipay", "wechat", "unionpay"):
            times = [one_visit(Path(folder), pay) for _ in range(rounds)]
            whole = statistics.median(process for process, _ in times)
            visit = statistics.median(inner for _, inner in times)
            print(f"{pay}: visit {visit:.2f} s, with starting and stopping everything {whole:.2f} s")
    print("  (target: a whole visit in at most 3 s)")


if __name__ == "__main__":
    main()
