"""Exact integers and decimals, nearest floats, booleans."""

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np

from ..contract import Column
from ..errors import BadValue
from .kinds import Number, Truth, quoted
from .spellings import plain_number

INTEGER_BOUNDS = {"smallint": 15, "integer": 31, "bigint": 63}

_NUMBER = re.compile(r"([+-]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?")
_WIDE = Context(prec=100_000)
# Beyond this no column type has room, and Decimal would need as many digits to hold the value.
_EXPONENT_LIMIT = 10_000


def _number(text: str, column: Column) -> re.Match[str]:
    """The number that the text writes, with a point and without groups. Raises BadValue."""
    if column.number is not None and not isinstance(text, (Number, Truth)):
        match = _NUMBER.fullmatch(plain_number(text, column.number) or "")
    else:
        match = _NUMBER.fullmatch(text)
    if match is None or isinstance(text, Truth):
        raise BadValue("wrong_type", f"{quoted(text)} is not a number, as {column.type} needs")
    return match


def _decimal(text: str, column: Column) -> Decimal:
    match = _number(text, column)
    sign, digits, exponent = match.groups()
    if exponent is not None and (len(exponent) > 8 or abs(int(exponent)) > _EXPONENT_LIMIT):
        if not digits.strip("0."):
            return Decimal(0)
        if exponent.startswith("-"):
            if column.round:
                return Decimal(0)
            raise BadValue("not_exact", f"{quoted(text)} has more decimals than {column.type} holds")
        raise BadValue("out_of_range", f"{quoted(text)} is outside {column.type}")
    return Decimal(sign + digits + ("" if exponent is None else "e" + exponent))


def parse_integer(text: str, column: Column) -> int:
    """`5`, `+5`, `5.0`, `1e3` are integers; `6.7` is not_exact unless the column rounds half away from zero."""
    number = _decimal(text, column)
    if number.adjusted() > 30 and number:
        raise BadValue("out_of_range", f"{quoted(text)} is outside {column.type}")
    whole = _scaled(number, 0, text, column)
    limit = 1 << INTEGER_BOUNDS[column.type]
    value = int(whole)
    if not -limit <= value < limit:
        raise BadValue("out_of_range", f"{quoted(text)} is outside {column.type} ({-limit} to {limit - 1})")
    return value


def parse_decimal(text: str, column: Column) -> Decimal:
    """The exact value with the column's scale. Never goes through a double."""
    number = _decimal(text, column)
    if number.adjusted() > 60 and number:
        raise BadValue("out_of_range", f"{quoted(text)} is outside decimal({column.precision},{column.scale})")
    value = _scaled(number, column.scale, text, column)
    if value and value.adjusted() >= column.precision - column.scale:
        raise BadValue("out_of_range", f"{quoted(text)} is outside decimal({column.precision},{column.scale})")
    return value if value else abs(value)


def _scaled(number: Decimal, scale: int, text: str, column: Column) -> Decimal:
    value = number.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP, context=_WIDE)
    if value != number and not column.round:
        what = "a fraction" if column.type != "decimal" else f"more than {scale} decimals"
        raise BadValue("not_exact", f"{quoted(text)} has {what}; use 'round: true' to round it")
    return value


def parse_float(text: str, column: Column) -> float:
    """The nearest finite double, or for `real` the nearest single-precision value."""
    plain = _number(text, column).group()
    value = float(plain)
    if column.type == "real":
        value = _nearest_single(value, plain)
    if math.isinf(value):
        raise BadValue("out_of_range", f"{quoted(text)} is outside {column.type}")
    return value


def _nearest_single(value: float, text: str) -> float:
    """Rounds once: a double that lies exactly between two singles may itself have been rounded to there."""
    with np.errstate(over="ignore"):
        single = np.float32(value)
    if float(single) == value or math.isinf(value) or len(text) > 5_000:
        return float(single)
    other = np.nextafter(single, np.float32(np.inf if value > float(single) else -np.inf))
    if math.isinf(float(single)) or (float(single) + float(other)) / 2 != value:
        return float(single)
    exact, middle = Decimal(text), Decimal(value)
    if exact == middle:
        return float(single)
    return float(max(single, other) if exact > middle else min(single, other))


_TRUE = frozenset(("true", "t", "yes", "y", "1"))
_FALSE = frozenset(("false", "f", "no", "n", "0"))


def parse_boolean(text: str, column: Column) -> bool:
    """true/false, t/f, yes/no, y/n, 1/0 in any case."""
    word = text.lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadValue("wrong_type", f"{quoted(text)} is not a boolean (true/false, t/f, yes/no, y/n, 1/0)")
