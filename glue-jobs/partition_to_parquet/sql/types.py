"""Spark SQL's types, as far as the core evaluates them, and how ANSI rules bring two of them together."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from ..contract import Column

MAX_PRECISION = 38
INTEGERS = ("short", "int", "long")
FLOATS = ("float", "double")
# The largest magnitude of each integer is just below 2 to this power; and how many digits a decimal needs for it.
BITS = {"short": 15, "int": 31, "long": 63}
_DIGITS = {"short": 5, "int": 10, "long": 20}


class NotPlain(Exception):
    """The SQL has something that the core does not evaluate. The text is a sentence's end: '… is evaluated by Spark'."""


@dataclass(frozen=True)
class SqlType:
    """A type by Spark's name; precision and scale of a decimal."""

    name: str
    precision: int = 0
    scale: int = 0

    @property
    def is_integer(self) -> bool:
        return self.name in INTEGERS

    @property
    def is_decimal(self) -> bool:
        return self.name == "decimal"

    @property
    def is_float(self) -> bool:
        return self.name in FLOATS

    @property
    def is_number(self) -> bool:
        return self.is_integer or self.is_decimal or self.is_float

    @property
    def is_exact(self) -> bool:
        return self.is_integer or self.is_decimal

    def __str__(self) -> str:
        return f"decimal({self.precision},{self.scale})" if self.is_decimal else _WORDS.get(self.name, self.name)


SHORT, INT, LONG = SqlType("short"), SqlType("int"), SqlType("long")
FLOAT, DOUBLE = SqlType("float"), SqlType("double")
STRING, BOOLEAN, DATE, TIMESTAMP = SqlType("string"), SqlType("boolean"), SqlType("date"), SqlType("timestamp")
# The type of NULL by itself.
VOID = SqlType("void")
_WORDS = {"short": "smallint", "long": "bigint"}
_COLUMN_TYPES = {
    "smallint": SHORT, "integer": INT, "bigint": LONG, "real": FLOAT, "double precision": DOUBLE, "boolean": BOOLEAN,
    "char": STRING, "varchar": STRING, "super": STRING, "date": DATE, "timestamp": TIMESTAMP, "timestamptz": TIMESTAMP,
}  # fmt: skip
_ARROW_TYPES = {
    "short": pa.int16(), "int": pa.int32(), "long": pa.int64(), "float": pa.float32(), "double": pa.float64(),
    "string": pa.string(), "boolean": pa.bool_(), "date": pa.date32(), "timestamp": pa.timestamp("us"), "void": pa.null(),
}  # fmt: skip


def decimal(precision: int, scale: int) -> SqlType:
    """The decimal type. Raises NotPlain where Spark would have to cut it to 38 digits."""
    if precision > MAX_PRECISION or scale > precision:
        raise NotPlain(f"a decimal of {precision} digits")
    return SqlType("decimal", precision, scale)


def type_of_column(column: Column) -> SqlType:
    """The type by which SQL sees a column."""
    if column.type == "decimal":
        return SqlType("decimal", column.precision, column.scale)
    return _COLUMN_TYPES[column.type]


def arrow_of(kind: SqlType) -> pa.DataType:
    """The Arrow type of the results."""
    return pa.decimal128(kind.precision, kind.scale) if kind.is_decimal else _ARROW_TYPES[kind.name]


def as_decimal(kind: SqlType) -> SqlType:
    """The decimal that holds every value of an exact type."""
    return kind if kind.is_decimal else SqlType("decimal", _DIGITS[kind.name], 0)


def wider_decimal(one: SqlType, other: SqlType) -> SqlType:
    """The decimal that holds both without loss."""
    scale = max(one.scale, other.scale)
    return decimal(max(one.precision - one.scale, other.precision - other.scale) + scale, scale)


def common_type(kinds: Sequence[SqlType]) -> SqlType:
    """The type that branches of a `case`, arguments of `coalesce` or members of an `in` are brought to."""
    found = VOID
    for kind in kinds:
        found = _common(found, kind)
    return found


def _common(one: SqlType, other: SqlType) -> SqlType:
    if one == other or other == VOID:
        return one
    if one == VOID:
        return other
    if one.is_number and other.is_number:
        return common_number(one, other)
    if {one, other} == {DATE, TIMESTAMP}:
        return TIMESTAMP
    raise NotPlain(f"{one} and {other} brought to one type")


def common_number(one: SqlType, other: SqlType) -> SqlType:
    """The wider of two numeric types. An integer and a real meet in double."""
    if one == other:
        return one
    if one.is_float or other.is_float:
        return DOUBLE
    if one.is_integer and other.is_integer:
        return max(one, other, key=lambda kind: BITS[kind.name])
    return wider_decimal(as_decimal(one), as_decimal(other))
