"""Functions of texts, as Spark's UTF8_BINARY collation has them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import types as t
from .regex import find
from .vectors import Vector, vector

if TYPE_CHECKING:
    from .nodes import Node


def _made(node: "Node", inner: Vector, data: pa.Array) -> Vector:
    found = data if node.type == t.STRING else data.to_numpy(zero_copy_only=False)
    return vector(node.type, found.astype(np.int64) if node.type == t.INT else found, inner.valid, inner.failed)


def concat(node: "Node", *parts: Vector) -> Vector:
    """NULL where any part is NULL; all parts are looked at."""
    rows = max(len(part) for part in parts)
    failed, valid = np.zeros(1, dtype=bool), np.ones(1, dtype=bool)
    for part in parts:
        failed, valid = failed | part.failed, valid & part.valid
    texts = [part.data if len(part.data) == rows else part.data[0] for part in parts]
    data = pc.binary_join_element_wise(*texts, "") if rows > 1 else pa.array(["".join(part.data[0].as_py() for part in parts)])
    return vector(t.STRING, data, valid, failed)


# Letters whose other case came with Unicode 16, which Spark's ICU has and Python before 3.14 has not: small to capital.
_NEWER = {0x019B: 0xA7DC, 0x0264: 0xA7CB, 0x1C8A: 0x1C89, 0xA7CD: 0xA7CC, 0xA7DB: 0xA7DA, **{small: small - 32 for small in range(0x10D70, 0x10D86)}}
_OLDER = {capital: small for small, capital in _NEWER.items()}


def case_of(node: "Node", inner: Vector) -> Vector:
    """Upper or lower case, by Unicode's full mappings (a sigma beside letters of Unicode 15 and 16 is not taken for a final one)."""
    texts = inner.data
    if _is_ascii(texts):
        return _made(node, inner, (pc.ascii_upper if node.op == "upper" else pc.ascii_lower)(texts))
    upper = node.op == "upper"
    return _of_each(node, inner, lambda text: text.translate(_NEWER).upper() if upper else text.translate(_OLDER).lower())


def _is_ascii(texts: pa.Array) -> bool:
    return bool(pc.all(pc.string_is_ascii(texts)).as_py() in (None, True))


def trim(node: "Node", inner: Vector) -> Vector:
    """Spaces only."""
    how = {"trim": pc.utf8_trim, "ltrim": pc.utf8_ltrim, "rtrim": pc.utf8_rtrim}[node.op]
    return _made(node, inner, how(inner.data, " "))


def length(node: "Node", inner: Vector) -> Vector:
    return _made(node, inner, pc.utf8_length(inner.data) if node.op == "length" else pc.binary_length(inner.data))


def piece(node: "Node", inner: Vector) -> Vector:
    """substring: counts from 1 (0 as well), from the end where negative; a start before the text shortens the piece."""
    start, *size = node.detail
    texts = inner.data
    if start >= 0:
        first = max(start - 1, 0)
        return _made(node, inner, pc.utf8_slice_codeunits(texts, first, first + max(size[0], 0) if size else None))
    if not size:
        return _made(node, inner, pc.utf8_slice_codeunits(texts, start, None))
    wanted = max(size[0], 0)

    def cut(text: str) -> str:
        begin = len(text) + start
        return text[max(begin, 0) : max(begin + wanted, 0)]

    return _made(node, inner, pa.array([cut(text) for text in texts.to_pylist()], pa.string()))


def end_of(node: "Node", inner: Vector) -> Vector:
    """left and right."""
    (size,) = node.detail
    if size <= 0:
        return _made(node, inner, pa.array([""] * len(inner.data), pa.string()))
    found = pc.utf8_slice_codeunits(inner.data, 0, size) if node.op == "left" else pc.utf8_slice_codeunits(inner.data, -size, None)
    return _made(node, inner, found)


def replace(node: "Node", inner: Vector) -> Vector:
    search, by = node.detail
    return _made(node, inner, pc.replace_substring(inner.data, search, by))


def _of_each(node: "Node", inner: Vector, change: Callable[[str], str | int]) -> Vector:
    """A function in Python, called once for each different text."""
    coded = inner.data.dictionary_encode()
    changed = pa.array([change(text) for text in coded.dictionary.to_pylist()], pa.string() if node.type == t.STRING else pa.int32())
    return _made(node, inner, changed.take(coded.indices))


def test(node: "Node", inner: Vector) -> Vector:
    """startswith, endswith, contains, like, rlike."""
    if node.op == "like":
        return _made(node, inner, pc.match_like(inner.data, node.detail))
    if node.op == "rlike":
        return _made(node, inner, find(inner.data, node.detail))
    how = {"startswith": pc.starts_with, "endswith": pc.ends_with, "contains": pc.match_substring}[node.op]
    return _made(node, inner, how(inner.data, node.detail[0]))


OPERATIONS: dict[str, Callable[..., Vector]] = {
    "concat": concat,
    "upper": case_of,
    "lower": case_of,
    "trim": trim,
    "ltrim": trim,
    "rtrim": trim,
    "length": length,
    "octet length": length,
    "slice": piece,
    "left": end_of,
    "right": end_of,
    "replace": replace,
    **dict.fromkeys(("startswith", "endswith", "contains", "like", "rlike"), test),
}
