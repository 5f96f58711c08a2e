"""Typed nodes of an expression, and how Spark's analyser puts them together under ANSI rules."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from . import types as t
from .types import NotPlain, SqlType

_EPOCH = date(1970, 1, 1)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?")


@dataclass(frozen=True)
class Node:
    """One step of the evaluation: an operation of `evaluate.OPERATIONS`, its result's type, and what it works on."""

    op: str
    type: SqlType
    children: tuple["Node", ...] = ()
    # A column's name, a literal's value (as a Vector holds it), or what else the operation needs.
    detail: Any = None


def number(text: str) -> Node:
    """A numeric literal: int, bigint or decimal by its digits, double with an exponent."""
    if "e" in text.lower():
        if abs(float(text)) == float("inf"):
            raise NotPlain(f"the literal {text}")
        return Node("literal", t.DOUBLE, (), float(text))
    exponent = len(text.partition(".")[2])
    unscaled = int(text.replace(".", ""))
    if "." not in text:
        for kind in (t.INT, t.LONG):
            if -(1 << t.BITS[kind.name]) <= unscaled < 1 << t.BITS[kind.name]:
                return Node("literal", kind, (), unscaled)
    kind = t.decimal(max(len(str(abs(unscaled))), exponent), exponent)
    return Node("literal", kind, (), unscaled)


def moment(text: str, kind: SqlType) -> Node:
    """A date or timestamp literal in its canonical shape."""
    try:
        if kind == t.DATE and _DATE.fullmatch(text):
            return Node("literal", kind, (), (date.fromisoformat(text) - _EPOCH).days)
        if kind == t.TIMESTAMP and (found := _TIMESTAMP.fullmatch(text)):
            at = datetime.fromisoformat(f"{found[1]} {found[2]}")
            seconds = (at.date() - _EPOCH).days * 86_400 + at.hour * 3_600 + at.minute * 60 + at.second
            return Node("literal", kind, (), seconds * 1_000_000 + int((found[3] or "0").ljust(6, "0")))
    except ValueError as error:
        raise NotPlain(f"the literal '{text}'") from error
    raise NotPlain(f"the literal '{text}' as a {kind}")


def cast(node: Node, kind: SqlType) -> Node:
    """The node with another type. Raises NotPlain for casts that are Spark's."""
    from .casts import CASTS

    if node.type == kind:
        return node
    if node.op == "literal" and node.type == t.VOID:
        return Node("literal", kind)
    name = CASTS.get((_family(node.type), _family(kind)))
    if name is None or (name == "decimal to integer" and node.type.precision > 18 and kind != t.LONG):
        raise NotPlain(f"a cast from {node.type} to {kind}")
    return Node(name, kind, (node,))


def _family(kind: SqlType) -> str:
    return "integer" if kind.is_integer else kind.name


def as_text(node: Node) -> Node:
    """The node as an implicit cast to string makes it."""
    return cast(node, t.STRING)


def compare(op: str, left: Node, right: Node) -> Node:
    """A comparison, its sides brought to one type."""
    kinds = left.type, right.type
    if t.STRING in kinds and kinds[0] != kinds[1] and t.VOID not in kinds:
        left, right = _against_text(left, right)
    else:
        common = t.common_type(kinds)
        if common == t.VOID:
            raise NotPlain("NULL compared with NULL")
        left, right = cast(left, common), cast(right, common)
    return Node(op, t.BOOLEAN, (left, right))


def _against_text(left: Node, right: Node) -> tuple[Node, Node]:
    """Under ANSI rules the text becomes what the other side is; an integer meets it as bigint, other numbers as double."""
    text, other = (left, right) if left.type == t.STRING else (right, left)
    kind = t.LONG if other.type.is_integer else t.DOUBLE if other.type.is_number else other.type
    if kind in (t.DATE, t.TIMESTAMP):
        if text.op != "literal":
            raise NotPlain(f"a {other.type} compared with a text")
        text = moment(text.detail, kind)
    else:
        text = cast(text, kind)
    other = cast(other, kind)
    return (text, other) if left.type == t.STRING else (other, text)


def arithmetic(op: str, left: Node, right: Node) -> Node:
    """An arithmetic operation with the type of its result."""
    from .arithmetic import result_type

    if not (left.type.is_number and right.type.is_number):
        if t.DATE in (left.type, right.type) and op in ("add", "subtract"):
            return _shifted(op, left, right)
        raise NotPlain(f"{op} of {left.type} and {right.type}")
    kind, operands = result_type(op, left, right)
    return Node(op, kind, tuple(cast(node, wanted) for node, wanted in zip((left, right), operands, strict=True)))


def _shifted(op: str, left: Node, right: Node) -> Node:
    """A date plus or minus days."""
    day, days = (left, right) if left.type == t.DATE else (right, left)
    if days.type not in (t.SHORT, t.INT) or (op == "subtract" and left.type != t.DATE):
        raise NotPlain(f"{op} of {left.type} and {right.type}")
    return Node("add days", t.DATE, (day, days), 1 if op == "add" else -1)


def choose(pairs: Sequence[tuple[Node, Node]], default: Node) -> Node:
    """`case when … then … else … end`."""
    kind = t.common_type([*(value.type for _, value in pairs), default.type])
    children = [each for when, value in pairs for each in (when, cast(value, kind))]
    return Node("case", kind, (*children, cast(default, kind)))
