"""Which kind goes into which column's type. What does not fit by its type alone is the file's fault, not a record's."""

from ..contract import Column
from ..errors import StructureChanged
from .kinds import BINARY, BOOLEAN, DATE, DECIMAL, FLOATING, INSTANT, INTEGER, JSON, LOCAL, NESTED, NOTHING, TEXT, TIME, UUID

_TEXTS = ("varchar", "char", "super")
_NUMBERS = ("smallint", "integer", "bigint", "decimal", "real", "double precision", *_TEXTS)
_TIMES = ("date", "timestamp", "timestamptz")
_FITTING = {
    INTEGER: _NUMBERS,
    DECIMAL: _NUMBERS,
    FLOATING: _NUMBERS,
    BOOLEAN: ("boolean", *_TEXTS),
    BINARY: _TEXTS,
    DATE: ("date", "timestamp", *_TEXTS),
    INSTANT: (*_TIMES, *_TEXTS),
    LOCAL: (*_TIMES, *_TEXTS),
    TIME: _TEXTS,
    UUID: _TEXTS,
}


def fits(kind: str, column: Column) -> bool:
    """Whether values of this kind may go into the column; each of them is judged later.

    What is nested is judged value by value: NULL fits everywhere.
    """
    if kind in (TEXT, JSON, NESTED, NOTHING):
        return True
    if kind == INTEGER and column.type in _TIMES:
        return any(parse.startswith("epoch_") for parse in column.parse)
    return column.type in _FITTING.get(kind, ())


def require_fit(kind: str, spelled: str, column: Column, key: str) -> None:
    """Raises StructureChanged, with both types, where values of the file's type cannot go into the column."""
    if fits(kind, column):
        return
    message = f"'{key}': the column '{column.source}' is {spelled} in the file, which does not go into {type_text(column)} (column '{column.name}')"
    raise StructureChanged(f"{message}; {_remedy(kind, column)}", key)


def type_text(column: Column) -> str:
    """The column's type as the contract writes it."""
    if column.type == "decimal":
        return f"decimal({column.precision},{column.scale})"
    return f"{column.type}({column.length})" if column.is_text else column.type


def _remedy(kind: str, column: Column) -> str:
    if kind == INTEGER and column.type in _TIMES:
        return "write what the number counts, such as 'parse: epoch_millis', or have the producer write a time"
    known = _FITTING.get(kind)
    if known is None:
        return "no column can hold this type; have the producer write another, or remove the column"
    return f"give the column one of {', '.join(known)}, or have the producer write another type"
