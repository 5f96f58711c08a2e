"""Splits CSV text into records, exactly and slowly. Every rule of the format is here; the fast way must agree with it."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from ..contract import Format
from ..standardise import WHITE_SPACE

# A quoted field that is longer than this without being closed counts as not closed.
OPEN_QUOTE_BYTES = 32 * 1024 * 1024

# What was taken is not given back. Python 3.10 has no *+; a look-ahead gives nothing back either, but takes its time.
_QUOTED = rb"%s((?:%s)*+)%s" if sys.version_info >= (3, 11) else rb"%s(?=((?:%s)*))\1%s"


@dataclass(frozen=True)
class Record:
    """One record: its bytes in the text, without the line end, and its fields, or why it has none."""

    start: int
    end: int
    fields: list[bytes] | None
    fault: str | None = None


class Splitter:
    """Splits the text of one format. `delimiter`, `quote` and `comment` are single characters, in UTF-8."""

    def __init__(self, form: Format):
        self.delimiter = form.delimiter.encode()
        self.quote = form.quote.encode() if form.quote else None
        self.comment = form.comment.encode() if form.comment else None
        self.backslash = form.escape == "backslash"
        delimiter = re.escape(self.delimiter)
        escaped = rb"\\.|" if self.backslash else b""
        # A lone CR is data; so is a quote inside a field that does not begin with one.
        stop = rb"(?!%s)[^\n\r%s]" % (delimiter, rb"\\" if self.backslash else b"")
        self.bare = re.compile(rb"(?:%s%s|\r(?!\n))*" % (escaped, stop), re.S)
        self.after = re.compile(rb"(%s)|\r?\n|\Z" % delimiter)
        if self.quote:
            quote = re.escape(self.quote)
            inner = rb"\\.|[^%s\\]" % quote if self.backslash else rb"[^%s]|%s%s" % (quote, quote, quote)
            if len(self.quote) > 1:
                inner = (rb"\\.|" if self.backslash else rb"%s%s|" % (quote, quote)) + rb"(?!%s)[^%s]" % (
                    quote, rb"\\" if self.backslash else b"",
                )  # fmt: skip
            self.quoted = re.compile(_QUOTED % (quote, inner, quote), re.S)
        self.line_end = re.compile(rb"\n|\Z")

    def split(self, text: bytes, position: int, final: bool) -> Iterator[Record]:
        """The records from `position` on. Unless `final`, stops before a record that the text may not hold whole."""
        size = len(text)
        while position < size:
            line_end = text.find(b"\n", position)
            if line_end < 0:
                if not final:
                    return
                line_end = size
            if self._is_passed_over(text, position, line_end):
                position = line_end + 1
                continue
            record, following = self._record(text, position, final)
            if record is None:
                return
            yield record
            position = following

    def _is_passed_over(self, text: bytes, start: int, end: int) -> bool:
        """Whether a line is white space alone or a comment."""
        if self.comment and text.startswith(self.comment, start):
            return True
        head = text[start : start + 1]
        if head > b" " and head < b"\x7f":
            return False
        line = text[start:end]
        return not line.decode("utf-8", "replace").strip(WHITE_SPACE)

    def _record(self, text: bytes, start: int, final: bool) -> tuple[Record | None, int]:
        fields: list[bytes] = []
        position, fault = start, None
        while True:
            if self.quote and text.startswith(self.quote, position):
                match = self.quoted.match(text, position)
                if match is None:
                    if not final and len(text) - start < OPEN_QUOTE_BYTES:
                        return None, start
                    return self._first_line(text, start, "a quote is opened and never closed")
                value = self._unescaped(match.group(1), quoted=True)
                position = match.end()
                if not self.after.match(text, position):
                    if b"\n" in text[start:position]:
                        return self._first_line(text, start, "text follows the closing quote of a field of several lines")
                    fault = fault or f"text follows the closing quote of field {len(fields) + 1}"
                    position = self._bare_end(text, position)
            else:
                end = self._bare_end(text, position)
                value = self._unescaped(text[position:end], quoted=False)
                position = end
            fields.append(value)
            after = self.after.match(text, position)
            if after is None:  # Only a lone backslash at the very end of the text.
                if not final:
                    return None, start
                position, fault = len(text), fault or "the text ends in a lone backslash"
                return Record(start, position, None, fault), position
            if after.group(1) is not None:
                position = after.end()
                continue
            if after.end() == position and not final:
                return None, start
            if text.endswith(b"\r", 0, position + 1) and after.end() == position + 1 and not final:
                return None, start
            return Record(start, position, None if fault else fields, fault), after.end()

    def _bare_end(self, text: bytes, position: int) -> int:
        match = self.bare.match(text, position)
        return match.end() if match else position

    def _first_line(self, text: bytes, start: int, fault: str) -> tuple[Record, int]:
        """An unclosed quote costs its own line and no more: reading goes on at the next one."""
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        return Record(start, end - text.endswith(b"\r", start, end), None, fault), end + 1

    def _unescaped(self, value: bytes, quoted: bool) -> bytes:
        if self.backslash:
            return re.sub(rb"\\(.)", rb"\1", value, flags=re.S) if b"\\" in value else value
        if quoted and self.quote and self.quote in value:
            return value.replace(self.quote + self.quote, self.quote)
        return value
