"""A moment as it is read, before its zone is applied: its fields, its offset, its zone."""

from datetime import date, timedelta, timezone, tzinfo
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from ..errors import ContractInvalid


class Moment:
    """A parsed local date and time before its zone is applied. `fraction` is decimal digits of a second."""

    __slots__ = ("day", "hour", "minute", "second", "fraction", "offset")

    def __init__(self, day: date, hour: int, minute: int, second: int, fraction: str, offset: tzinfo | None):
        self.day, self.hour, self.minute, self.second = day, hour, minute, second
        self.fraction, self.offset = fraction, offset


def moment_of(
    year: int, month: int, day: int, hour: int, minute: int, second: int, fraction: str,
    offset: tzinfo | None, bad_offset: bool = False,
) -> Moment | None:  # fmt: skip
    """A Moment if every field is one that exists on the calendar and the clock, else None."""
    if bad_offset or hour > 23 or minute > 59 or second > 59:
        return None
    try:
        return Moment(date(year, month, day), hour, minute, second, fraction, offset)
    except ValueError:
        return None


def parse_offset(text: str) -> tzinfo | None:
    """'Z', '+01', '+0100' or '+01:00' as a zone; None where it is no offset of at most 18 hours."""
    if text == "Z":
        return timezone.utc
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:4] or 0)
    if hours > 18 or minutes > 59 or (hours == 18 and minutes):
        return None
    return timezone((timedelta(hours=hours, minutes=minutes)) * (-1 if text[0] == "-" else 1))


@cache
def zone_names() -> frozenset[str]:
    """The names of the pinned package `tzdata`. The machine's own files (and its `localtime`) are never looked at."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text().split())


@cache
def zone_of(name: str) -> tzinfo:
    """The time zone of an IANA name, by the rules of the pinned package. Raises ContractInvalid for any other name."""
    if name not in zone_names():
        raise ContractInvalid(f"time zone '{name}' is not known here")
    path = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with path.open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)
