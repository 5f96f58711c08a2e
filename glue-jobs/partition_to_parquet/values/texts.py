"""char, varchar and super."""

import json
import math
import re
from decimal import Context, Decimal

import msgspec

from ..contract import Column
from ..errors import BadValue
from .kinds import WHITE_SPACE, Nested, Number, Truth, quoted

SUPER_BYTES = 65_535

_WIDE = Context(prec=100_000)
_NUL_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def parse_text(text: str, column: Column) -> str:
    """A text of at most `length` bytes of UTF-8; longer ones are cut between characters where the column allows it.

    Where the column is trimmed, white space at the cut goes too.
    """
    if column.as_json:
        text = as_json(text)
    elif isinstance(text, Nested):
        raise BadValue("wrong_type", f"{quoted(text)} is nested; use 'as: json' or a super column to keep it")
    if "\0" in text or (column.as_json and _NUL_ESCAPE.search(text)):
        raise BadValue("nul_character", "the text holds a NUL character, which the warehouse cannot store")
    if column.type == "char" and not text.isascii():
        raise BadValue("wrong_type", f"{quoted(text)} holds characters of several bytes, which char cannot; use varchar")
    size = len(text) if text.isascii() else len(text.encode())
    if size > column.length:
        if not column.truncate:
            raise BadValue("too_long", f"{quoted(text)} has {size} bytes, {column.type}({column.length}) holds {column.length}")
        text = text.encode()[: column.length].decode(errors="ignore")
        text = text.rstrip(WHITE_SPACE) if column.trim else text
    return str(text)


def as_json(text: str) -> str:
    """The JSON text of a value: a plain text becomes a JSON string, everything else is its literal."""
    if isinstance(text, (Nested, Number, Truth)):
        return text
    return json.dumps(text, ensure_ascii=False)


def parse_super(text: str, column: Column, is_member: bool) -> str:
    """JSON text for JSON_PARSE. A JSON string stays one (`is_member`); text from CSV and XML must be JSON itself."""
    if is_member or isinstance(text, (Nested, Number, Truth)):
        text = as_json(text)
    else:
        try:
            msgspec.json.decode(text.encode(), type=msgspec.Raw)
        except (msgspec.DecodeError, RecursionError):
            raise BadValue("wrong_type", f"{quoted(text)} is no JSON, as super needs") from None
    if number := _beyond_double(text):
        raise BadValue("out_of_range", f"the number {quoted(number)} is outside of what super holds")
    if _NUL_ESCAPE.search(text):
        raise BadValue("nul_character", "the JSON holds a NUL character, which the warehouse cannot store")
    size = len(text.encode())
    if size > SUPER_BYTES:
        raise BadValue("too_long", f"the JSON has {size} bytes, super holds {SUPER_BYTES}")
    return str(text)


# A number that may be beyond a double, the widest number of SUPER: a large exponent, or hundreds of digits.
_HUGE = re.compile(r"[eE][+-]?0*[1-9][0-9]{2}|[0-9]{300}")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_NUMBER = re.compile(r"-?[0-9][0-9.eE+-]*")


def _beyond_double(text: str) -> str | None:
    """The first number in a JSON text that a double would make infinite, or zero though it is not."""
    if not _HUGE.search(text):
        return None
    for number in _NUMBER.findall(_STRING.sub("", text)):
        value = float(number)
        if math.isinf(value) or (value == 0 and re.search("[1-9]", re.split("[eE]", number)[0])):
            return number
    return None


def same_json(text: str) -> str:
    """A text that two JSON texts share when they are equal as values, whatever their spelling."""
    value = json.loads(text, parse_float=_exact, parse_int=_exact, parse_constant=str)
    return json.dumps(value, sort_keys=True, ensure_ascii=True)


def _exact(literal: str) -> dict[str, str]:
    number = Decimal(literal)
    return {"\0number": format(number.normalize(_WIDE), "E") if number else "0"}
