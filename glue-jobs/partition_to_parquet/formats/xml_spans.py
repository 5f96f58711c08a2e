"""Finds where each record of an XML text begins and ends, also where records are malformed, without parsing them."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

_TAG = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(/?)([^\s<>/!?\"'=]+)((?:\"[^\"<]*\"|'[^'<]*'|[^<>\"'])*?)(/?)>", re.S
)


@dataclass
class Span:
    """The bytes of one outermost record element; `inner` are those of records nested in it, itself first."""

    start: int
    end: int
    inner: list[tuple[int, int]] = field(default_factory=list)


class _Token(NamedTuple):
    kind: str
    start: int
    end: int


def find_spans(text: bytes, names: Collection[str]) -> list[Span]:
    """The records with one of the names (local ones; any prefix counts), in document order."""
    tokens = _tokens(text, names)
    if _is_balanced(tokens):
        return _nested_spans(tokens)
    return _broken_spans(text, tokens)


def _tokens(text: bytes, names: Collection[str]) -> list[_Token]:
    local = rb"(?:[^\s<>/:\"'=]+:)?(?:" + b"|".join(re.escape(name.encode()) for name in names) + rb")"
    pattern = re.compile(
        rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<!DOCTYPE(?:[^<>\[]|\[.*?\])*>"
        rb"|<(/?)(" + local + rb")(?=[\s/>])[^<>\"'/]*(?:(?:\"[^\"<]*\"|'[^'<]*'|/(?!>))[^<>\"'/]*)*(/?)>"
        rb"|(<" + local + rb"(?=[\s/>]))",
        re.S,
    )
    tokens = []
    for match in pattern.finditer(text):
        if match[2] is not None:
            kind = "close" if match[1] else "empty" if match[3] else "open"
        elif match[4] is not None:
            kind = "open"
        else:
            continue
        tokens.append(_Token(kind, match.start(), match.end()))
    return tokens


def _is_balanced(tokens: list[_Token]) -> bool:
    depth = 0
    for token in tokens:
        depth += {"open": 1, "close": -1, "empty": 0}[token.kind]
        if depth < 0:
            return False
    return depth == 0


def _nested_spans(tokens: list[_Token]) -> list[Span]:
    spans: list[Span] = []
    opened: list[int] = []
    for token in tokens:
        if token.kind == "close":
            at = opened.pop()
            inner = spans[-1].inner
            inner[at] = (inner[at][0], token.end)
            if not opened:
                spans[-1].end = token.end
            continue
        if not opened:
            spans.append(Span(token.start, token.end))
        spans[-1].inner.append((token.start, token.end))
        if token.kind == "open":
            opened.append(len(spans[-1].inner) - 1)
    return spans


def _broken_spans(text: bytes, tokens: list[_Token]) -> list[Span]:
    """Where tags are missing: a record without an end tag ends before its parent's, or before the next record."""
    spans: list[Span] = []
    opened: int | None = None
    parents = _Parents(text)
    for token in tokens:
        if token.kind == "close":
            if opened is not None:
                spans.append(Span(opened, token.end))
                opened = None
            else:
                _absorb(text, spans, token)
            continue
        if opened is not None:
            spans.append(Span(opened, _cut(text, opened, token.start, parents)))
        opened = token.start if token.kind == "open" else None
        if token.kind == "empty":
            spans.append(Span(token.start, token.end))
    if opened is not None:
        spans.append(Span(opened, _cut(text, opened, len(text), parents)))
    for span in spans:
        span.inner = [(span.start, span.end)]
    return spans


def _absorb(text: bytes, spans: list[Span], close: _Token) -> None:
    """An end tag without a start: it belongs to the record before it, or to an element whose start tag is misspelt."""
    behind = spans[-1].end if spans else None
    if behind is not None and b"<" not in text[behind : close.start]:
        spans[-1].end = close.end
        return
    stack: list[int] = []
    for match in _TAG.finditer(text, behind or 0, close.start):
        if match[2] is None or match[4]:
            continue
        if match[1]:
            if not stack:
                return
            stack.pop()
        else:
            stack.append(match.start())
    if stack and (behind is None or len(stack) == 1):
        spans.append(Span(stack[-1], close.end))


class _Parents:
    """The names of the elements around a place, from the text before it; asked for in rising places."""

    def __init__(self, text: bytes):
        self.text, self.position = text, 0
        self.stack: list[bytes] = []

    def at(self, place: int, skip: bytes) -> list[bytes]:
        """Local names, outermost first. Elements called `skip` (records) are passed over."""
        for match in _TAG.finditer(self.text, self.position, place):
            self.position = match.end()
            if match[2] is None or match[4] or _local(match[2]) == skip:
                continue
            if not match[1]:
                self.stack.append(_local(match[2]))
            elif _local(match[2]) in self.stack:
                while self.stack.pop() != _local(match[2]):
                    pass
        return self.stack


def _local(name: bytes) -> bytes:
    return name.rpartition(b":")[2]


def _cut(text: bytes, start: int, limit: int, parents: _Parents) -> int:
    """The end of a record without an end tag: the first end tag of an element around it, at most `limit`."""
    match = _TAG.match(text, start)
    record = re.match(rb"<([^\s<>/]+)", text[start : start + 256])
    around = set(parents.at(start, _local(record.group(1)) if record else b""))
    inside: list[bytes] = []
    for tag in _TAG.finditer(text, match.end() if match else start + 1, limit):
        if tag[2] is None or tag[4]:
            continue
        name = _local(tag[2])
        if not tag[1]:
            inside.append(name)
        elif name in inside:
            while inside.pop() != name:
                pass
        elif name in around:
            return tag.start()
    return limit
