"""Two ONNX models made by hand, small enough to be read: a detector and a recogniser for drawn faces.

They are real models for OpenCV's own classes, of the shapes of YuNet and SFace. The detector finds blue
noses; the recogniser sees colours in an 8 × 8 grid. Written from the ONNX protocol buffers (onnx.proto3).
"""

import math
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

FACE = 96
"""Width and height of a face that the detector reports, pixels."""

EYES, MOUTH = 18, 14
"""Where eyes and corners of the mouth lie beside and above or below the nose, pixels."""

_FLOAT, _INT64 = 1, 7


def _varint(number: int) -> bytes:
    out = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def _int(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _bytes(field: int, content: bytes | str) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw


def _tensor(name: str, dims: Sequence[int], kind: int, raw: bytes) -> bytes:
    return b"".join(_int(1, dim) for dim in dims) + _int(2, kind) + _bytes(8, name) + _bytes(9, raw)


def _floats(name: str, dims: Sequence[int], values: Iterable[float]) -> bytes:
    listed = list(values)
    assert len(listed) == math.prod(dims)
    return _tensor(name, dims, _FLOAT, struct.pack(f"<{len(listed)}f", *listed))


def _longs(name: str, values: Sequence[int]) -> bytes:
    return _tensor(name, [len(values)], _INT64, struct.pack(f"<{len(values)}q", *values))


def _ints_attribute(name: str, values: Sequence[int]) -> bytes:
    return _bytes(1, name) + b"".join(_int(8, value) for value in values) + _int(20, 7)


def _node(kind: str, inputs: Sequence[str], output: str, **ints: Sequence[int]) -> bytes:
    parts = [_bytes(1, name) for name in inputs]
    parts += [_bytes(2, output), _bytes(3, f"make {output}"), _bytes(4, kind)]
    parts += [_bytes(5, _ints_attribute(name, values)) for name, values in ints.items()]
    return b"".join(parts)


def _value(name: str, dims: Sequence[int]) -> bytes:
    shape = b"".join(_bytes(1, _int(1, dim)) for dim in dims)
    return _bytes(1, name) + _bytes(2, _bytes(1, _int(1, _FLOAT) + _bytes(2, shape)))


class _Graph:
    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._tensors: list[bytes] = []

    def add(self, kind: str, inputs: Sequence[str], output: str, **ints: Sequence[int]) -> str:
        self._nodes.append(_node(kind, inputs, output, **ints))
        return output

    def floats(self, name: str, dims: Sequence[int], values: Iterable[float]) -> str:
        self._tensors.append(_floats(name, dims, values))
        return name

    def longs(self, name: str, values: Sequence[int]) -> str:
        self._tensors.append(_longs(name, values))
        return name

    def model(self, given: tuple[str, Sequence[int]], made: Sequence[tuple[str, Sequence[int]]]) -> bytes:
        graph = b"".join(_bytes(1, node) for node in self._nodes) + _bytes(2, "drawn faces")
        graph += b"".join(_bytes(5, tensor) for tensor in self._tensors)
        graph += _bytes(11, _value(*given)) + b"".join(_bytes(12, _value(*one)) for one in made)
        return _int(1, 7) + _bytes(2, "tests") + _bytes(7, graph) + _bytes(8, _bytes(1, "") + _int(2, 11))


def detector() -> bytes:
    """Return a model of YuNet's form: scores, boxes and landmarks on grids of 8, 16 and 32 pixels."""
    graph = _Graph()
    for stride in (8, 16, 32):
        share = 1.0 / (stride * stride * 255)
        colours = (share, -share, -share) if stride == 8 else (0.0, 0.0, 0.0)  # blue, green, red
        blue = [value for value in colours for _ in range(stride * stride)]
        side = math.log(FACE / stride)
        nose = 0.5
        eyes, mouth = EYES / stride, MOUTH / stride
        points = [-eyes, -eyes, eyes, -eyes, 0.0, 0.0, -mouth, mouth, mouth, mouth]
        outputs = {
            "cls": (1, blue, [0.0]),
            "obj": (1, [2 * value for value in blue], [0.0]),
            "bbox": (4, [0.0] * (4 * 3 * stride * stride), [nose, nose, side, side]),
            "kps": (10, [0.0] * (10 * 3 * stride * stride), [nose + point for point in points]),
        }
        for name, (channels, weights, biases) in outputs.items():
            here = f"{name}_{stride}"
            conv = graph.add(
                "Conv",
                [
                    "input",
                    graph.floats(f"w_{here}", [channels, 3, stride, stride], weights),
                    graph.floats(f"b_{here}", [channels], biases),
                ],
                f"conv_{here}",
                kernel_shape=[stride, stride],
                strides=[stride, stride],
            )
            if channels == 1:
                conv = graph.add("Relu", [conv], f"relu_{here}")
            last = graph.add("Transpose", [conv], f"last_{here}", perm=[0, 2, 3, 1])
            graph.add("Reshape", [last, graph.longs(f"s_{here}", [1, -1, channels])], here)
    made = [
        (f"{name}_{stride}", [1, (640 // stride) ** 2, channels])
        for name, channels in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
        for stride in (8, 16, 32)
    ]
    return graph.model(("input", [1, 3, 640, 640]), made)


def recogniser() -> bytes:
    """Return a model of SFace's form: an aligned face of 112 pixels in, 192 numbers out."""
    graph = _Graph()
    share = 1.0 / (14 * 14 * 255)
    weights = [share if into == out else 0.0 for out in range(3) for into in range(3) for _ in range(196)]
    grid = graph.add(
        "Conv",
        ["data", graph.floats("w", [3, 3, 14, 14], weights), graph.floats("b", [3], [-0.43] * 3)],
        "grid",
        kernel_shape=[14, 14],
        strides=[14, 14],
    )
    graph.add("Reshape", [grid, graph.longs("s", [1, 192])], "fc1")
    return graph.model(("data", [1, 3, 112, 112]), [("fc1", [1, 192])])


def write_models(folder: Path) -> tuple[Path, Path]:
    """Write both and return their paths, the detector's first."""
    paths = folder / "detector.onnx", folder / "recogniser.onnx"
    paths[0].write_bytes(detector())
    paths[1].write_bytes(recogniser())
    return paths
