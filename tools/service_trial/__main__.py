"""Holds the trials and prints what was seen; see the package's own words."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import tools.service_trial
from tools.service_trial.kiosk import Kiosk
from tools.service_trial.machine import NoTrial, booted, make_tree
from tools.service_trial.trials import held

ROOT = Path(__file__).resolve().parents[2]
TREE = Path("/var/tmp/kiosk-trial")  # noqa: S108 - the tree outlives a restart; only root writes there


def main() -> int:
    """Hold them all; return the exit code."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the machine is powered off on the way out
    try:
        bad = _trial(_package(options.package), options.tree, options.picture)
    except NoTrial as why:
        print(f"service_trial: {why}", file=sys.stderr)
        return 2
    print(f"{bad} not as it should be" if bad else "all as it should be")
    return 1 if bad else 0


def _trial(package: Path, tree: Path, picture: Path | None) -> int:
    """Return how many lines are not good."""
    if os.geteuid() != 0:
        raise NoTrial("only root can boot a machine")
    print(f"package {package}\ntree    {tree}", flush=True)
    make_tree(tree, _needed(package))
    bad = 0
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-trial-") as scratch,
        booted(tree, package, Path(scratch)) as machine,
    ):
        print(f"booted  {machine.say('systemctl', '--version').splitlines()[0]}\n", flush=True)
        for seen in held(Kiosk(machine), picture):
            bad += not seen.good
            print(f"{'good' if seen.good else 'BAD '}  {seen.trial:<44}  {seen.seen}", flush=True)
        if bad:
            print("\n" + machine.say("journalctl", "--no-pager", "--lines=200", "--unit=endorsement-kiosk"))
    return bad


def _package(given: Path | None) -> Path:
    found = [given] if given else sorted((ROOT / "dist").glob("endorsement-kiosk_*.deb"))
    if not found or not found[-1].is_file():
        raise NoTrial("there is no package: make installer")
    return found[-1]


def _needed(package: Path) -> list[str]:
    """Return the names of the packages that this one depends on."""
    asked = ("dpkg-deb", "--field", str(package), "Depends")
    done = subprocess.run(asked, check=False, capture_output=True, text=True)
    if done.returncode:
        raise NoTrial(f"not a package: {package}")
    return sorted({depended.split()[0] for depended in done.stdout.split(",")})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m tools.service_trial",
        description=tools.service_trial.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--package", type=Path, help="the .deb; default: the one in dist/")
    parser.add_argument(
        "--tree", type=Path, default=TREE, help="where the Debian 12 is (default: %(default)s)"
    )
    parser.add_argument("--picture", type=Path, help="write what the kiosk shows to this PNG file")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
