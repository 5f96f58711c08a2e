"""Gives the results of `expression` columns their declared types, by the same strict rules as file values."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .columns import Typed, drop_failures, type_column
from .contract import RESCUED, Contract
from .errors import BadValue
from .rescue import Errors, as_json_text, with_errors

# For a column: its expression's values, and the rows on which the SQL failed.
Results = Mapping[str, tuple[pa.Array, np.ndarray]]


def with_expressions(typed: Typed, results: Results, contract: Contract) -> Typed:
    """Adds the computed columns. Records on which SQL failed, or whose result the column cannot hold, are rejected or rescued."""
    failures: dict = {}
    errors: Errors = {}
    arrays = {column.name: typed.table.column(column.name) for column in contract.plain}
    for column in contract.expressions:
        found, failed = results[column.name]
        raw = as_raw(found)
        arrays[column.name], bad = type_column(raw, column, members=False)
        fault = BadValue("wrong_type", f"the expression fails for this record: {column.expression}")
        faults = [(int(row), fault) for row in np.flatnonzero(failed)]
        for row, error in [*faults, *bad]:
            if column.on_error == "rescue":
                errors.setdefault(row, {}).setdefault(column.name, (as_json_text(raw[row].as_py()), error.code))
            else:
                failures.setdefault(row, (column, error))
    if errors and RESCUED in arrays:
        arrays[RESCUED] = with_errors(arrays[RESCUED], errors)
    names = [column.name for column in contract.columns]
    table = pa.Table.from_arrays([arrays[name] for name in names], names=names)
    return drop_failures(Typed(table, typed.records, typed.raw, typed.rejects, typed.line), failures)


def as_raw(array: pa.Array) -> pa.Array:
    """Typed values as the texts that the rules read: numbers in full, times in UTC."""
    kind = array.type
    if pa.types.is_string(kind):
        return array
    if pa.types.is_null(kind):
        return pa.nulls(len(array), pa.string())
    if pa.types.is_timestamp(kind):
        text = array.cast(pa.timestamp("us")).cast(pa.string())
        return pc.binary_join_element_wise(text, "Z", "")
    return array.cast(pa.string())
