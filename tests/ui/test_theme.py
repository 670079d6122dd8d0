"""The theme's numbers: VVSG 2.0 7.1-C, D and G, ADA 707.7.2, WCAG 1.4.11."""

from itertools import product

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from tests.ui.bench import Bench

_SURFACES = {
    "ink": ("background", "surface", "tint", "sunken"),
    "softInk": ("background", "surface", "sunken"),
    "primary": ("background", "surface"),
    "primaryText": ("primary", "primaryPressed"),
    "warningInk": ("warningFill", "surface"),
    "dangerInk": ("dangerFill", "surface", "background"),
    "successInk": ("successFill", "surface", "background"),
}
_CAP_MM = ((3.5, 4.2), (4.8, 5.6), (6.4, 7.1), (8.5, 9.0))


def theme_of(bench: Bench) -> QObject:
    theme = bench.face.frame.engine.singletonInstance("Kiosk.Style", "Theme")
    assert isinstance(theme, QObject)
    return theme


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("high", "least"), [(False, 10.0), (True, 20.0)], ids=["default", "high"])
def test_contrast_of_every_text_on_every_surface(bench: Bench, high: bool, least: float) -> None:
    bench.face.screen.chooseHighContrast(high)
    theme = theme_of(bench)
    for ink, surfaces in _SURFACES.items():
        for surface in surfaces:
            found = contrast(theme.property(ink), theme.property(surface))
            assert found >= least, f"{ink} on {surface}: {found:.1f}"
    for edge, surface in product(("line", "focus"), ("background", "surface")):
        assert contrast(theme.property(edge), theme.property(surface)) >= 3


@pytest.mark.parametrize("size", range(4))
def test_capital_height(bench: Bench, size: int) -> None:
    bench.face.screen.chooseTextSize(size)
    theme = theme_of(bench)
    font = QFont("Noto Sans SC")
    font.setPixelSize(theme.property("body"))
    millimetres = QFontMetricsF(font).tightBoundingRect("H").height() / theme.property("pixelsPerMm")
    least, most = _CAP_MM[size]
    assert least <= millimetres <= most + 0.25, "whole pixels round up"
    for bigger in ("large", "title", "display"):
        assert theme.property(bigger) >= theme.property("body")


def test_a_han_character_is_no_smaller_than_a_capital(bench: Bench) -> None:
    metrics = QFontMetricsF(QFont("Noto Sans SC", 40))
    assert metrics.tightBoundingRect("国").height() >= metrics.tightBoundingRect("H").height()


def test_a_real_panel_gives_the_density(bench: Bench) -> None:
    theme = theme_of(bench)
    bench.window.setProperty("panelDiagonal", 15.6 * 25.4)
    bench.window.resize(1919, 1080)
    bench.settle()
    assert theme.property("pixelsPerMm") == pytest.approx(141.2 / 25.4, rel=0.01)
