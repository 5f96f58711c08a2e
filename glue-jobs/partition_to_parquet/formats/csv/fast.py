"""The fast way through regular CSV text: Arrow parses, numpy finds line ends. What is not regular takes the slow way."""

import codecs
import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from .records import Splitter

_BLANK_HEADS = (b" ", b"\t", b"\v", b"\f", b"\xc2", b"\xe1", b"\xe2", b"\xe3")
_BLANK = rb"(?:[ \t\v\f\r]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)"
_BLANK_LINE = re.compile(rb"(?:\A|\n)" + _BLANK + rb"+(?<!\n\r)(?:\n|\Z)")


# Stands for a delimiter of several bytes, in texts that have neither this byte nor a quote.
_STAND_IN = b"\x1f"


def last_boundary(text: bytes, splitter: Splitter) -> int:
    """Just behind the last line end that is outside quotes, if the text is regular; -1 where it is not or has none."""
    if splitter.quote is None or splitter.quote not in text:
        return text.rfind(b"\n") + 1 or -1
    if len(splitter.quote) != 1 or len(splitter.delimiter) != 1:
        return -1
    outside = _quoting(text, splitter)
    if outside is None:
        return -1
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == 10)
    ends = ends[outside.at(ends)]
    return int(ends[-1]) + 1 if len(ends) else -1


class _Outside:
    """Tells which places of a text are outside quotes, from the sorted places of its quotes."""

    def __init__(self, quotes: np.ndarray):
        self.quotes = quotes

    def at(self, places: np.ndarray) -> np.ndarray:
        return np.searchsorted(self.quotes, places) % 2 == 0


def _quoting(text: bytes, splitter: Splitter) -> _Outside | None:
    """None where a quote stands anywhere but at a field's ends or doubled inside one."""
    data = np.frombuffer(text, dtype=np.uint8)
    quote, delimiter = splitter.quote[0] if splitter.quote else 0, splitter.delimiter[0]
    places = np.flatnonzero(data == quote)
    opening, closing = places[::2], places[1::2]
    before = data[np.maximum(opening - 1, 0)]
    opens = (opening == 0) | (before == delimiter) | (before == 10) | (before == quote)
    after = data[np.minimum(closing + 1, len(data) - 1)]
    closes = (closing == len(data) - 1) | (after == delimiter) | (after == 10) | (after == 13) | (after == quote)
    if not (opens.all() and closes.all()):
        return None
    # A quote that opens right behind one that closed is a doubled one; behind a field's own quote it is not regular.
    return _Outside(places)


def is_regular(text: bytes, splitter: Splitter) -> bool:
    """Whether Arrow reads this text as the slow way does. `text` begins at a record and ends behind one."""
    has_quotes = splitter.quote is not None and splitter.quote in text
    if splitter.escape and (splitter.escape in text or (has_quotes and splitter.quote * 2 in text)):
        return False  # Without an escape and a doubled quote both ways of escaping are one.
    if len(splitter.delimiter) != 1 and (has_quotes or _STAND_IN in text):
        return False
    if splitter.skips_space and splitter.delimiter + b" " in text:
        return False
    if splitter.footer and (text.startswith(splitter.footer) or b"\n" + splitter.footer in text):
        return False
    if has_quotes and len(splitter.quote) != 1:
        return False
    if text.startswith(codecs.BOM_UTF8):
        return False  # Arrow drops a byte order mark; here it is a character of the first field.
    if b"\r" in text and not _ends_lines(text):
        return False
    if splitter.comment and (text.startswith(splitter.comment) or b"\n" + splitter.comment in text):
        return False
    is_ascii = text.isascii()
    if _has_blank_head(text, _BLANK_HEADS[:4] if is_ascii else _BLANK_HEADS) and _BLANK_LINE.search(text):
        return False  # Arrow takes a line of white space for a record.
    if not is_ascii:
        try:
            text.decode()
        except UnicodeDecodeError:
            return False
    if not has_quotes:
        return True
    if text.count(splitter.quote) % 2:
        return False
    return _quoting(text, splitter) is not None


