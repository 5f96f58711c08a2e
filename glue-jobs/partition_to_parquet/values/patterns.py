"""Java DateTimeFormatter patterns, resolved strictly, with English names."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from functools import lru_cache

from ..errors import ContractInvalid
from .moments import Moment, moment_of, parse_offset, zone_of

_MONTHS = [name.lower() for name in calendar.month_name]
_SHORT_MONTHS = [name.lower() for name in calendar.month_abbr]
_DAYS = [name.lower() for name in calendar.day_name]
_SHORT_DAYS = [name.lower() for name in calendar.day_abbr]

# Letters whose value is a number, with the most digits that a single letter takes.
_NUMBERS = {"y": 4, "u": 4, "M": 2, "L": 2, "d": 2, "D": 3, "H": 2, "k": 2, "h": 2, "K": 2, "m": 2, "s": 2, "n": 9}


@dataclass(frozen=True)
class _Pattern:
    regex: re.Pattern[str]
    fields: tuple[tuple[str, int], ...]


def parse_pattern(text: str, pattern: str) -> Moment | None:
    """The moment that `text` writes in `pattern`, or None. Raises ContractInvalid for a pattern that is not supported."""
    compiled = compile_pattern(pattern)
    match = compiled.regex.fullmatch(text)
    if match is None:
        return None
    found: dict[str, tuple[str, int]] = {}
    for index, (letter, count) in enumerate(compiled.fields, 1):
        value = match.group(index)
        if value is None:
            continue
        if letter in found and found[letter][0] != value:
            return None
        found[letter] = (value, count)
    return _resolve(found)


def _resolve(found: dict[str, tuple[str, int]]) -> Moment | None:
    def number(*letters: str) -> int | None:
        for letter in letters:
            if letter in found:
                return int(found[letter][0])
        return None

    year = number("y", "u")
    if year is None:
        return None
    letter = "y" if "y" in found else "u"
    if found[letter][1] == 2:
        year += 2000
    day = _day(year, number, found)
    hour = _hour(number, found)
    if day is None or hour is None:
        return None
    fraction = found["S"][0] if "S" in found else ""
    nanos = number("n")
    if nanos is not None:
        fraction = f"{nanos:09d}"
    offset, bad = _zone(found)
    return moment_of(
        day.year, day.month, day.day, hour, number("m") or 0, number("s") or 0, fraction, offset, bad_offset=bad
    )


def _day(year: int, number: Callable[..., int | None], found: dict[str, tuple[str, int]]) -> date | None:
    of_year = number("D")
    try:
        if of_year is not None:
            day = date(year, 1, 1) + timedelta(days=of_year - 1)
            if of_year < 1 or day.year != year:
                return None
        else:
            day = date(year, _month(found), number("d") or (0 if "d" in found else 1))
    except (ValueError, OverflowError):
        return None
    if "E" in found:
        name, count = found["E"]
        names = _DAYS if count == 4 else _SHORT_DAYS
        if names[day.weekday()] != name.lower():
            return None
    return day


def _month(found: dict[str, tuple[str, int]]) -> int:
    for letter in ("M", "L"):
        if letter in found:
            value, count = found[letter]
            if count <= 2:
                return int(value)
            return (_MONTHS if count == 4 else _SHORT_MONTHS).index(value.lower())
    return 1


def _hour(number: Callable[..., int | None], found: dict[str, tuple[str, int]]) -> int | None:
    if "H" in found:
        return number("H")
    if "k" in found:
        value = number("k") or 0
        return None if not 1 <= value <= 24 else value % 24
    if "h" in found or "K" in found:
        value = number("h", "K") or 0
        low, high = (1, 12) if "h" in found else (0, 11)
        if not low <= value <= high or "a" not in found:
            return None
        return value % 12 + (12 if found["a"][0].lower() == "pm" else 0)
    return 0


def _zone(found: dict[str, tuple[str, int]]) -> tuple[tzinfo | None, bool]:
    for letter in ("X", "x", "Z", "O", "V", "z"):
        if letter not in found:
            continue
        text = found[letter][0]
        if letter in ("V", "z") and text not in ("Z", "UTC", "GMT"):
            try:
                return zone_of(text), False
            except ContractInvalid:
                return None, True
        if letter == "O":
            text = text.removeprefix("GMT") or "Z"
            if re.fullmatch(r"[+-]\d", text):
                text = f"{text[0]}0{text[1]}"
        zone = parse_offset("Z" if text in ("UTC", "GMT") else text)
        return zone, zone is None
    return None, False


@lru_cache(maxsize=None)
def compile_pattern(pattern: str) -> _Pattern:
    """Turns a pattern into one regular expression with a group for each field."""
    regex: list[str] = []
    fields: list[tuple[str, int]] = []
    index = 0
    while index < len(pattern):
        character = pattern[index]
        if character == "'":
            text, index = _quoted(pattern, index)
            regex.append(re.escape(text))
        elif character.isascii() and character.isalpha():
            end = index
            while end < len(pattern) and pattern[end] == character:
                end += 1
            regex.append(f"({_field(character, end - index, pattern)})")
            fields.append((character, end - index))
            index = end
        elif character in "[]":
            regex.append("(?:" if character == "[" else ")?")
            index += 1
        elif character in "{}#":
            raise ContractInvalid(f"pattern '{pattern}': '{character}' is reserved")
        else:
            regex.append(re.escape(character))
            index += 1
    if not any(letter in "yu" for letter, _ in fields):
        raise ContractInvalid(f"pattern '{pattern}' has no year")
    try:
        return _Pattern(re.compile("".join(regex), re.ASCII), tuple(fields))
    except re.error as error:
        raise ContractInvalid(f"pattern '{pattern}': {error}") from error


def _quoted(pattern: str, start: int) -> tuple[str, int]:
    if pattern.startswith("''", start):
        return "'", start + 2
    text, index = "", start + 1
    while index < len(pattern):
        if pattern[index] == "'":
            if pattern.startswith("''", index):
                text, index = text + "'", index + 2
                continue
            return text, index + 1
        text, index = text + pattern[index], index + 1
    raise ContractInvalid(f"pattern '{pattern}' has a quote that is not closed")


def _field(letter: str, count: int, pattern: str) -> str:
    if letter in ("M", "L") and count in (3, 4):
        return f"(?i:{'|'.join((_MONTHS if count == 4 else _SHORT_MONTHS)[1:])})"
    if letter == "E" and count <= 4:
        return f"(?i:{'|'.join(_DAYS if count == 4 else _SHORT_DAYS)})"
    if letter == "S":
        return rf"\d{{{count}}}"
    if letter == "a" and count == 1:
        return "(?i:am|pm)"
    if letter in ("y", "u") and count > 4 or letter == "V" and count != 2:
        pass
    elif letter in _NUMBERS:
        return rf"\d{{{count}}}" if count > 1 else rf"\d{{1,{_NUMBERS[letter]}}}"
    elif letter in ("X", "x", "Z", "O", "V", "z"):
        return _zone_field(letter, count)
    raise ContractInvalid(f"pattern '{pattern}': '{letter * count}' is not supported")


def _zone_field(letter: str, count: int) -> str:
    if letter in ("V", "z"):
        return r"[A-Za-z][A-Za-z0-9_+/-]*"
    if letter == "O":
        return r"GMT(?:[+-]\d{1,2}(?::\d\d)?)?"
    if letter == "Z":
        return r"[+-]\d{4}" if count < 4 else r"Z|[+-]\d\d:\d\d"
    digits = {1: r"[+-]\d\d(?:\d\d)?", 2: r"[+-]\d{4}"}.get(count, r"[+-]\d\d:\d\d")
    return f"Z|{digits}" if letter == "X" else digits
