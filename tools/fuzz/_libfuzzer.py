"""libFuzzer as the driver, through atheris: one process for each target, because libFuzzer ends its own."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import _driver

_CHILD = """
import sys
sys.path[:0] = {path!r}
import atheris
with atheris.instrument_imports(include=["kiosk"]):
    import {name} as target
atheris.Setup(sys.argv, target.one_input)
atheris.Fuzz()
"""


def fuzz(target: _driver.Target, seconds: float, seed: int) -> bool:
    """Fuzz one target in a process of its own; return whether nothing was found."""
    corpus = target.folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    _write(corpus, target.seeds)
    here = Path(__file__).resolve().parent
    code = _CHILD.format(path=[str(here), str(here.parents[1])], name=target.name)
    options = [
        f"-max_total_time={max(int(seconds), 1)}",
        f"-artifact_prefix={target.folder}/finding-",
        f"-seed={seed}",
        f"-timeout={int(_driver.LONGEST_S)}",
        f"-rss_limit_mb={_driver.MOST_MEMORY >> 20}",
        f"-max_len={max(map(len, target.seeds), default=0) + 4096}",
        "-print_final_stats=1",
    ]
    command = [sys.executable, "-c", code, str(corpus), *options]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    lines = [line for line in ended.stderr.splitlines() if "number_of_executed" in line or "cov:" in line]
    print(f"{target.name:24} {' '.join(lines[-1:])}", flush=True)
    if ended.returncode:
        print(ended.stdout[-4000:] or ended.stderr[-4000:], flush=True)
    return ended.returncode == 0


def _write(folder: Path, inputs: Iterable[bytes]) -> None:
    for data in inputs:
        (folder / _driver.name_of(data)).write_bytes(data)