def _ends_lines(text: bytes) -> bool:
    """Whether every CR stands before a line feed; in a fraction of the time that counting both takes."""
    data = np.frombuffer(text, dtype=np.uint8)
    returns, feeds = data == 13, data == 10
    return not (returns[-1] or (returns[:-1] > feeds[1:]).any())


def _has_blank_head(text: bytes, heads: tuple[bytes, ...]) -> bool:
    """Whether any line begins with one of these bytes. A single byte is looked for at memory speed, so that goes first."""
    heads = tuple(head for head in heads if head in text)
    if not heads:
        return False
    data = np.frombuffer(text, dtype=np.uint8)
    behind = np.flatnonzero(data[:-1] == 10) + 1
    firsts = data[behind]
    return text.startswith(heads) or any(bool((firsts == head[0]).any()) for head in heads)


@dataclass(frozen=True)
class Block:
    """The wanted fields of a regular text's records of one length, and the indexes of the records of other lengths."""

    table: pa.Table
    others: list[int]


def parse_block(text: bytes, splitter: Splitter, width: int, wanted: list[int], marks_nulls: bool) -> Block:
    """Reads the records of `width` fields as strings. With `marks_nulls` an empty field without quotes is NULL."""
    others: list[int] = []

    def on_other(row: arrow_csv.InvalidRow) -> str:
        others.append(row.number - 1)
        return "skip"

    names = [str(place) for place in range(width)]
    chosen = [names[place] for place in wanted]
    delimiter = splitter.delimiter
    if len(delimiter) > 1:
        text, delimiter = text.replace(delimiter, _STAND_IN), _STAND_IN
    quote = splitter.quote.decode() if splitter.quote and len(splitter.quote) == 1 else False
    table = arrow_csv.read_csv(
        pa.BufferReader(text),
        read_options=arrow_csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=names),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter.decode(),
            quote_char=quote,
            double_quote=True,
            newlines_in_values=True,
            invalid_row_handler=on_other,
        ),
        convert_options=arrow_csv.ConvertOptions(
            check_utf8=False,
            include_columns=chosen,
            column_types=dict.fromkeys(chosen, pa.string()),
            null_values=[""],
            strings_can_be_null=marks_nulls,
            quoted_strings_can_be_null=False,
        ),
    )
    return Block(table, others)


class Lines:
    """The places of a regular text's records, found when somebody asks for the first."""

    def __init__(self, text: bytes, splitter: Splitter):
        self.text, self.splitter = text, splitter
        self._places: tuple[np.ndarray, np.ndarray] | None = None

    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """Starts and ends (without the line end) of all records; empty lines are none."""
        if self._places is None:
            data = np.frombuffer(self.text, dtype=np.uint8)
            ends = np.flatnonzero(data == 10)
            if self.splitter.quote is not None and self.splitter.quote in self.text:
                outside = _quoting(self.text, self.splitter)
                ends = ends[outside.at(ends)] if outside else ends
            if not len(ends) or ends[-1] != len(data) - 1:
                ends = np.append(ends, len(data))
            starts = np.concatenate([[0], ends[:-1] + 1])
            ends = ends - ((ends > starts) & (data[np.maximum(ends - 1, 0)] == 13))
            held = ends > starts
            self._places = starts[held], ends[held]
        return self._places

    def raw(self, index: int) -> bytes:
        starts, ends = self.places()
        return self.text[starts[index] : ends[index]]

    def starts(self, indexes: np.ndarray) -> np.ndarray:
        """Where records begin in the text."""
        return self.places()[0][indexes]


def one_array(column: object) -> pa.Array:
    """A table's column in one piece."""
    assert isinstance(column, pa.ChunkedArray)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())
