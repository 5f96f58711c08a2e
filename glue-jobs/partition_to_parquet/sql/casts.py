"""Casts under ANSI rules: what does not fit, and a text that is not of the type, fails on its record."""

import re
from collections.abc import Callable
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from . import types as t
from .arithmetic import divide_half_up, rescale
from .types import SqlType
from .vectors import NARROW_DIGITS, Vector, vector

if TYPE_CHECKING:
    from .nodes import Node

_DAY = 86_400_000_000
_MOST_DAYS = (2**63 - 1) // _DAY
# Doubles hold all integers below; powers of ten up to 22 are exact in them.
_EXACT, _EXACT_POWER = 2**53, 22
# What UTF8String.trimAll takes off, byte by byte.
_BLANKS = "".join(map(chr, [*range(0x21), 0x7F]))
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TRUE, _FALSE = {"t", "true", "y", "yes", "1"}, {"f", "false", "n", "no", "0"}


def integer_to_integer(node: "Node", inner: Vector) -> Vector:
    return _fitting(node.type, inner, inner.data)


def _fitting(kind: SqlType, inner: Vector, data: np.ndarray) -> Vector:
    """Integers; a failure where one is outside the type."""
    limit = 1 << t.BITS[kind.name]
    if data.dtype == object or kind != t.LONG:
        outside = ((data < -limit) | (data >= limit)).astype(bool)
        if outside.any():
            return vector(kind, np.where(outside, 0, data).astype(np.int64), inner.valid, inner.failed | (inner.valid & outside))
    return vector(kind, data.astype(np.int64), inner.valid, inner.failed)


def integer_to_decimal(node: "Node", inner: Vector) -> Vector:
    return _into_decimal(node.type, inner, inner.data, SqlType("decimal", 19, 0))


def decimal_to_decimal(node: "Node", inner: Vector) -> Vector:
    return _into_decimal(node.type, inner, inner.data, node.children[0].type)


def _into_decimal(kind: SqlType, inner: Vector, data: np.ndarray, source: SqlType) -> Vector:
    """Fewer places round half away from zero; more digits than the type has fail."""
    if kind.scale > source.scale:
        if source.precision + kind.scale - source.scale > NARROW_DIGITS:
            data = data.astype(object)
        data = rescale(data, source, kind)
    elif kind.scale < source.scale:
        data = divide_half_up(data, 10 ** (source.scale - kind.scale))
    outside = (np.abs(data) >= 10**kind.precision).astype(bool)
    failed = inner.failed | (inner.valid & outside)
    if outside.any():
        data = np.where(outside, 0, data)
    return vector(kind, data.astype(object if kind.precision > NARROW_DIGITS else np.int64), inner.valid, failed)


def number_to_float(node: "Node", inner: Vector) -> Vector:
    source, data = node.children[0].type, inner.data
    target = np.float32 if node.type == t.FLOAT else np.float64
    if source.is_decimal:
        data = _quotients(data, source.scale)
    with np.errstate(all="ignore"):
        return vector(node.type, data.astype(target), inner.valid, inner.failed)


def _quotients(data: np.ndarray, scale: int) -> np.ndarray:
    """Unscaled integers as the nearest doubles."""
    if data.dtype != object and scale <= _EXACT_POWER and np.abs(data).max(initial=0) < _EXACT:
        return data / np.float64(10**scale)
    # Python's division of integers rounds once.
    return np.array([int(value) / 10**scale for value in data], dtype=np.float64)


def float_to_integer(node: "Node", inner: Vector) -> Vector:
    kind, data = node.type, inner.data.astype(np.float64)
    limit = float(1 << t.BITS[kind.name])
    with np.errstate(all="ignore"):
        # As Spark compares; for bigint its bound is 2^63 itself, which then becomes the greatest bigint.
        inside = (np.floor(data) <= (limit if kind == t.LONG else limit - 1)) & (np.ceil(data) >= -limit)
        cut = np.trunc(np.where(inside, data, 0))
    top = cut >= 2.0**63
    whole = np.where(top, (1 << 63) - 1, np.where(top, 0, cut).astype(np.int64))
    return vector(kind, whole, inner.valid, inner.failed | (inner.valid & ~inside))


