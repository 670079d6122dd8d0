"""Writes docs/drivers.md: the drivers that kiosk.toml can name and their settings, from their own entries.

Usage: python -m tools.driver_page [--check]   (--check only says whether the page is up to date)
"""

import sys
from pathlib import Path

from kiosk.assembly.reference import drivers, settings_of

PAGE = Path(__file__).resolve().parents[1] / "docs" / "drivers.md"
_HEAD = """# Drivers and their settings

What `kiosk.toml` can say about devices: one section per device, `driver` names one of the drivers below,
and the other keys are its settings. How to configure a machine is in
[devices.md](devices.md#configuration); another make is one file, [write-a-driver.md](write-a-driver.md).
The same list on a machine: `kiosk device drivers`. Drivers that only play a device need `--simulate`.

This page is written by `python -m tools.driver_page`.
"""


def page() -> str:
    """Return the page."""
    lines = [_HEAD]
    last = ""
    for slot, driver in drivers():
        if slot.device != last:
            need = "needed" if slot.needed else "optional"
            lines += [f"## `[devices.{slot.device}]`: {slot.title.en} ({need})", ""]
            last = slot.device
        plays = ", simulated" if driver.simulated else ""
        lines += [f'### `driver = "{driver.name}"`: {driver.title.en}{plays}', ""]
        settings = settings_of(driver)
        if settings:
            lines += ["| key | value | default | meaning |", "|---|---|---|---|"]
            lines += [
                f"| `{one.key}` | {one.kind} | {one.default} | {one.meaning.replace('|', chr(92) + '|')} |"
                for one in settings
            ]
        else:
            lines.append("No settings.")
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    """Write the page, or check it; return the exit code."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    fits = PAGE.is_file() and page() == PAGE.read_text(encoding="utf-8")
    print("docs/drivers.md is up to date" if fits else "run: python -m tools.driver_page")
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())
