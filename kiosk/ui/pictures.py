"""Pictures for QML: icons in the theme's colours, and the portrait, film and payment code of a visit."""

from collections.abc import Sequence
from io import BytesIO

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QColor, QImage, QImageReader
from PySide6.QtQuick import QQuickImageProvider

from kiosk import resources

# A portrait on a chip has some 20 kB and 400 x 600 points, a film 1,100 x 700; what is far beyond is hostile.
_MOST_BYTES = 4_000_000
_MOST_POINTS = 12_000_000
_QUIET_ZONE = 4  # modules around a QR code, ISO/IEC 18004 section 6.3.8
_EMPTY = QSize(1, 1)


def decode(content: bytes) -> QImage:
    """Return a JPEG, JPEG 2000 or PNG as a picture; a null picture for anything else, however broken."""
    if not 0 < len(content) <= _MOST_BYTES:
        return QImage()
    # Imported here: only visits need it, not the first frame. The formats are loaded one by one, because
    # Pillow answers a picture that is not among its commonest by loading all that it has, 4 MB.
    from PIL import (  # noqa: PLC0415
        Image,
        Jpeg2KImagePlugin,  # noqa: F401
        JpegImagePlugin,  # noqa: F401
        PngImagePlugin,  # noqa: F401
        UnidentifiedImageError,
    )

    try:
        with Image.open(BytesIO(content), formats=("JPEG", "JPEG2000", "PNG")) as picture:
            if picture.width * picture.height > _MOST_POINTS:
                return QImage()
            points = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return QImage()  # SyntaxError is what Pillow raises for a broken PNG
    stride = points.width * 4
    image = QImage(points.tobytes(), points.width, points.height, stride, QImage.Format.Format_RGBA8888)
    return image.copy()


def draw_code(matrix: Sequence[Sequence[bool]]) -> QImage:
    """Return a QR code with one point per module and its quiet zone, black on white."""
    if not matrix:
        return QImage()
    side = len(matrix) + 2 * _QUIET_ZONE
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                image.setPixelColor(x + _QUIET_ZONE, y + _QUIET_ZONE, QColor("black"))
    return image


class VisitPictures(QQuickImageProvider):
    """``image://visit/NAME/REVISION``: what a visit shows; forgotten when the visit is over."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._held: dict[str, QImage] = {}
        self._revision = 0

    def put(self, name: str, image: QImage) -> str:
        """Hold a picture and return its address; empty for a null picture, which forgets the name."""
        self._held.pop(name, None)
        if image.isNull():
            return ""
        self._held[name] = image
        self._revision += 1
        return f"image://visit/{name}/{self._revision}"

    @property
    def empty(self) -> bool:
        return not self._held

    def requestImage(self, name: str, size: QSize, requested: QSize) -> QImage:  # noqa: N802, ARG002 - Qt's signature
        image = self._held.get(name.partition("/")[0])
        if image is None:
            return _blank()
        wanted = requested if requested.isValid() and not requested.isEmpty() else image.size()
        return image if wanted == image.size() else image.scaled(wanted)


class Sources:
    """Addresses of what the visit on the screen shows: ``portrait``, ``film`` and ``code``.

    Pictures are decoded only when they changed: a decoded portrait costs milliseconds.
    """

    def __init__(self, pictures: VisitPictures) -> None:
        self._pictures = pictures
        self._addresses = {"portrait": "", "film": "", "code": ""}
        self._drawn: dict[str, object] = {"portrait": b"", "film": b"", "code": ()}

    def address(self, name: str) -> str:
        return self._addresses[name]

    def show(self, portrait: bytes = b"", film: bytes = b"", matrix: Sequence[Sequence[bool]] = ()) -> bool:
        """Hold these pictures and forget the others; tell whether anything changed."""
        before = self._drawn
        self._drawn = {"portrait": portrait, "film": film, "code": matrix}
        for name, content in (("portrait", portrait), ("film", film)):
            if content != before[name]:
                self._addresses[name] = self._pictures.put(name, decode(content))
        if matrix != before["code"]:
            self._addresses["code"] = self._pictures.put("code", draw_code(matrix))
        return self._drawn != before


class Icons(QQuickImageProvider):
    """``image://icon/NAME/RRGGBB``: a line icon of ``resources/icons`` in one colour, at any size."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, name: str, size: QSize, requested: QSize) -> QImage:  # noqa: N802, ARG002 - Qt's signature
        icon, _, colour = name.partition("/")
        drawing = resources.text("icons", f"{icon}.svg").replace("currentColor", f"#{colour}")
        buffer = QBuffer()
        buffer.setData(QByteArray(drawing.encode()))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        reader = QImageReader(buffer, QByteArray(b"svg"))
        if requested.isValid() and not requested.isEmpty():
            reader.setScaledSize(requested)
        image = reader.read()
        return _blank() if image.isNull() else image


def _blank() -> QImage:
    blank = QImage(_EMPTY, QImage.Format.Format_ARGB32)
    blank.fill(QColor(0, 0, 0, 0))
    return blank
