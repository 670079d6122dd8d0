"""The documents name files that exist, and every link inside the repository leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_PATH = re.compile(
    r"`((?:kiosk|resources|tests|docs|tools|benchmarks)/[\w./-]*|[\w-]+\.(?:toml|py)|Makefile)`"
)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def test_the_map_leads_to_what_is_there() -> None:
    """docs/ARCHITECTURE.md says where to go to change something; a map that lies is worse than none."""
    named = _PATH.findall((ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8"))
    assert len(named) > 10, "the map names the files to go to"
    assert not [path for path in named if "*" not in path and not (ROOT / path).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    links = [link for link in _LINK.findall(document.read_text("utf-8")) if "://" not in link]
    assert not [link for link in links if not (document.parent / link).exists()]
