"""Fails on QML that the software renderer drops without a word: layers, effects, shaders, particles."""

import re
import sys
from pathlib import Path

_FORBIDDEN = re.compile(r"layer\.enabled|MultiEffect|ShaderEffect|ParticleSystem")


def findings(folder: Path) -> list[str]:
    """Return ``file:line: text`` for every line that would not be drawn."""
    return [
        f"{path}:{number}: {line.strip()}"
        for path in sorted(folder.rglob("*.qml"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _FORBIDDEN.search(line.split("//")[0])
    ]


if __name__ == "__main__":
    found = findings(Path(sys.argv[1]))
    print("\n".join(f"{line}\n    is not drawn by the software renderer" for line in found), end="")
    sys.exit(1 if found else 0)
