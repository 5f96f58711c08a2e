"""char, varchar and super."""

import json
import math
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Context, Decimal

import msgspec

from ..contract import Column
from ..errors import BadValue
from .kinds import WHITE_SPACE, Nested, Number, Truth, quoted

SUPER_BYTES = 65_535
# Of a column with `large: true`, below the 4 MB of a row that COPY takes (C1.14).
LARGE_BYTES = 4_000_000
# AWS's page on the limitations of SUPER: the deepest nesting of arrays and structures.
SUPER_LEVELS = 1000

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
        raise BadValue("nul_character", "the text contains a NUL character, which the warehouse cannot store")
    if column.type == "char" and not text.isascii():
        raise BadValue("wrong_type", f"{quoted(text)} contains characters of several bytes, which char cannot hold; use varchar")
    size = len(text) if text.isascii() else len(text.encode())
    if size > column.room:
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
    elif not _is_json(text):
        raise BadValue("wrong_type", f"{quoted(text)} is not JSON, as super needs")
    if number := _beyond_double(text):
        raise BadValue("out_of_range", f"the number {quoted(number)} does not fit into super")
    if _NUL_ESCAPE.search(text):
        raise BadValue("nul_character", "the JSON contains a NUL character, which the warehouse cannot store")
    data = text.encode()
    limit = LARGE_BYTES if column.large else SUPER_BYTES
    if len(data) > limit:
        more = "" if column.large else f"; with 'large: true' it holds {LARGE_BYTES}"
        raise BadValue("too_long", f"the JSON has {len(data)} bytes, super holds {limit}{more}")
    if len(data) > SUPER_BYTES and not column.large_strings and (longest := _longest_text(data)) > SUPER_BYTES:
        raise BadValue("too_long", f"a text inside the JSON has {longest} bytes, super holds {SUPER_BYTES} in one")
    return str(text)


def _longest_text(data: bytes) -> int:
    """Bytes of the longest of the texts in a JSON text that may be longer than SUPER holds in one."""
    long = [found for found in _TEXT.findall(data) if len(found) - 2 > SUPER_BYTES]
    return max((len(msgspec.json.decode(found, type=str).encode()) for found in long), default=0)


def _is_json(text: str) -> bool:
    """Whether a text is JSON. Raises BadValue for one that is nested deeper than SUPER takes."""
    if _is_too_deep(text):
        raise BadValue("too_deep", f"the JSON is nested deeper than the {SUPER_LEVELS} levels that super holds")
    try:
        with _room_for_depth():
            msgspec.json.decode(text.encode(), type=msgspec.Raw)
    except msgspec.DecodeError:
        return False
    return True


def _is_too_deep(text: str) -> bool:
    if text.count("{") + text.count("[") <= SUPER_LEVELS:
        return False
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest > SUPER_LEVELS


@contextmanager
def _room_for_depth() -> Iterator[None]:
    """Lets parsers go as deep as SUPER does, however deep the caller stands: Python's own limit is 1,000 with it."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + 2 * SUPER_LEVELS)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


# A number that may be beyond a double, the widest number of SUPER: a large exponent, or hundreds of digits.
_HUGE = re.compile(r"[eE][+-]?0*[1-9][0-9]{2}|[0-9]{300}")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.S)
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
    with _room_for_depth():
        value = json.loads(text, parse_float=_exact, parse_int=_exact, parse_constant=str)
        return json.dumps(value, sort_keys=True, ensure_ascii=True)


def _exact(literal: str) -> dict[str, str]:
    number = Decimal(literal)
    return {"\0number": format(number.normalize(_WIDE), "E") if number else "0"}
