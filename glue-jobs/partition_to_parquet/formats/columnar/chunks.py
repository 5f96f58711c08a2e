"""Batches of a file's own columns as chunks of records."""

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa

from ...columns import Chunk, RawColumn
from ...native.kinds import Branches, Native
from ...rescue import nothing_unknown
from ..selection import Selection


def chunk_of(
    values: Mapping[int, Native | Branches], selection: Selection, numbers: np.ndarray, raw: Callable[[int], bytes], is_all: bool = False
) -> Chunk:
    """`values` are those of the file's columns, by position in the selection; what is absent is NULL.

    `is_all`: the file has no column that nobody asks for.
    """
    absent: RawColumn = pa.nulls(len(numbers), pa.string())
    columns = [values.get(position, absent) for position in range(selection.size)]
    unknown = nothing_unknown if is_all else None
    return Chunk(numbers, selection.with_constants(columns, len(numbers)), raw, [], members=True, unknown=unknown)


def place_in(unit: str, number: int, before: int) -> Callable[[int, str], str]:
    """Where a record is: `row group 2, row 17`, both from 1. `number` counts units from 0, `before` are the unit's earlier rows."""
    return lambda row, _: f"{unit} {number + 1}, row {before + row + 1}"
