"""The strict rule for one value, in the settled order: trim, NULL, normalise, case, parse, round, default, required."""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa

from .contract import Column
from .errors import BadValue, ContractInvalid
from .values.kinds import WHITE_SPACE, Bare, Double, Faulty, Marked, Nested, Number, Several, Truth, quoted
from .values.numbers import parse_boolean, parse_decimal, parse_float, parse_integer
from .values.texts import parse_super, parse_text
from .values.times import parse_date, parse_timestamp

Typed = int | float | bool | str | Decimal | None
_Parser = Callable[[str, Column], Typed]

_PARSERS: dict[str, _Parser] = {
    "smallint": parse_integer,
    "integer": parse_integer,
    "bigint": parse_integer,
    "decimal": parse_decimal,
    "real": parse_float,
    "double precision": parse_float,
    "boolean": parse_boolean,
    "char": parse_text,
    "varchar": parse_text,
    "date": parse_date,
    "timestamp": parse_timestamp,
    "timestamptz": parse_timestamp,
}


def arrow_type(column: Column) -> pa.DataType:
    """The type of the column in Parquet. timestamptz is UTC, both timestamps carry no zone; super is JSON text."""
    match column.type:
        case "smallint":
            return pa.int16()
        case "integer":
            return pa.int32()
        case "bigint":
            return pa.int64()
        case "decimal":
            return pa.decimal128(column.precision, column.scale)
        case "real":
            return pa.float32()
        case "double precision":
            return pa.float64()
        case "boolean":
            return pa.bool_()
        case "date":
            return pa.date32()
        case "timestamp" | "timestamptz":
            return pa.timestamp("us")
        case _:
            return pa.string()


def build_array(values: list[Typed], column: Column) -> pa.Array:
    """Typed values as an Arrow array of the column's type. Dates are days, timestamps microseconds."""
    kind = arrow_type(column)
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.int64()).view(kind)
    if pa.types.is_date32(kind):
        return pa.array(values, pa.int32()).view(kind)
    return pa.array(values, kind)


class ValueReader:
    """Reads raw values of one column. `members` says that plain texts are JSON strings rather than bare text."""

    def __init__(self, column: Column, members: bool = False):
        self.column = column
        self.members = members
        self.default = default_of(column)

    def read(self, raw: str | None) -> Typed:
        """The typed value. Raises BadValue with the code of the rule that the value breaks."""
        value = None if raw is None else self._parse(raw)
        if value is None:
            value = self.default
            if value is None and self.column.required:
                raise BadValue("missing_required", "no value, but the column is required")
        return value

    def _parse(self, raw: str) -> Typed:
        column = self.column
        if isinstance(raw, Several):
            raise BadValue("wrong_type", f"{raw} nodes, but the column can hold only one value; let the XPath pick one")
        if isinstance(raw, Faulty):
            raise BadValue(raw.code, str(raw))
        if isinstance(raw, Double):
            _refuse_inexact(raw, column)
        if isinstance(raw, Marked):
            raw = Nested(raw.json) if column.type == "super" or column.as_json else str(raw)
        is_json = isinstance(raw, Bare)
        raw = str(raw) if is_json else raw
        text = raw
        if type(raw) is str:
            if column.trim:
                text = raw.strip(WHITE_SPACE)
            if text in column.nulls:
                return None
            if not text.strip(WHITE_SPACE) and not (column.keep_empty and column.is_text):
                return None
            if column.is_text:
                text = _restyled(text, column)
        elif raw in column.nulls:
            return None
        if column.type == "super":
            return parse_super(text, column, self.members and not is_json)
        if isinstance(text, Nested) and not column.is_text:
            raise BadValue("wrong_type", f"an object or array where {column.type} is expected")
        return _PARSERS[column.type](text, column)


def _refuse_inexact(number: Double, column: Column) -> None:
    """A double of 2^53 and more may be another number than the file's."""
    is_floating = column.type in ("real", "double precision")
    if not is_floating and number.lstrip("-")[:1].isdigit() and abs(float(number)) >= 2**53:
        raise BadValue("not_exact", f"XPath computes with doubles: {quoted(number)} may differ from the intended number")


def _restyled(text: str, column: Column) -> str:
    text = _composed(text, column)
    if not column.case:
        return text
    # The upper case of some composed characters is not composed (ΐ).
    return _composed(text.lower() if column.case == "lower" else text.upper(), column)


def _composed(text: str, column: Column) -> str:
    return unicodedata.normalize("NFC", text) if column.nfc and not text.isascii() else text


@cache
def default_of(column: Column) -> Typed:
    """The column's default as a typed value. It is standardised like any other value."""
    return constant_of(column, column.default)


def constant_of(column: Column, constant: Any) -> Typed:
    """A constant of the contract (`value:`, `default:`) as a typed value; None stays None."""
    if constant is None:
        return None
    bare = Column(**{**column.__dict__, "required": False, "default": None, "nulls": frozenset(), "number": None})
    try:
        return ValueReader(bare).read(literal_of(constant))
    except BadValue as error:
        raise ContractInvalid(f"column '{column.name}': the constant {constant!r}: {error.message}") from error


def literal_of(value: Any) -> str | None:
    """A typed value of another origin (a constant, a SQL result) as the raw value that the rules read."""
    if value is None:
        return None
    if isinstance(value, bool):
        return Truth("true" if value else "false")
    if isinstance(value, (int, Decimal)):
        return Number(str(value))
    if isinstance(value, float):
        return Number(repr(value))
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value)