def decimal_to_integer(node: "Node", inner: Vector) -> Vector:
    base = 10 ** node.children[0].type.scale
    data = np.where(inner.data < 0, -(np.abs(inner.data) // base), np.abs(inner.data) // base)
    return _fitting(node.type, inner, data)


def boolean_to_integer(node: "Node", inner: Vector) -> Vector:
    return vector(node.type, inner.data.astype(np.int64), inner.valid, inner.failed)


def date_to_timestamp(node: "Node", inner: Vector) -> Vector:
    outside = np.abs(inner.data) > _MOST_DAYS
    return vector(node.type, np.where(outside, 0, inner.data) * _DAY, inner.valid, inner.failed | (inner.valid & outside))


def timestamp_to_date(node: "Node", inner: Vector) -> Vector:
    return vector(node.type, inner.data // _DAY, inner.valid, inner.failed)


def to_text(node: "Node", inner: Vector) -> Vector:
    """Numbers, booleans, dates and timestamps as Spark writes them."""
    write = _writer(node.children[0].type)
    values, places = np.unique(np.where(inner.valid, inner.data, 0), return_inverse=True)
    texts = pa.array([write(value) for value in values.tolist()], pa.string())
    return vector(node.type, texts.take(pa.array(places.reshape(-1))), inner.valid, inner.failed)


def _writer(kind: SqlType) -> Callable[[Any], str]:
    if kind.is_decimal:
        return lambda value: _plain(int(value), kind.scale)
    return {"boolean": lambda value: "true" if value else "false", "date": write_date, "timestamp": write_timestamp}.get(kind.name, str)


def _plain(unscaled: int, scale: int) -> str:
    digits = str(abs(unscaled)).rjust(scale + 1, "0")
    sign = "-" if unscaled < 0 else ""
    return f"{sign}{digits[: len(digits) - scale]}.{digits[len(digits) - scale :]}" if scale else f"{sign}{digits}"


def write_date(days: int) -> str:
    """`2026-11-29`; years of more than four digits have a sign."""
    months = int(np.datetime64(days, "D").astype("datetime64[M]").astype(np.int64))
    year, month = divmod(months + 1970 * 12, 12)
    day = days - int(np.datetime64(months, "M").astype("datetime64[D]").astype(np.int64)) + 1
    sign = "-" if year < 0 else "+" if year > 9_999 else ""
    return f"{sign}{abs(year):04d}-{month + 1:02d}-{day:02d}"


def write_timestamp(micros: int) -> str:
    """`2026-11-29 10:00:00.1`."""
    days, rest = divmod(micros, _DAY)
    seconds, part = divmod(rest, 1_000_000)
    fraction = f".{part:06d}".rstrip("0") if part else ""
    return f"{write_date(days)} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"


def from_text(node: "Node", inner: Vector) -> Vector:
    """Each different text is read once."""
    kind = node.type
    coded = inner.data.dictionary_encode()
    read = _READERS["integer" if kind.is_integer else kind.name]
    values = [read(text, kind) for text in coded.dictionary.to_pylist()]
    dtype = {"decimal": object, "double": np.float64, "boolean": bool}.get(kind.name, np.int64)
    if kind.is_decimal and kind.precision <= NARROW_DIGITS:
        dtype = np.int64
    known = np.array([0 if value is None else value for value in values], dtype=dtype)
    bad = np.array([value is None for value in values], dtype=bool)
    places = coded.indices.to_numpy(zero_copy_only=False)
    return vector(kind, known[places], inner.valid, inner.failed | (inner.valid & bad[places]))


def _read_integer(text: str, kind: SqlType) -> int | None:
    text = text.strip(_BLANKS)
    if not _INTEGER.fullmatch(text):
        return None
    value, limit = int(text), 1 << t.BITS[kind.name]
    return value if -limit <= value < limit else None


def _read_decimal(text: str, kind: SqlType) -> int | None:
    text = text.strip(_JAVA_BLANKS)
    # Java reads digits of all scripts, but only of the basic plane.
    if not _DECIMAL.fullmatch(text) or any(ord(char) > 0xFFFF for char in text):
        return None
    _, digits, exponent = Decimal(text).as_tuple()
    if not any(digits):
        return 0
    if len(digits) + int(exponent) > kind.precision - kind.scale:
        return None
    if len(digits) + int(exponent) < -kind.scale - 1:
        return 0
    whole = Context(prec=len(digits) + kind.precision + 2).create_decimal(text).scaleb(kind.scale, Context(prec=2000))
    unscaled = int(whole.to_integral_value(rounding="ROUND_HALF_UP"))
    return unscaled if abs(unscaled) < 10**kind.precision else None


_JAVA_BLANKS = "".join(map(chr, range(0x21)))
_WORDS = {"inf": "inf", "+inf": "inf", "infinity": "inf", "+infinity": "inf", "-inf": "-inf", "-infinity": "-inf", "nan": "nan"}


def _read_double(text: str, kind: SqlType) -> float | None:
    text = text.strip(_JAVA_BLANKS)
    if word := _WORDS.get(text.lower()):
        return float(word)
    body = text[:-1] if text[-1:] in ("d", "D", "f", "F") else text
    return float(body) if _FLOAT.fullmatch(body) else None


def _read_boolean(text: str, kind: SqlType) -> bool | None:
    text = text.strip(_BLANKS).lower()
    return True if text in _TRUE else False if text in _FALSE else None


_READERS: dict[str, Callable[[str, SqlType], Any]] = {
    "integer": _read_integer,
    "decimal": _read_decimal,
    "double": _read_double,
    "boolean": _read_boolean,
}
CASTS = {
    ("integer", "integer"): "integer to integer",
    ("integer", "decimal"): "integer to decimal",
    ("integer", "double"): "number to float",
    ("integer", "float"): "number to float",
    ("decimal", "double"): "number to float",
    ("float", "double"): "number to float",
    ("decimal", "decimal"): "decimal to decimal",
    ("decimal", "integer"): "decimal to integer",
    ("double", "integer"): "float to integer",
    ("float", "integer"): "float to integer",
    ("boolean", "integer"): "boolean to integer",
    ("date", "timestamp"): "date to timestamp",
    ("timestamp", "date"): "timestamp to date",
    **dict.fromkeys([(kind, "string") for kind in ("integer", "decimal", "boolean", "date", "timestamp")], "to text"),
    **dict.fromkeys([("string", kind) for kind in ("integer", "decimal", "double", "boolean")], "from text"),
}
OPERATIONS: dict[str, Callable[..., Vector]] = {
    "integer to integer": integer_to_integer,
    "integer to decimal": integer_to_decimal,
    "number to float": number_to_float,
    "decimal to decimal": decimal_to_decimal,
    "decimal to integer": decimal_to_integer,
    "float to integer": float_to_integer,
    "boolean to integer": boolean_to_integer,
    "date to timestamp": date_to_timestamp,
    "timestamp to date": timestamp_to_date,
    "to text": to_text,
    "from text": from_text,
}
