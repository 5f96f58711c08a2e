"""Dates and timestamps: days and microseconds since 1970-01-01 UTC."""

import re
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from ..contract import Column
from ..errors import BadValue
from .kinds import Truth, quoted
from .moments import Moment, moment_of, parse_offset, zone_of
from .patterns import parse_pattern

MICROS = 1_000_000
DAY_MICROS = 86_400 * MICROS
_EPOCH_DAY = date(1970, 1, 1).toordinal()
# 0001-01-01 and 9999-12-31T23:59:59.999999
FIRST_MICRO = (1 - _EPOCH_DAY) * DAY_MICROS
LAST_MICRO = (date.max.toordinal() - _EPOCH_DAY + 1) * DAY_MICROS - 1

_OFFSET = r"([Zz]|[+-]\d\d(?::?\d\d)?| UTC| GMT)?"
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?" + _OFFSET + ")?", re.ASCII)
_BASIC_ISO = re.compile(r"(\d{4})(\d\d)(\d\d)[Tt](\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?" + _OFFSET, re.ASCII)
EPOCH_FACTORS = {"epoch_seconds": MICROS, "epoch_millis": 1_000, "epoch_micros": 1}
_EPOCH_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{0,30})?(?:[eE][+-]?\d{1,2})?", re.ASCII)


def parse_date(text: str, column: Column) -> int:
    """Days since 1970-01-01. A time beside the date must be midnight UTC, else it is not_exact."""
    days, rest = divmod(parse_timestamp(text, column), DAY_MICROS)
    if rest:
        raise BadValue("not_exact", f"{quoted(text)} has a time of day, which a date cannot hold")
    return days


def parse_timestamp(text: str, column: Column) -> int:
    """Microseconds since 1970-01-01 UTC."""
    if isinstance(text, Truth):
        raise _no_time(text, column)
    if len(column.parse) == 1:
        return _parsed(text, column, column.parse[0])
    other: BadValue | None = None
    for parse in column.parse:
        try:
            return _parsed(text, column, parse)
        except BadValue as error:
            if error.code == "not_exact":
                raise
            other = other or (error if error.code != "wrong_type" else None)
    raise other or _no_time(text, column)


def _parsed(text: str, column: Column, parse: str) -> int:
    factor = EPOCH_FACTORS.get(parse)
    micros = _epoch(text, column, factor) if factor else _local(text, column, parse)
    if not FIRST_MICRO <= micros <= LAST_MICRO:
        raise BadValue("out_of_range", f"{quoted(text)} is outside the years 0001 to 9999")
    return micros


def _no_time(text: str, column: Column) -> BadValue:
    ways = " or ".join(f"'{parse}'" for parse in column.parse)
    return BadValue("wrong_type", f"{quoted(text)} is no {column.type} as {ways} reads it")


def _epoch(text: str, column: Column, factor: int) -> int:
    if not _EPOCH_NUMBER.fullmatch(text):
        raise _no_time(text, column)
    return _whole(Decimal(text) * factor, text, column)


def _whole(micros: Decimal, text: str, column: Column) -> int:
    whole = micros.to_integral_value(rounding=ROUND_HALF_UP)
    if whole != micros and not column.round:
        raise BadValue("not_exact", f"{quoted(text)} is finer than microseconds; use 'round: true' to round it")
    return int(whole)


def _local(text: str, column: Column, parse: str) -> int:
    moment = _iso(text) if parse == "iso8601" else parse_pattern(text, parse, column.zones)
    if moment is None:
        raise _no_time(text, column)
    micros = 0
    if moment.fraction:
        digits = moment.fraction
        micros = int(digits[:6].ljust(6, "0"))
        if digits[6:].strip("0"):
            if not column.round:
                raise BadValue("not_exact", f"{quoted(text)} is finer than microseconds; use 'round: true' to round it")
            # Half away from zero in time before 1970 would be half towards the past; time has no zero: half goes later.
            micros += digits[6] >= "5"
    seconds = (moment.day.toordinal() - _EPOCH_DAY) * 86_400 + moment.hour * 3_600 + moment.minute * 60 + moment.second
    return (seconds - _offset_seconds(moment, text, column)) * MICROS + micros


def _iso(text: str) -> Moment | None:
    match = _ISO.fullmatch(text) or _BASIC_ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    zone = None
    if offset:
        zone = parse_offset("Z" if offset in ("z", " UTC", " GMT") else offset)
    return moment_of(
        int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), fraction or "",
        zone, bad_offset=bool(offset) and zone is None,
    )  # fmt: skip


def _offset_seconds(moment: Moment, text: str, column: Column) -> int:
    zone = moment.offset or (zone_of(column.timezone) if column.timezone else None)
    if zone is None or zone is timezone.utc:
        return 0
    local = datetime(
        moment.day.year, moment.day.month, moment.day.day, moment.hour, moment.minute, moment.second, tzinfo=zone
    )
    offset = local.utcoffset() or timedelta()
    if isinstance(zone, ZoneInfo) and local.replace(fold=1).utcoffset() != offset:
        # Offsets differ by fold either where a time exists twice (fold 0 is the earlier) or where it does not exist.
        if (local.replace(fold=1).utcoffset() or timedelta()) > offset:
            raise BadValue("wrong_type", f"{quoted(text)} does not exist in {zone.key}, because a clock change skips it")
    return offset.days * 86_400 + offset.seconds
