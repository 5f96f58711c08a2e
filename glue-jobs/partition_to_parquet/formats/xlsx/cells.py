"""The cells of a sheet, typed as the sheet says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from lxml import etree

from ...values.kinds import Faulty
from .workbook import Workbook, rich_text, unescaped

Value = float | str | bool | datetime | time | None
_DAY_MILLIS = 86_400_000
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True)
class Row:
    """A row that is not empty: its number, and its values by the column's number from 0."""

    number: int
    values: Mapping[int, Value]


def column_number(letters: str) -> int:
    """`A` → 0, `AB` → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """0 → `A`, 27 → `AB`."""
    letters, number = "", number + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def rows_of(workbook: Workbook, part: str) -> Iterator[Row]:
    """The rows that hold something, in the sheet's order. Raises lxml's errors and ValueError for a damaged sheet."""
    number = 0
    with workbook.open(part) as stream:
        for _, row in etree.iterparse(stream, tag="{*}row", resolve_entities=False, no_network=True, huge_tree=True):
            number = int(row.get("r") or number + 1)
            values: dict[int, Value] = {}
            place = -1
            for cell in row:
                match = _REFERENCE.fullmatch(cell.get("r") or "")
                place = column_number(match[1]) if match else place + 1
                value = _value(cell, workbook)
                if value is not None:
                    values[place] = value
            row.clear()
            while row.getprevious() is not None:
                del row.getparent()[0]
            if any(not (isinstance(value, str) and not isinstance(value, Faulty) and not value.strip()) for value in values.values()):
                yield Row(number, values)


def _value(cell: Any, workbook: Workbook) -> Value:
    kind, text, is_formula = cell.get("t", "n"), None, False
    for child in cell:
        name = child.tag.rpartition("}")[2]
        if name == "v":
            text = child.text or ""
        elif name == "f":
            is_formula = True
        elif name == "is":
            return rich_text(child)
    if text is None:
        return Faulty("the cell's formula has no saved value; open and save the workbook, or deliver values", "wrong_type") if is_formula else None
    if kind == "s":
        return workbook.texts[int(text)]
    if kind == "str":
        return unescaped(text)
    if kind == "b":
        return text in ("1", "true")
    if kind == "e":
        return Faulty(f"the cell contains the error {text}", "wrong_type")
    if kind == "d":
        return text.replace("Z", "")
    if not text.strip():
        return None
    number = float(f"{float(text):.15g}")
    style = workbook.time_styles.get(int(cell.get("s") or 0))
    return number if style is None else _moment(number, style, workbook.is_1904)


def _moment(serial: float, style: str, is_1904: bool) -> Value:
    """A number of days as a time, to the millisecond, which is as exact as a sheet is."""
    millis = round(serial * _DAY_MILLIS)
    if style == "time" and 0 <= millis < _DAY_MILLIS:
        return (datetime(2000, 1, 1) + timedelta(milliseconds=millis)).time()
    if millis < 0:
        return Faulty(f"the cell contains the date {serial:.15g}, before the workbook's calendar", "wrong_type")
    if is_1904:
        base = datetime(1904, 1, 1)
    elif 60 <= serial < 61:
        return Faulty("the cell contains 1900-02-29, a day that never existed", "wrong_type")
    else:
        # The calendar of 1900 has a day too many.
        base = datetime(1899, 12, 30) if serial >= 61 else datetime(1899, 12, 31)
    try:
        return base + timedelta(milliseconds=millis)
    except OverflowError:
        return Faulty(f"the cell contains the date {serial:.15g}, after the year 9999", "out_of_range")
