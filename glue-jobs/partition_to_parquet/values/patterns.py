"""Java DateTimeFormatter patterns, resolved strictly, with English names."""

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cache

from ..errors import ContractInvalid
from .moments import Moment, moment_of, parse_offset, zone_of

_MONTHS = [name.lower() for name in calendar.month_name]
_SHORT_MONTHS = [name.lower() for name in calendar.month_abbr]
_DAYS = [name.lower() for name in calendar.day_name]
_SHORT_DAYS = [name.lower() for name in calendar.day_abbr]

# Letters whose value is a number, with the most digits that a single letter takes.
_NUMBERS = {"y": 4, "u": 4, "M": 2, "L": 2, "d": 2, "D": 3, "H": 2, "k": 2, "h": 2, "K": 2, "m": 2, "s": 2, "n": 9}


# The texts of a pattern's fields by their letters, with how often each letter stands there.
_Found = dict[str, tuple[str, int]]
Zones = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Pattern:
    regex: re.Pattern[str]
    fields: tuple[tuple[str, int], ...]


def parse_pattern(text: str, pattern: str, zones: Zones = ()) -> Moment | None:
    """The moment that `text` writes in `pattern`, or None. Raises ContractInvalid for a pattern that is not supported.

    `zones` say what texts of the field `z` mean: (text, offset or IANA name). What stands twice must agree.
    """
    compiled = compile_pattern(pattern, zones)
    match = compiled.regex.fullmatch(text)
    if match is None:
        return None
    found: _Found = {}
    for index, (letter, count) in enumerate(compiled.fields, 1):
        value = match.group(index)
        if value is None:
            continue
        if letter in found and _meaning(letter, *found[letter]) != _meaning(letter, value, count):
            return None
        found[letter] = (value, count)
    return _resolve(found, dict(zones))


def _meaning(letter: str, value: str, count: int) -> str | int:
    """What a field says, however it is written there: 9, 09, Sep and September are one month."""
    if letter in ("M", "L"):
        return int(value) if count <= 2 else (_MONTHS if count == 4 else _SHORT_MONTHS).index(value.lower())
    if letter in ("y", "u"):
        return int(value) + (2000 if count == 2 else 0)
    if letter == "E":
        return value[:3].lower()
    if letter == "S":
        return value.rstrip("0")
    return int(value) if letter in _NUMBERS else value.lower()


def _resolve(found: _Found, zones: Mapping[str, str]) -> Moment | None:
    def number(*letters: str) -> int | None:
        for letter in letters:
            if letter in found:
                return int(found[letter][0])
        return None

    years = {int(_meaning(letter, *found[letter])) for letter in "yu" if letter in found}
    day = _day(years.pop(), number, found) if len(years) == 1 else None
    hour = _hour(number, found)
    if day is None or hour is None:
        return None
    fraction = found["S"][0] if "S" in found else ""
    nanos = number("n")
    if nanos is not None:
        if fraction and fraction.rstrip("0") != f"{nanos:09d}".rstrip("0"):
            return None
        fraction = f"{nanos:09d}"
    moment = moment_of(day.year, day.month, day.day, hour, number("m") or 0, number("s") or 0, fraction, None)
    if moment is None:
        return None
    moment.offset, bad = _zone(found, zones, datetime(day.year, day.month, day.day, hour, moment.minute))
    return None if bad else moment


def _day(year: int, number: Callable[..., int | None], found: _Found) -> date | None:
    of_year, months = number("D"), _months(found)
    if len(months) > 1:
        return None
    month, of_month = next(iter(months), None), number("d")
    try:
        if of_year is not None:
            day = date(year, 1, 1) + timedelta(days=of_year - 1)
            if of_year < 1 or day.year != year or month not in (None, day.month) or of_month not in (None, day.day):
                return None
        else:
            day = date(year, 1 if month is None else month, 1 if of_month is None else of_month)
    except (ValueError, OverflowError):
        return None
    if "E" in found:
        name, count = found["E"]
        names = _DAYS if count == 4 else _SHORT_DAYS
        if names[day.weekday()] != name.lower():
            return None
    return day


def _months(found: _Found) -> set[int]:
    months: set[int] = set()
    for letter in ("M", "L"):
        if letter in found:
            months.add(int(_meaning(letter, *found[letter])))
    return months


def _hour(number: Callable[..., int | None], found: _Found) -> int | None:
    """The hour of the day; None where there is no such hour, or where what stands twice does not agree."""
    hours: set[int] = set()
    for letter, low, high in (("H", 0, 23), ("k", 1, 24), ("h", 1, 12), ("K", 0, 11)):
        value = number(letter)
        if value is None:
            continue
        if not low <= value <= high:
            return None
        if letter in "hK":
            if "a" not in found:
                return None
            value = value % 12 + (12 if found["a"][0].lower() == "pm" else 0)
        hours.add(value % 24)
    if len(hours) > 1 or (hours and "a" in found and (max(hours) >= 12) != (found["a"][0].lower() == "pm")):
        return None
    return hours.pop() if hours else 0


def _zone(found: _Found, zones: Mapping[str, str], local: datetime) -> tuple[tzinfo | None, bool]:
    """The zone, and whether it is one that nobody knows, or several that differ at this local time."""
    read = [_zone_of(letter, found[letter][0], zones) for letter in "XxZOVz" if letter in found]
    known = [zone for zone in read if zone is not None]
    offsets = {zone.utcoffset(local) for zone in known}
    return (known[0] if known else None), len(known) < len(read) or len(offsets) > 1


def _zone_of(letter: str, text: str, zones: Mapping[str, str]) -> tzinfo | None:
    if letter == "z":
        text = zones.get(text, text)
    if letter in "Vz" and text not in ("Z", "UTC", "GMT") and text[:1] not in ("+", "-"):
        try:
            return zone_of(text)
        except ContractInvalid:
            return None
    if letter == "O":
        text = text.removeprefix("GMT") or "Z"
        if re.fullmatch(r"[+-]\d(?::\d\d)?", text):
            text = f"{text[0]}0{text[1:]}"
    return parse_offset("Z" if text in ("UTC", "GMT") else text)


@cache
def compile_pattern(pattern: str, zones: Zones = ()) -> _Pattern:
    """Turns a pattern into one regular expression with a group for each field."""
    named = "".join(f"{re.escape(text)}|" for text in sorted((text for text, _ in zones), key=len, reverse=True))
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
            regex.append(f"({named if character == 'z' else ''}{_field(character, end - index, pattern)})")
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
    if (letter in ("y", "u") and count > 4) or (letter == "V" and count != 2):
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
