"""Splits CSV text into records, exactly and slowly. Every rule of the format is here; the fast way must agree with it."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from ...contract import Format
from ...values.kinds import WHITE_SPACE

# A quoted field that is longer than this without being closed counts as not closed.
OPEN_QUOTE_BYTES = 32 * 1024 * 1024

# What was taken is not given back. Python 3.10 has no *+; a look-ahead gives nothing back either, but takes its time.
_QUOTED = rb"%s((?:%s)*+)%s" if sys.version_info >= (3, 11) else rb"%s(?=((?:%s)*))\1%s"


@dataclass(frozen=True)
class Record:
    """One record: its bytes in the text, without the line end, and its fields, or why it has none.

    `bare` has the text of each field that is not in quotes as it stood, escapes included; None for those that are.
    """

    start: int
    end: int
    fields: list[bytes] | None
    fault: str | None = None
    bare: tuple[bytes | None, ...] = ()


class Splitter:
    """Splits the text of one format. Its signs are UTF-8; a delimiter may have several characters."""

    def __init__(self, form: Format):
        self.delimiter = form.delimiter.encode()
        self.quote = form.quote.encode() if form.quote else None
        self.comment = form.comment.encode() if form.comment else None
        self.footer = form.footer.encode() if form.footer else None
        self.escape = {"double": None, "backslash": b"\\"}.get(form.escape, form.escape.encode())
        self.is_strict = form.quotes == "strict"
        self.skips_space = form.skip_initial_space
        # A lone CR is data; so is, unless quotes are strict, a quote inside a field that does not begin with one.
        ends = _any_but(self.delimiter, self.escape, lines=True)
        self.bare = re.compile(rb"(?:%s%s|\r(?!\n))*" % (_escaped(self.escape), ends), re.S)
        self.after = re.compile(rb"(%s)|\r?\n|\Z" % re.escape(self.delimiter))
        if self.quote:
            quote = re.escape(self.quote)
            doubled = _escaped(self.escape) or rb"%s%s|" % (quote, quote)
            self.quoted = re.compile(_QUOTED % (quote, doubled + _any_but(self.quote, self.escape), quote), re.S)
        self.unescape = re.compile(rb"%s(.)" % re.escape(self.escape), re.S) if self.escape else None

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
        return not text[start:end].decode("utf-8", "replace").strip(WHITE_SPACE)

    def _record(self, text: bytes, start: int, final: bool) -> tuple[Record | None, int]:
        fields: list[bytes] = []
        bare: list[bytes | None] = []
        position, fault = start, None
        while True:
            if self.quote and text.startswith(self.quote, position):
                match = self.quoted.match(text, position)
                if match is None:
                    if not final and len(text) - start < OPEN_QUOTE_BYTES:
                        return None, start
                    return self._first_line(text, start, "a quote is opened and never closed")
                value = self._unescaped(match.group(1), quoted=True)
                bare.append(None)
                position = match.end()
                if not self.after.match(text, position):
                    if b"\n" in text[start:position]:
                        return self._first_line(text, start, "text follows the closing quote of a field of several lines")
                    end = self._bare_end(text, position)
                    fault = fault or f"text follows the closing quote of field {len(fields) + 1}: {_piece(text[match.start() : end])}"
                    position = end
            else:
                end = self._bare_end(text, position)
                raw = text[position:end]
                if self.is_strict and self.quote and self.quote in raw and self._holds_quote(raw):
                    fault = fault or f"a quote inside field {len(fields) + 1}, which does not begin with one: {_piece(raw)}"
                value = self._unescaped(raw, quoted=False)
                bare.append(raw)
                position = end
            fields.append(value)
            after = self.after.match(text, position)
            if after is None:  # Only a lone escape character at the very end of the text.
                if not final:
                    return None, start
                position, fault = len(text), fault or "the text ends in a lone escape character"
                return Record(start, position, None, fault), position
            if after.group(1) is not None:
                position = after.end()
                if self.skips_space:
                    while text.startswith(b" ", position):
                        position += 1
                continue
            if after.end() == position and not final:
                return None, start
            if text.endswith(b"\r", 0, position + 1) and after.end() == position + 1 and not final:
                return None, start
            return Record(start, position, None if fault else fields, fault, tuple(bare)), after.end()

    def _holds_quote(self, raw: bytes) -> bool:
        """Whether a quote stands in an unquoted text without an escape before it."""
        return self.quote is not None and self.quote in (self.unescape.sub(b"", raw) if self.unescape else raw)

    def _bare_end(self, text: bytes, position: int) -> int:
        match = self.bare.match(text, position)
        return match.end() if match else position

    def _first_line(self, text: bytes, start: int, fault: str) -> tuple[Record, int]:
        """An unclosed quote costs its own line and no more: reading goes on at the next one."""
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        return Record(start, end - text.endswith(b"\r", start, end), None, fault), end + 1

    def _unescaped(self, value: bytes, quoted: bool) -> bytes:
        if self.unescape and self.escape:
            return self.unescape.sub(rb"\1", value) if self.escape in value else value
        if quoted and self.quote and self.quote in value:
            return value.replace(self.quote + self.quote, self.quote)
        return value


def _escaped(escape: bytes | None) -> bytes:
    """An expression for an escape and what it escapes, as the first of several alternatives."""
    return rb"%s.|" % re.escape(escape) if escape else b""


def _any_but(sign: bytes, escape: bytes | None, lines: bool = False) -> bytes:
    """An expression for text without a sign, without the escape and, if asked, without line ends."""
    given = [each for each in (sign, escape) if each]
    signs = [re.escape(each) for each in given]
    ends = rb"\n\r" if lines else b""
    if all(len(each) == 1 for each in given):
        return rb"[^%s%s]+" % (b"".join(signs), ends)
    other = rb"[^\n\r]" if lines else b"."
    return rb"(?!%s)%s" % (b"|".join(signs), other)


def _piece(raw: bytes) -> str:
    """As much of a text as a message shows."""
    text = raw.decode("utf-8", "backslashreplace")
    return f"'{text}'" if len(text) <= 60 else f"'{text[:60]}…'"
