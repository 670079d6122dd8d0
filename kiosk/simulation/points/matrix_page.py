"""The step × fault matrix as one HTML page that needs nothing else."""

from html import escape

from kiosk.simulation.points.every_point import Cell, Matrix

_STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 24px; color: #1b2430; background: #fff; }
table { border-collapse: collapse; } th, td { border: 1px solid #cbd3dc; padding: 4px 6px; }
thead th { position: sticky; top: 0; background: #eef2f6; writing-mode: vertical-rl; text-align: left; }
tbody th { text-align: left; font-weight: 400; white-space: nowrap; }
td { text-align: center; min-width: 22px; }
.p { background: #dff3e3; } .r { background: #fdf2d0; } .n { background: #eef2f6; }
.c { background: #fbe0d2; } .x { background: #b3261e; color: #fff; }
"""
_LEGEND = (
    ("p", "P", "printed and paid"),
    ("r", "R", "charged and refunded"),
    ("n", "N", "nothing was taken"),
    ("c", "C", "a case with a number is open for staff"),
    ("x", "!", "an invariant broke"),
)


def page(matrix: Matrix) -> str:
    """Return the page."""
    worlds = sum(1 + cell.crashes for cell in matrix.cells.values())
    broken = sum(1 for cell in matrix.cells.values() if cell.broken)
    heads = "".join(f"<th scope='col'>{escape(step or 'before the visit')}</th>" for step in matrix.steps)
    rows = "".join(_row(fault, matrix) for fault in matrix.faults)
    legend = " ".join(f"<span class='{css}'>&nbsp;{sign}&nbsp;</span> {text}" for css, sign, text in _LEGEND)
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Every fault at every step</title>"
        f"<style>{_STYLE}</style><h1>Every fault at every step</h1>"
        f"<p>{len(matrix.faults)} faults, {len(matrix.steps)} steps, {worlds} worlds (more than cells"
        f" where a crash was put after each fault, too); {broken} cells with a broken invariant.</p>"
        f"<p>{legend}. Where a step is passed in different ways, a cell shows every ending.</p>"
        f"<table><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table></html>"
    )


def _row(fault: str, matrix: Matrix) -> str:
    cells = "".join(_cell(matrix.cells.get((fault, step))) for step in matrix.steps)
    return f"<tr><th scope='row'>{escape(fault)}</th>{cells}</tr>"


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "<td></td>"
    told = "; ".join(cell.endings)
    title = f"{told} ({cell.crashes} crashes after it)" if not cell.broken else "; ".join(cell.broken)
    signs = {"x": "!"} if cell.broken else _signs(cell)
    worst = next(css for css in ("x", "c", "r", "n", "p") if css in signs)
    return f"<td class='{worst}' title='{escape(title, quote=True)}'>{''.join(signs.values())}</td>"


def _signs(cell: Cell) -> dict[str, str]:
    """Return CSS class and letter of every ending."""
    words = {"printed": ("p", "P"), "refunded": ("r", "R"), "nothing taken": ("n", "N"), "case": ("c", "C")}
    found = [words[word] for ending in cell.endings for word in words if word in ending]
    return dict(found or [("n", "N")])
