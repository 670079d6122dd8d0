"""Drawn people: a skin-coloured head with hair and clothes of their own colours, and a blue nose."""

from io import BytesIO

from PIL import Image, ImageDraw

ANNA = ((120, 60, 20), (200, 30, 30))
BO = ((230, 220, 90), (20, 140, 40))
"""Hair and clothes."""

Person = tuple[tuple[int, int, int], tuple[int, int, int]]


def head(picture: Image.Image, person: Person, nose: tuple[int, int]) -> None:
    """Draw a head around a nose."""
    x, y = nose
    hair, clothes = person
    pen = ImageDraw.Draw(picture)
    pen.rectangle((x - 50, y - 50, x + 50, y - 22), fill=hair)
    pen.ellipse((x - 40, y - 36, x + 40, y + 40), fill=(225, 180, 150))
    pen.rectangle((x - 60, y + 34, x + 60, y + 90), fill=clothes)
    for side in (-18, 18):
        pen.ellipse((x + side - 5, y - 23, x + side + 5, y - 13), fill=(30, 30, 30))
    pen.rectangle((x - 14, y + 12, x + 14, y + 17), fill=(170, 40, 60))
    pen.rectangle((x - 8, y - 8, x + 8, y + 8), fill=(0, 0, 255))


def scene(
    *people: tuple[Person, tuple[int, int]], size: tuple[int, int] = (640, 480), light: float = 1.0
) -> Image.Image:
    picture = Image.new("RGB", size, (90, 95, 100))
    for person, nose in people:
        head(picture, person, nose)
    return picture.point(lambda value: int(value * light))


def portrait(person: Person, form: str = "JPEG2000") -> bytes:
    """Return the picture of a chip: a head in the middle of 240 × 320 pixels."""
    file = BytesIO()
    scene((person, (120, 150)), size=(240, 320)).save(file, form)
    return file.getvalue()
