"""A drawn portrait for a specimen's chip: clearly a drawing, and it says so."""

import io
import random

from PIL import Image, ImageDraw, ImageFont

from kiosk import resources

WIDTH, HEIGHT = 413, 531
"""Dots: 35 x 45 mm at 300 dpi, as ICAO Doc 9303-3 section 3.9 asks of a portrait."""

_OVERSAMPLING = 2
_SKIN = ("#f2d0b1", "#e8bd98", "#d9a77f", "#f6dcc4")
_HAIR = ("#1d1a1a", "#2b2320", "#3a2f2a", "#4a4341")
_CLOTHES = ("#34495e", "#7b3f4c", "#2f5d50", "#5b5170")
_BACKGROUND = ("#dfe7ee", "#e8e6df", "#e3ebe4")

_Box = tuple[float, float, float, float]


def draw_portrait(seed: int) -> bytes:
    """Return a JPEG portrait; the same seed always gives the same face."""
    choice = random.Random(seed)  # noqa: S311 a drawing, no secret
    size = (WIDTH * _OVERSAMPLING, HEIGHT * _OVERSAMPLING)
    picture = Image.new("RGB", size, choice.choice(_BACKGROUND))
    _draw_person(ImageDraw.Draw(picture), choice)
    picture = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    _mark(picture)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=88, dpi=(300, 300))
    return file.getvalue()


def _draw_person(draw: ImageDraw.ImageDraw, choice: random.Random) -> None:
    skin, hair = choice.choice(_SKIN), choice.choice(_HAIR)
    width, height = choice.uniform(0.19, 0.22), choice.uniform(0.23, 0.26)
    long_hair = choice.random() < 0.5
    if long_hair:
        draw.ellipse(_box(0.5, 0.5, width * 1.3, height * 1.3), fill=hair)
    draw.ellipse(_box(0.5, 1.02, 0.42, 0.3), fill=choice.choice(_CLOTHES))
    draw.rectangle(_box(0.5, 0.7, 0.075, 0.1), fill=skin)
    draw.ellipse(_box(0.5, 0.37, width * 1.12, height * 0.8), fill=hair)
    for side in (-1, 1):
        draw.ellipse(_box(0.5 + side * width, 0.46, 0.03, 0.05), fill=skin)
    draw.ellipse(_box(0.5, 0.45, width, height), fill=skin)
    draw.chord(_box(0.5, 0.36, width, height * 0.75), 180, 360, fill=hair)
    _draw_features(draw, choice, hair)


def _draw_features(draw: ImageDraw.ImageDraw, choice: random.Random, hair: str) -> None:
    apart, eyes = choice.uniform(0.075, 0.095), choice.uniform(0.425, 0.445)
    for side in (-1, 1):
        x = 0.5 + side * apart
        draw.ellipse(_box(x, eyes, 0.032, 0.014), fill="white", outline=hair, width=3)
        draw.ellipse(_box(x, eyes, 0.013, 0.013), fill="#2a1d16")
        draw.arc(_box(x, eyes - 0.025, 0.045, 0.02), 200, 340, fill=hair, width=9)
    draw.arc(_box(0.5, 0.5, 0.03, 0.03), 20, 160, fill="#a5745a", width=6)
    smile = choice.uniform(0.012, 0.03)
    draw.chord(_box(0.5, 0.575, choice.uniform(0.05, 0.07), smile), 0, 180, fill="#b4574f")
    if choice.random() < 0.35:
        for side in (-1, 1):
            draw.ellipse(_box(0.5 + side * apart, eyes, 0.06, 0.045), outline="#333333", width=6)
        draw.line([_at(0.5 - apart + 0.06, eyes), _at(0.5 + apart - 0.06, eyes)], fill="#333333", width=6)


def _mark(picture: Image.Image) -> None:
    font = ImageFont.truetype(str(resources.path("fonts", "NotoSansSC-Bold.ttf")), 46)
    band = Image.new("L", (WIDTH, 70), 0)
    ImageDraw.Draw(band).text((WIDTH / 2, 33), "SPECIMEN 样本", font=font, fill=200, anchor="mm")
    turned = band.rotate(12, expand=True, resample=Image.Resampling.BICUBIC)
    red = Image.new("RGB", turned.size, "#c62828")
    picture.paste(red, ((WIDTH - turned.width) // 2, HEIGHT - turned.height - 20), turned)


def _at(x: float, y: float) -> tuple[float, float]:
    return x * WIDTH * _OVERSAMPLING, y * HEIGHT * _OVERSAMPLING


def _box(x: float, y: float, half_width: float, half_height: float) -> _Box:
    """Return a box round a point; everything in shares of the picture's width and height."""
    return (*_at(x - half_width, y - half_height), *_at(x + half_width, y + half_height))
