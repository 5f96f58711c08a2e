"""Nested values as JSON texts: decimals with their digits, times as ISO texts, maps with text keys as objects."""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from ..values.kinds import Faulty, Nested
from .iso import iso_texts, outside_calendar
from .plain import MAP_KEY, MAP_VALUE, is_map

_encode = msgspec.json.Encoder(decimal_format="number").encode
_FAR = "a time outside the years 0001 to 9999"


def nested_texts(array: pa.Array) -> list[str | None]:
    """Values with a plain type as JSON; what JSON or the warehouse cannot say is Faulty. NULL is None."""
    made = json_texts(array)
    return [text if text is None or isinstance(text, Faulty) else Nested(text) for text in made]


def json_texts(array: pa.Array) -> list[str | None]:
    """The same as plain texts."""
    try:
        values, shape = _readable(array), shape_of(array.type)
        if not _has_odd_numbers(array):
            return [None if value is None else _json(value, shape) for value in values.to_pylist()]
    except (UnicodeDecodeError, _FarTime):
        pass
    return [_one(array.slice(row, 1)) for row in range(len(array))]


def _one(array: pa.Array) -> str | None:
    """A single value that may be at fault."""
    try:
        if _has_odd_numbers(array):
            return Faulty("the value contains NaN or infinity, which JSON cannot express", "wrong_type")
        value = _readable(array).to_pylist()[0]
        return None if value is None else _json(value, shape_of(array.type))
    except UnicodeDecodeError as error:
        return Faulty(f"the value contains a text that is not UTF-8 at its byte {error.start + 1}", "invalid_encoding")
    except _FarTime:
        return Faulty(f"the value holds {_FAR}", "out_of_range")


class _FarTime(Exception):
    pass


def _json(value: Any, shape: Callable[[Any], Any] | None) -> str:
    return str(_encode(value if shape is None else shape(value)), "utf-8")


def _readable(array: pa.Array) -> pa.Array:
    """The array with leaves that JSON has: times, binaries as texts, single floats as the doubles of their shortest texts."""
    kind = array.type
    if pa.types.is_struct(kind):
        if not kind.num_fields:
            return array
        children = [_readable(array.field(place)) for place in range(kind.num_fields)]
        mask = array.is_null() if array.null_count else None
        return pa.StructArray.from_arrays(children, [field.name for field in kind], mask=mask)
    if pa.types.is_list(kind):
        offsets = pa.array(np.asarray(array.offsets), pa.int32())
        # Only what the lists hold: values of other rows may be at fault.
        low, high = (int(offsets[0].as_py()), int(offsets[-1].as_py())) if len(offsets) else (0, 0)
        inner = _readable(array.values.slice(low, high - low))
        moved = pa.array(np.asarray(offsets) - low, pa.int32())
        return pa.ListArray.from_arrays(moved, inner, mask=array.is_null() if array.null_count else None)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        far = outside_calendar(array)
        if far.any():
            raise _FarTime
        return iso_texts(array)
    if pa.types.is_time(kind):
        return iso_texts(array)
    if pa.types.is_binary(kind):
        return array.cast(pa.string(), safe=False)
    if pa.types.is_float32(kind):
        return shortest_doubles(array)
    return array


def shortest_doubles(array: pa.Array) -> pa.Array:
    """Single floats as the doubles that their shortest decimal texts say: 0.1 stays 0.1."""
    texts = [None if value is None else float(str(np.float32(value))) for value in array.to_pylist()]
    return pa.array(texts, pa.float64())


def _has_odd_numbers(array: pa.Array) -> bool:
    """Whether any number inside is NaN or infinite."""
    kind = array.type
    if pa.types.is_struct(kind):
        return any(_has_odd_numbers(child) for child in array.flatten())
    if pa.types.is_list(kind):
        return _has_odd_numbers(array.flatten())
    if not pa.types.is_floating(kind):
        return False
    return not np.isfinite(array.fill_null(0).to_numpy(zero_copy_only=False)).all()


def shape_of(kind: pa.DataType) -> Callable[[Any], Any] | None:
    """What turns a Python value of the type into one that encodes as wanted; None where it already does."""
    if is_map(kind):
        return _map_shape(kind.value_type)
    if pa.types.is_list(kind):
        inner = shape_of(kind.value_type)
        return None if inner is None else lambda values: [None if value is None else inner(value) for value in values]
    if pa.types.is_struct(kind):
        shapes = {field.name: shape for field in kind if (shape := shape_of(field.type))}
        if not shapes:
            return None
        return lambda members: {
            name: shapes[name](value) if value is not None and name in shapes else value for name, value in members.items()
        }
    if pa.types.is_floating(kind):
        return whole_number
    if pa.types.is_decimal(kind):
        return _plain_decimal
    return None


def _map_shape(entry: pa.StructType) -> Callable[[Any], Any]:
    key, value = entry.field(0).type, entry.field(1).type
    inner = shape_of(value) or (lambda each: each)
    held = lambda each: None if each is None else inner(each)  # noqa: E731
    if pa.types.is_string(key) or pa.types.is_binary(key):
        # A key twice: the last counts, as of a JSON object.
        return lambda entries: {each[MAP_KEY]: held(each[MAP_VALUE]) for each in entries}
    key_shape = shape_of(key) or (lambda each: each)
    return lambda entries: [{"key": key_shape(each[MAP_KEY]), "value": held(each[MAP_VALUE])} for each in entries]


def whole_number(value: float) -> float | int:
    """The shortest text of a whole number has no point: 5, not 5.0."""
    return int(value) if value.is_integer() and abs(value) < 1e15 and not (value == 0 and math.copysign(1, value) < 0) else value


def _plain_decimal(value: Decimal) -> Decimal | int:
    return int(value) if value.as_tuple().exponent >= 0 else value  # type: ignore[operator]
