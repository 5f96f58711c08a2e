"""What a type of a file is to a contract: one of few kinds, however many types a format spells it with."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

INTEGER, DECIMAL, FLOATING, BOOLEAN = "integer", "decimal", "floating", "boolean"
TEXT, JSON, BINARY = "text", "JSON text", "binary"
DATE, INSTANT, LOCAL, TIME, UUID = "date", "instant", "timestamp without zone", "time of day", "UUID"
NESTED, NOTHING, OTHER = "nested", "null", "other"
# Nested values that are JSON texts already.
READY = "ready"
UNION = "union"


@dataclass(frozen=True)
class Native:
    """Values of one column of a file. `array` has a plain type (see plain.py) or is a dictionary of texts.

    `finer` holds, of times whose array is of microseconds, what is left of nanoseconds (0 to 999).
    `faults` are rows whose values the reader could not tell, with code and message.
    """

    array: pa.Array
    kind: str
    finer: np.ndarray | None = None
    faults: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True)
class Branches:
    """Values of a union: for each row the branch that it is of, and each branch's values, NULL where it is another's."""

    which: np.ndarray
    branches: tuple[Native, ...]

    def __len__(self) -> int:
        return len(self.which)


def kind_of(kind: pa.DataType) -> str:
    """The kind of an Arrow type, as a file's reader gives it."""
    if isinstance(kind, pa.BaseExtensionType):
        return {"arrow.uuid": UUID, "arrow.json": JSON, "arrow.opaque": OTHER}.get(kind.extension_name) or kind_of(kind.storage_type)
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return kind_of(kind.value_type)
    for is_of, name in _TESTS:
        if is_of(kind):
            return name
    if pa.types.is_timestamp(kind):
        return LOCAL if kind.tz is None else INSTANT
    return OTHER


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _is_binary(kind: pa.DataType) -> bool:
    return (
        pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind) or pa.types.is_fixed_size_binary(kind)
    )


def _is_list(kind: pa.DataType) -> bool:
    return (
        pa.types.is_list(kind)
        or pa.types.is_large_list(kind)
        or pa.types.is_fixed_size_list(kind)
        or pa.types.is_list_view(kind)
        or pa.types.is_large_list_view(kind)
    )


def is_list(kind: pa.DataType) -> bool:
    """Whether the type is one of Arrow's lists."""
    return _is_list(kind)


_TESTS = (
    (pa.types.is_integer, INTEGER),
    (pa.types.is_decimal, DECIMAL),
    (pa.types.is_floating, FLOATING),
    (pa.types.is_boolean, BOOLEAN),
    (_is_text, TEXT),
    (_is_binary, BINARY),
    (pa.types.is_date, DATE),
    (pa.types.is_time, TIME),
    (pa.types.is_null, NOTHING),
    (_is_list, NESTED),
    (pa.types.is_map, NESTED),
    (pa.types.is_struct, NESTED),
    (pa.types.is_union, UNION),
)
