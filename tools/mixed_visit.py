"""One visit on a real pcscd and a real IPP printer (ippeveprinter), with the simulated film printer.

Usage: python -m tools.mixed_visit [DIR]

DIR, out/mixed by default, gets kiosk.toml, the visit's evidence and the page that the IPP printer printed.
pcscd and the printer are private: they listen to nobody else and are gone afterwards.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from kiosk.devices.simulated.pcscd_stack import missing_parts
from tests.devices.ipp.bench import printer_bench

SETTINGS = """# One visit with three kinds of devices.
[devices.chip_reader]        # the real PC/SC service; its virtual reader holds the simulated station's card
driver = "pcsc"
virtual_card = true

[devices.slip_printer]       # the slip on a page of a real IPP printer
driver = "page"
uri = "{uri}"

[devices.document_printer]   # the same printer for A4
driver = "ipp"
uri = "{uri}"

# Everything else, the film printer too, is simulated.
"""


def main(out: Path) -> int:
    """Run the visit; return its exit code."""
    lacking = missing_parts() or (
        "" if shutil.which("ippeveprinter") else "apt-get install cups-ipp-utils dbus"
    )
    if lacking:
        print(lacking)
        return 2
    out.mkdir(parents=True, exist_ok=True)
    with printer_bench() as printer:
        settings = out / "kiosk.toml"
        settings.write_text(SETTINGS.format(uri=printer.uri), encoding="utf-8")
        for words in (["doctor", "--simulate"], ["visit", "--out", str(out)]):
            done = subprocess.run(
                [sys.executable, "-m", "kiosk", *words, "--config", str(settings)], check=False
            )
        for number, page in enumerate(printer.printed(), 1):
            shutil.copyfile(page, out / f"page-{number}.pdf")
            print(f"The IPP printer printed {out / f'page-{number}.pdf'}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/mixed")))
