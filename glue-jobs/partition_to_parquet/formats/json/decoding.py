"""Decodes the texts of many JSON objects, and finds those among them that are not regular."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from .fast import FastRecords
from .faults import DEPTH_LIMIT
from .places import Json
from .values import DECODE_ERRORS

_ERRORS = (UnicodeDecodeError, *DECODE_ERRORS)
# msgspec tells the place of a fault by byte, or by the number of the object.
_PLACE = re.compile(r"\(byte (\d+)\)|`\$\[(\d+)\]")
_OPENING, _CLOSING, _BRACKET, _LINE_END = 123, 125, 91, 10
# Where it does not, so many are decoded one by one.
_DOUBTFUL = 64


class Joined:
    """Texts one below the other. Where each begins with `{` and ends with `}`, no value goes on from one to the next."""

    def __init__(self, values: Sequence[Json]):
        self.text = b"\n".join(values)
        self.data = np.frombuffer(self.text + b"\n", dtype=np.uint8)
        self.ends = np.flatnonzero(self.data == _LINE_END)
        if len(self.ends) != len(values):
            # Some texts have several lines.
            self.ends = np.cumsum(np.fromiter(map(len, values), dtype=np.int64, count=len(values)) + 1) - 1
        self.starts = np.concatenate([[0], self.ends[:-1] + 1])
        self.sizes = self.ends - self.starts

    @cached_property
    def are_objects(self) -> np.ndarray:
        """Which texts begin and end as an object does, and are not nested too deep."""
        good = (self.sizes > 1) & (self.data[self.starts] == _OPENING) & (self.data[self.ends - 1] == _CLOSING)
        is_opening = (self.data == _OPENING) | (self.data == _BRACKET)
        if np.count_nonzero(is_opening) >= len(self.starts) + DEPTH_LIMIT:
            openings = np.flatnonzero(is_opening)
            good &= np.diff(np.append(np.searchsorted(openings, self.starts), len(openings))) <= DEPTH_LIMIT
        return good


def decode_all(fast: FastRecords, joined: Joined) -> list | None:
    """The records' structs, if every text is one object as the fast way knows it: with as many values as texts, each is one."""
    if not joined.are_objects.all():
        return None
    try:
        if not joined.text.isascii():
            joined.text.decode()
        records = fast.decode_lines(joined.text)
    except _ERRORS:
        return None
    return records if len(records) == len(joined.starts) else None


def regular_of(fast: FastRecords, values: Sequence[Json], joined: Joined) -> tuple[list, np.ndarray]:
    """The structs of the texts that are regular, and which they are."""
    texts, rows = values, np.arange(len(values))
    if not joined.are_objects.all():
        rows = np.flatnonzero(joined.are_objects)
        texts = [values[row] for row in rows.tolist()]
        joined = Joined(texts)
    if not joined.text.isascii() and not _is_utf8(joined.text):
        good = [_is_utf8(bytes(text)) for text in texts]
        rows, texts = rows[good], [text for text, is_good in zip(texts, good, strict=True) if is_good]
        joined = Joined(texts)
    records: list[Any] = []
    at = 0
    while at < len(texts):
        found, doubtful = _decode_from(fast, joined, at)
        records.extend(found)
        at += len(found)
        records.extend(_decode_one(fast, bytes(text)) for text in texts[at : at + doubtful])
        at += doubtful
    if None not in records:
        return records, rows
    good = [index for index, record in enumerate(records) if record is not None]
    return [records[index] for index in good], rows[good]


def _decode_from(fast: FastRecords, joined: Joined, at: int) -> tuple[list, int]:
    """The structs of texts from `at` on that are all regular, and how many doubtful texts follow them."""
    view = memoryview(joined.text)[joined.starts[at] :]
    left = len(joined.starts) - at
    try:
        found = fast.decode_lines(view)
        return (found, 0) if len(found) == left else ([], min(_DOUBTFUL, left))
    except _ERRORS as error:
        place = _PLACE.search(str(error))
    if place is None:
        return [], min(_DOUBTFUL, left)
    byte, number = place.groups()
    fault = int(number) if number else int(np.searchsorted(joined.starts, int(byte) + joined.starts[at], side="right")) - 1 - at
    # Where a text leaves something open, the fault shows in the next one.
    before = max(0, min(fault, left - 1) - 1)
    try:
        found = fast.decode_lines(view[: joined.ends[at + before - 1] - joined.starts[at]]) if before else []
    except _ERRORS:
        found = []
    if len(found) != before:
        return [], min(_DOUBTFUL, left)
    return found, min(2, left - before)


def _decode_one(fast: FastRecords, text: bytes) -> Any:
    try:
        return fast.decode(text)
    except _ERRORS:
        return None


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
        return True
    except UnicodeDecodeError:
        return False
