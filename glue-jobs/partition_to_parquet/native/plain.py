"""One Arrow type for what files spell in several: no dictionaries, views, large or extension types behind this point."""

import uuid
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from .kinds import Native, is_list, kind_of


def native_of(array: pa.Array) -> Native:
    """The values of a file's column. A dictionary of texts stays one: it is judged once for each different text."""
    kind = array.type
    if pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type) and pa.types.is_int32(kind.index_type):
        return Native(array, kind_of(kind))
    return Native(plain(array), kind_of(kind))


def plain(array: pa.Array) -> pa.Array:
    """The same values with a plain type, nested ones inside too. UUIDs become texts, half floats single ones."""
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return _uuids(array.storage) if kind.extension_name == "arrow.uuid" else plain(array.storage)
    if pa.types.is_dictionary(kind):
        return plain(array.dictionary_decode())
    if pa.types.is_run_end_encoded(kind):
        return plain(pa.compute.run_end_decode(array))
    if pa.types.is_struct(kind):
        return _struct(array)
    if is_list(kind):
        return _list(array)
    if pa.types.is_map(kind):
        return _map(array)
    for is_of, wanted in _SPELLINGS:
        if is_of(kind):
            return array.cast(wanted)
    if pa.types.is_fixed_size_binary(kind) and not pa.types.is_decimal(kind):
        return array.cast(pa.binary())
    return array


_SPELLINGS: tuple[tuple[Callable[[pa.DataType], bool], pa.DataType], ...] = (
    (pa.types.is_large_string, pa.string()),
    (pa.types.is_string_view, pa.string()),
    (pa.types.is_large_binary, pa.binary()),
    (pa.types.is_binary_view, pa.binary()),
    (pa.types.is_float16, pa.float32()),
    (pa.types.is_time32, pa.time64("us")),
)


def validity(array: pa.Array) -> pa.Buffer | None:
    """The bitmap of the values that are there, from the array's own beginning; None where all are."""
    return array.is_valid().buffers()[1] if array.null_count else None


def _struct(array: pa.Array) -> pa.Array:
    if not array.type.num_fields:
        return array
    mask = array.is_null() if array.null_count else None
    children = [plain(array.field(place)) for place in range(array.type.num_fields)]
    names = [field.name for field in array.type]
    return pa.StructArray.from_arrays(children, names, mask=mask)


def _list(array: pa.Array) -> pa.Array:
    kind = array.type
    if not pa.types.is_list(kind):
        array = array.cast(pa.list_(kind.value_type))
    offsets = pa.array(np.asarray(array.offsets), pa.int32())
    mask = array.is_null() if array.null_count else None
    return pa.ListArray.from_arrays(offsets, plain(array.values), mask=mask)


def _map(array: pa.Array) -> pa.Array:
    """A list of structs of key and value; the caller knows from the type that it was a map."""
    entries = pa.StructArray.from_arrays([plain(array.keys), plain(array.items)], [MAP_KEY, MAP_VALUE])
    offsets = pa.array(np.asarray(array.offsets), pa.int32())
    return pa.ListArray.from_arrays(offsets, entries, mask=array.is_null() if array.null_count else None)


# Names that no file's struct has: what tells a map's entries from a list of structs.
MAP_KEY, MAP_VALUE = "\0key", "\0value"


def is_map(kind: pa.DataType) -> bool:
    """Whether a plain type was a map."""
    return pa.types.is_list(kind) and pa.types.is_struct(kind.value_type) and kind.value_type.get_field_index(MAP_KEY) == 0


def _uuids(array: pa.Array) -> pa.Array:
    values = array.cast(pa.binary()).to_pylist()
    return pa.array([None if value is None else str(uuid.UUID(bytes=value)) for value in values], pa.string())
