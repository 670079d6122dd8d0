"""docs/visit.md shows the program's own transition table."""

from tools import visit_diagram


def test_the_page_is_up_to_date() -> None:
    old = visit_diagram.PAGE.read_text(encoding="utf-8")
    assert visit_diagram.page(old) == old, "run: python tools/visit_diagram.py"
