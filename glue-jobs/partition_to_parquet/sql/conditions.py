"""Comparisons, three-valued logic and choices, with what fails kept to its record and to the order of the text."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import types as t
from .arithmetic import strict
from .vectors import Vector, null_vector, vector

if TYPE_CHECKING:
    from .nodes import Node

_TEXTS: dict[str, Callable[..., Any]] = {
    "eq": pc.equal, "ne": pc.not_equal, "lt": pc.less, "le": pc.less_equal, "gt": pc.greater, "ge": pc.greater_equal,
}  # fmt: skip
_NUMBERS: dict[str, Callable[..., Any]] = {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
}  # fmt: skip


def _holds(op: str, left: Vector, right: Vector) -> np.ndarray:
    """Which rows the comparison is true for, whatever their validity."""
    a, b = left.data, right.data
    if left.type.name == "string":
        # A single text is a scalar to Arrow.
        one, other = (each[0] if len(each) == 1 else each for each in (a, b))
        found = _TEXTS[op](one, other)
        return np.array([found.as_py()]) if isinstance(found, pa.Scalar) else found.to_numpy(zero_copy_only=False)
    if not left.type.is_float:
        return _NUMBERS[op](a, b).astype(bool, copy=False)
    # Spark: NaN equals itself and is greater than every number.
    nan = np.isnan(a), np.isnan(b)
    equal, less = (a == b) | (nan[0] & nan[1]), (a < b) | (~nan[0] & nan[1])
    return {"eq": equal, "ne": ~equal, "lt": less, "le": less | equal, "gt": ~(less | equal), "ge": ~less}[op]


def comparison(node: "Node", left: Vector, right: Vector) -> Vector:
    return strict(t.BOOLEAN, left, right, _holds(node.op, left, right), np.zeros(1, dtype=bool))


def same(node: "Node", left: Vector, right: Vector) -> Vector:
    """`<=>`, and its contrary: NULL equals NULL; both sides are always looked at."""
    both, neither = left.valid & right.valid, ~left.valid & ~right.valid
    equal = (both & _holds("eq", left, right)) | neither
    failed = left.failed | right.failed
    return vector(t.BOOLEAN, equal if node.op == "same" else ~equal, ~failed, failed)


def conjunction(node: "Node", left: Vector, right: Vector) -> Vector:
    return _logic(left, right, False)


def disjunction(node: "Node", left: Vector, right: Vector) -> Vector:
    return _logic(left, right, True)


def _logic(left: Vector, right: Vector, decisive: bool) -> Vector:
    """`and` is decided by a false, `or` by a true; a decided left side keeps the right one from being looked at."""
    decided = left.valid & (left.data == decisive)
    also = right.valid & (right.data == decisive)
    failed = left.failed | (~decided & right.failed)
    known = decided | also | (left.valid & right.valid)
    return vector(t.BOOLEAN, (decided | also) == decisive, known, failed)


def negation(node: "Node", inner: Vector) -> Vector:
    return vector(t.BOOLEAN, ~inner.data.astype(bool), inner.valid, inner.failed)


def is_null(node: "Node", inner: Vector) -> Vector:
    return vector(t.BOOLEAN, ~inner.valid, ~inner.failed, inner.failed)


def within(node: "Node", value: Vector, *members: Vector) -> Vector:
    """`in`: members are looked at until one is equal; NULL where none is and one of them is NULL."""
    found = unknown = failed = np.zeros(1, dtype=bool)
    for member in members:
        open_rows = value.valid & ~found & ~failed
        failed = failed | (open_rows & member.failed)
        unknown = unknown | (open_rows & member.nulls)
        found = found | (open_rows & member.valid & _holds("eq", value, member))
    return vector(t.BOOLEAN, found, value.valid & (found | ~unknown), value.failed | failed)


def case(node: "Node", *parts: Vector) -> Vector:
    """`case`: the first branch whose condition is true; what is behind it is not looked at."""
    *pairs, default = parts
    failed, open_rows = np.zeros(1, dtype=bool), np.ones(1, dtype=bool)
    branches = []
    for when, value in zip(pairs[::2], pairs[1::2], strict=True):
        failed = failed | (open_rows & when.failed)
        taken = open_rows & when.valid & when.data.astype(bool)
        branches.append((taken, value))
        open_rows = open_rows & ~taken & ~when.failed
    return _merged(node, [*branches, (open_rows, default)], failed)


def coalesce(node: "Node", *parts: Vector) -> Vector:
    failed, open_rows = np.zeros(1, dtype=bool), np.ones(1, dtype=bool)
    branches = []
    for value in parts:
        failed = failed | (open_rows & value.failed)
        branches.append((open_rows & value.valid, value))
        open_rows = open_rows & value.nulls
    return _merged(node, branches, failed)


def _merged(node: "Node", branches: list[tuple[np.ndarray, Vector]], failed: np.ndarray) -> Vector:
    """The values of each branch on its own rows."""
    rows = max(len(failed), *(max(len(taken), len(value)) for taken, value in branches))
    result = null_vector(node.type)
    data, valid = result.data, np.zeros(rows, dtype=bool)
    for taken, value in branches:
        failed = failed | (taken & value.failed)
        valid = valid | (taken & value.valid)
        if node.type.name == "string":
            data = pc.if_else(_mask(taken, rows), _texts(value.data, rows), _texts(data, rows))
        else:
            data = np.where(taken, value.data, data)
    return vector(node.type, data, valid, failed)


def _mask(taken: np.ndarray, rows: int) -> pa.Array:
    return pa.array(np.broadcast_to(taken, rows))


def _texts(texts: pa.Array, rows: int) -> Any:
    return texts if len(texts) == rows else texts[0]


def extreme(node: "Node", *parts: Vector) -> Vector:
    """`greatest` and `least`: NULLs are passed over, all are looked at."""
    failed = np.zeros(1, dtype=bool)
    for part in parts:
        failed = failed | part.failed
    best, *others = parts
    for other in others:
        op = "gt" if node.op == "greatest" else "lt"
        better = other.valid & (~best.valid | _holds(op, other, best))
        best = vector(node.type, np.where(better, other.data, best.data), best.valid | other.valid)
    return vector(node.type, best.data, best.valid, failed)


OPERATIONS: dict[str, Callable[..., Vector]] = {
    **dict.fromkeys(_TEXTS, comparison),
    "same": same,
    "differs": same,
    "and": conjunction,
    "or": disjunction,
    "not": negation,
    "is null": is_null,
    "in": within,
    "case": case,
    "coalesce": coalesce,
    "greatest": extreme,
    "least": extreme,
}
