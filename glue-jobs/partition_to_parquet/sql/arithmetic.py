"""Arithmetic under ANSI rules: exact types exactly, and a failure where a result does not fit or a divisor is zero."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import types as t
from .types import NotPlain, SqlType
from .vectors import NARROW_DIGITS, Vector, vector

if TYPE_CHECKING:
    from .nodes import Node

# The digits behind the point to which Spark first rounds a quotient of decimals.
_QUOTIENT_SCALE = 38


def result_type(op: str, left: "Node", right: "Node") -> tuple[SqlType, tuple[SqlType, SqlType]]:
    """The type of the result, and the types to which the operands are brought first."""
    one, other = left.type, right.type
    if op == "div":
        if not (one.is_integer and other.is_integer):
            raise NotPlain(f"div of {one} and {other}")
        return t.LONG, (t.LONG, t.LONG)
    if one.is_float or other.is_float:
        kind = t.common_number(one, other)
        return (kind if op != "divide" else t.DOUBLE), ((kind, kind) if op != "divide" else (t.DOUBLE, t.DOUBLE))
    if one.is_integer and other.is_integer:
        if op == "divide":
            return t.DOUBLE, (t.DOUBLE, t.DOUBLE)
        kind = t.common_number(one, other)
        return kind, (kind, kind)
    one, other = _decimal_of(left), _decimal_of(right)
    return _decimal_result(op, one, other), (one, other)


def _decimal_of(node: "Node") -> SqlType:
    """An integer literal beside a decimal has as many digits as it shows."""
    if node.op == "literal" and node.type.is_integer and node.detail is not None:
        return t.decimal(len(str(abs(node.detail))), 0)
    return t.as_decimal(node.type)


def _decimal_result(op: str, one: SqlType, other: SqlType) -> SqlType:
    (p1, s1), (p2, s2) = (one.precision, one.scale), (other.precision, other.scale)
    if op in ("add", "subtract"):
        scale = max(s1, s2)
        return t.decimal(max(p1 - s1, p2 - s2) + scale + 1, scale)
    if op == "multiply":
        return t.decimal(p1 + p2 + 1, s1 + s2)
    if op == "divide":
        scale = max(6, s1 + p2 + 1)
        return t.decimal(p1 - s1 + s2 + scale, scale)
    scale = max(s1, s2)
    return t.decimal(min(p1 - s1, p2 - s2) + scale, scale)


def rescale(data: np.ndarray, source: SqlType, target: SqlType) -> np.ndarray:
    """Unscaled integers of one decimal type in the scale of a wider one."""
    if target.precision > NARROW_DIGITS and data.dtype != object:
        data = data.astype(object)
    return data * 10 ** (target.scale - source.scale) if target.scale > source.scale else data


def divide_half_up(numerator: np.ndarray, denominator: Any) -> np.ndarray:
    """The quotient, halves away from zero."""
    size, base = abs(numerator), abs(denominator)
    quotient = (2 * size + base) // (2 * base)
    return np.where((numerator < 0) != (denominator < 0), -quotient, quotient)


def strict(kind: SqlType, left: Vector, right: Vector, data: Any, fails: np.ndarray) -> Vector:
    """NULL where the left is NULL (the right is not looked at then), or the right is; `fails` counts where both are there."""
    both = left.valid & right.valid
    return vector(kind, data, both, left.failed | (left.valid & right.failed) | (both & fails))


def _right_first(kind: SqlType, left: Vector, right: Vector, data: Any, fails: np.ndarray) -> Vector:
    return strict(kind, right, left, data, fails)


def add(node: "Node", left: Vector, right: Vector) -> Vector:
    return _sum(node, left, right, 1)


def subtract(node: "Node", left: Vector, right: Vector) -> Vector:
    return _sum(node, left, right, -1)


def _sum(node: "Node", left: Vector, right: Vector, sign: int) -> Vector:
    kind, (one, other) = node.type, node.children
    if kind.is_decimal:
        a, b = rescale(left.data, one.type, kind), rescale(right.data, other.type, kind)
        return strict(kind, left, right, a + sign * b, _none())
    a, b = left.data, right.data
    with np.errstate(all="ignore"):
        data = a + b if sign > 0 else a - b
    if kind.is_float:
        return strict(kind, left, right, data, _none())
    over = ((a ^ data) & ((b if sign > 0 else ~b) ^ data)) < 0
    return strict(kind, left, right, data, over | _outside(data, kind))


def multiply(node: "Node", left: Vector, right: Vector) -> Vector:
    kind, a, b = node.type, left.data, right.data
    if kind.is_decimal:
        if kind.precision > NARROW_DIGITS:
            a = a.astype(object)
        return strict(kind, left, right, a * b, _none())
    with np.errstate(all="ignore"):
        data = a * b
    if kind.is_float:
        return strict(kind, left, right, data, _none())
    return strict(kind, left, right, data, _product_overflows(a, b) | _outside(data, kind))


def _product_overflows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    over = np.abs(a.astype(np.float64)) * np.abs(b.astype(np.float64)) >= 2.0**62
    if over.any():
        a, b, over = np.broadcast_arrays(a, b, over)
        over = over.copy()
        rows = np.flatnonzero(over)
        exact = a[rows].astype(object) * b[rows].astype(object)
        over[rows] = (exact < -(1 << 63)) | (exact >= 1 << 63)
    return over


def divide(node: "Node", left: Vector, right: Vector) -> Vector:
    kind, zero = node.type, right.data == 0
    by = np.where(zero, 1, right.data)
    if kind.is_float:
        with np.errstate(all="ignore"):
            return _right_first(kind, left, right, left.data / by, zero)
    (_, s1), (_, s2) = ((child.type.precision, child.type.scale) for child in node.children)
    if kind.precision <= NARROW_DIGITS:
        return _right_first(kind, left, right, divide_half_up(left.data * 10 ** (kind.scale - s1 + s2), by), zero)
    wide = divide_half_up(left.data.astype(object) * 10 ** (_QUOTIENT_SCALE - s1 + s2), by.astype(object))
    return _right_first(kind, left, right, divide_half_up(wide, 10 ** (_QUOTIENT_SCALE - kind.scale)), zero)


def remainder(node: "Node", left: Vector, right: Vector) -> Vector:
    """With the sign of the dividend."""
    kind, zero = node.type, right.data == 0
    if kind.is_float:
        with np.errstate(all="ignore"):
            return _right_first(kind, left, right, np.fmod(left.data, np.where(zero, 1, right.data)).astype(left.data.dtype), zero)
    a, b = left.data, right.data
    if kind.is_decimal:
        kinds = [child.type for child in node.children]
        scale = max(one.scale for one in kinds)
        if max(one.precision - one.scale for one in kinds) + scale > NARROW_DIGITS:
            a, b = a.astype(object), b.astype(object)
        a, b = (data * 10 ** (scale - one.scale) for data, one in zip((a, b), kinds, strict=True))
    rest = np.abs(a) % np.abs(np.where(zero, 1, b))
    if rest.dtype != object:
        # abs() of the smallest bigint is itself.
        rest = np.fmod(a, np.where(zero | (b == -1), 1, b))
    else:
        rest = np.where(a < 0, -rest, rest)
    return _right_first(kind, left, right, rest, zero)


def integral_divide(node: "Node", left: Vector, right: Vector) -> Vector:
    a, zero = left.data, right.data == 0
    over = (a == -(1 << 63)) & (right.data == -1)
    by = np.where(zero | over, 1, right.data)
    data = (a - np.fmod(a, by)) // by
    return _right_first(node.type, left, right, data, zero | over)


def negate(node: "Node", inner: Vector) -> Vector:
    data = inner.data
    least = data == -(1 << t.BITS[node.type.name]) if node.type.is_integer else _none()
    with np.errstate(all="ignore"):
        return vector(node.type, -data, inner.valid, inner.failed | (inner.valid & least))


def absolute(node: "Node", inner: Vector) -> Vector:
    data = inner.data
    least = data == -(1 << t.BITS[node.type.name]) if node.type.is_integer else _none()
    return vector(node.type, np.abs(data), inner.valid, inner.failed | (inner.valid & least))


def round_half_up(node: "Node", inner: Vector) -> Vector:
    source = node.children[0].type
    if node.type.scale >= source.scale:
        return vector(node.type, inner.data, inner.valid, inner.failed)
    return vector(node.type, divide_half_up(inner.data, 10 ** (source.scale - node.type.scale)), inner.valid, inner.failed)


def _none() -> np.ndarray:
    return np.zeros(1, dtype=bool)


def _outside(data: np.ndarray, kind: SqlType) -> np.ndarray:
    if kind == t.LONG:
        return _none()
    limit = 1 << t.BITS[kind.name]
    return (data < -limit) | (data >= limit)


OPERATIONS: dict[str, Callable[..., Vector]] = {
    "add": add,
    "subtract": subtract,
    "multiply": multiply,
    "divide": divide,
    "remainder": remainder,
    "div": integral_divide,
    "negate": negate,
    "abs": absolute,
    "round": round_half_up,
}
