"""Functions of dates and timestamps, in UTC and the proleptic Gregorian calendar."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from . import types as t
from .arithmetic import strict
from .vectors import Vector, vector

if TYPE_CHECKING:
    from .nodes import Node

_MINUTE = 60_000_000


def part(node: "Node", inner: Vector) -> Vector:
    """One part of a date, or the hour or minute of a timestamp."""
    data = inner.data
    if node.detail in ("hour", "minute"):
        found = data // (60 * _MINUTE) % 24 if node.detail == "hour" else data // _MINUTE % 60
        return vector(t.INT, found, inner.valid, inner.failed)
    return vector(t.INT, _PARTS[node.detail](data), inner.valid, inner.failed)


def _months(days: np.ndarray) -> np.ndarray:
    """Months since year 0."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def _month_start(months: np.ndarray) -> np.ndarray:
    return (months - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _year_start(days: np.ndarray) -> np.ndarray:
    return _month_start(_months(days) // 12 * 12)


def _week(days: np.ndarray) -> np.ndarray:
    """ISO weeks: that of the week's Thursday."""
    thursday = days - _weekday(days) + 3
    return (thursday - _year_start(thursday)) // 7 + 1


def _weekday(days: np.ndarray) -> np.ndarray:
    """Monday is 0; 1970-01-01 was a Thursday."""
    return (days + 3) % 7


_PARTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "year": lambda days: _months(days) // 12,
    "quarter": lambda days: _months(days) % 12 // 3 + 1,
    "month": lambda days: _months(days) % 12 + 1,
    "day": lambda days: days - _month_start(_months(days)) + 1,
    "dayofyear": lambda days: days - _year_start(days) + 1,
    "dayofweek": lambda days: (days + 4) % 7 + 1,
    "weekday": _weekday,
    "week": _week,
}


def add_days(node: "Node", day: Vector, days: Vector) -> Vector:
    return strict(t.DATE, day, days, _wrapped(day.data + node.detail * days.data), np.zeros(1, dtype=bool))


def _wrapped(days: np.ndarray) -> np.ndarray:
    """Days in 32 bits that wrap around, as Spark's do."""
    return days.astype(np.int32).astype(np.int64)


def days_between(node: "Node", end: Vector, start: Vector) -> Vector:
    return strict(t.INT, end, start, _wrapped(end.data - start.data), np.zeros(1, dtype=bool))


def last_day(node: "Node", inner: Vector) -> Vector:
    return vector(t.DATE, _month_start(_months(inner.data) + 1) - 1, inner.valid, inner.failed)


OPERATIONS: dict[str, Callable[..., Vector]] = {
    "part": part,
    "add days": add_days,
    "days between": days_between,
    "last day": last_day,
}
