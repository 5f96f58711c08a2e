"""Evaluates bound expressions over the records of a chunk, all rows at once."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from . import arithmetic, casts, conditions, dates, texts
from .nodes import Node
from .vectors import Vector, from_arrow, null_vector, to_arrow, vector

OPERATIONS: dict[str, Callable[..., Vector]] = {
    **conditions.OPERATIONS,
    **arithmetic.OPERATIONS,
    **casts.OPERATIONS,
    **texts.OPERATIONS,
    **dates.OPERATIONS,
}


def evaluate(nodes: Sequence[Node], table: pa.Table) -> list[tuple[pa.Array, np.ndarray]]:
    """For each expression its values, NULL where it is NULL or fails, and the rows on which it fails. Equal parts count once."""
    known: dict[Node, Vector] = {}
    rows = table.num_rows
    found = [_value(node, table, known) for node in nodes]
    return [(to_arrow(each, rows), np.broadcast_to(each.failed, rows)) for each in found]


def always_fails(node: Node) -> bool:
    """Whether a part of the expression fails whatever the record is: one without columns, or a division by zero."""
    if any(always_fails(child) for child in node.children):
        return True
    if node.op in ("divide", "remainder", "div") and _is_constant(node.children[1]):
        divisor = _value(node.children[1], None, {})
        return bool(divisor.valid.all() and (divisor.data == 0).all())
    return bool(node.children) and _is_constant(node) and bool(_value(node, None, {}).failed.all())


def _is_constant(node: Node) -> bool:
    return node.op != "column" and all(_is_constant(child) for child in node.children)


def _value(node: Node, table: pa.Table | None, known: dict[Node, Vector]) -> Vector:
    found = known.get(node)
    if found is None:
        if node.op == "column" and table is not None:
            found = from_arrow(table.column(node.detail), node.type)
        elif node.op == "literal":
            found = _literal(node)
        else:
            found = OPERATIONS[node.op](node, *(_value(child, table, known) for child in node.children))
        known[node] = found
    return found


def _literal(node: Node) -> Vector:
    value: Any = node.detail
    if value is None:
        return null_vector(node.type)
    if node.type.name == "string":
        return vector(node.type, pa.array([value], pa.string()))
    empty = null_vector(node.type)
    return vector(node.type, np.array([value], dtype=empty.data.dtype))
