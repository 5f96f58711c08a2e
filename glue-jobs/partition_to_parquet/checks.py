"""Checks that are plain comparisons, evaluated by Arrow where the records are typed; all other SQL is left to Spark.

Spark's own analyser parses and types each check. Only trees of nodes whose meaning is the same in both are taken, so
that no column is bent on the way: comparisons of equal types, widening casts, three-valued logic.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .columns import Typed
from .contract import Check, Contract
from .errors import ContractInvalid, Reject

_COMPARISONS: dict[str, Callable[..., Any]] = {
    "EqualTo": pc.equal,
    "LessThan": pc.less,
    "LessThanOrEqual": pc.less_equal,
    "GreaterThan": pc.greater,
    "GreaterThanOrEqual": pc.greater_equal,
}
_LOGIC: dict[str, Callable[..., Any]] = {"And": pc.and_kleene, "Or": pc.or_kleene}
_TYPES = {
    "short": pa.int16(), "integer": pa.int32(), "long": pa.int64(), "float": pa.float32(), "double": pa.float64(),
    "string": pa.string(), "boolean": pa.bool_(), "date": pa.date32(), "timestamp": pa.timestamp("us"),
}  # fmt: skip
_WIDENING = {
    ("short", "integer"), ("short", "long"), ("integer", "long"), ("float", "double"), ("short", "double"),
    ("integer", "double"),
}  # fmt: skip
# Nodes that say their own type; all others that are taken are boolean.
_TYPED = ("AttributeReference", "Literal", "Cast", "CommonExpressionRef")
# Digits that an integer type may need in a decimal.
_DIGITS = {"short": 5, "integer": 10, "long": 19}


@dataclass(frozen=True)
class Tree:
    """One node: its kind, its type as Spark names it, a literal's or column's text, its children."""

    kind: str
    type: str
    text: str | None
    children: tuple["Tree", ...] = ()


class _NotPlain(Exception):
    """The tree holds something that only Spark evaluates."""


def selected(frame: Any, expressions: dict[str, str]) -> Any:
    """The frame with the SQL expressions beside its columns. Raises ContractInvalid for SQL that Spark does not take."""
    return _taken(expressions, lambda: frame.selectExpr("*", *(f"({sql}\n) as `{name}`" for name, sql in expressions.items())))


def tried(spark: Any, frame: Any, expressions: dict[str, str]) -> Any:
    """Like `selected`, but each result is a struct with the value as `v`, and NULL for a record on which the SQL fails.

    With ANSI rules 1/0 or an overflow ends the whole query. TryEval, which Spark's own try_ functions are made of, keeps
    such a failure to its record.
    """
    from pyspark.sql.classic.column import Column

    parser, jvm = spark._jsparkSession.sessionState().sqlParser(), spark._jvm

    def column(name: str, sql: str) -> Column:
        parsed = parser.parseExpression(f"struct(({sql}\n) as v)")
        guarded = jvm.org.apache.spark.sql.catalyst.expressions.TryEval(parsed)
        return Column(jvm.org.apache.spark.sql.classic.ExpressionUtils.column(guarded)).alias(name)

    return _taken(expressions, lambda: frame.select("*", *(column(name, sql) for name, sql in expressions.items())))


def _taken(expressions: dict[str, str], select: Callable[[], Any]) -> Any:
    from pyspark.errors import AnalysisException, ParseException

    try:
        return select()
    except (ParseException, AnalysisException) as error:
        raise ContractInvalid(f"Spark does not take the contract's SQL ({'; '.join(expressions.values())}): {error}") from error


def plain_checks(spark: Any, contract: Contract, columns: Sequence[tuple[str, str]]) -> tuple[Tree, ...] | None:
    """The checks as trees for Arrow; None if there are expressions, or one check is more than plain comparisons."""
    if contract.expressions:
        return None
    if not contract.checks:
        return ()
    frame = spark.range(0).selectExpr(*(f"cast(null as {type}) as {name}" for name, type in columns))
    analysed = selected(frame, {f"__c{i}": check.sql for i, check in enumerate(contract.checks)})
    expressions = analysed._jdf.queryExecution().analyzed().expressions()
    first = expressions.length() - len(contract.checks)
    try:
        return tuple(_tree(json.loads(expressions.apply(first + i).toJSON())) for i in range(len(contract.checks)))
    except _NotPlain:
        return None


def _tree(nodes: list[dict[str, Any]]) -> Tree:
    """Spark lists a tree's nodes in pre-order, each with its number of children."""
    place = 0

    def read() -> Tree:
        nonlocal place
        node = nodes[place]
        place += 1
        kind = node["class"].rpartition(".")[2]
        if kind == "With":
            # Between: the compared expression stands once, behind the comparisons that refer to it.
            if node["num-children"] != 2:
                raise _NotPlain
            body = read()
            return _resolved(body, read())
        children = tuple(read() for _ in range(node["num-children"]))
        if kind in ("Alias", "Between", "CommonExpressionDef") and len(children) == 1:
            return children[0]
        text = node.get("name") if kind == "AttributeReference" else node.get("value")
        return _checked(Tree(kind, str(node.get("dataType", "")), None if text is None else str(text), children))

    return read()


def _resolved(tree: Tree, definition: Tree) -> Tree:
    if tree.kind == "CommonExpressionRef":
        return definition
    children = tuple(_resolved(child, definition) for child in tree.children)
    return _checked(Tree(tree.kind, tree.type, tree.text, children))


def _checked(tree: Tree) -> Tree:
    """The node itself if Arrow takes it as Spark does."""
    kind, children = tree.kind, tree.children
    if kind in _LOGIC or kind in ("Not", "IsNull", "IsNotNull", "CommonExpressionRef"):
        return tree
    if kind == "AttributeReference" and _known(tree.type):
        return tree
    if kind == "Literal" and _known(tree.type) and tree.text is not None and _literal(tree) is not None:
        return tree
    if kind == "Cast" and _is_widening(children[0], tree.type):
        return tree
    if kind in _COMPARISONS and _type_of(children[0]) == _type_of(children[1]):
        return tree
    if kind == "In" and all(child.kind in ("Literal", "Cast") and _is_constant(child) for child in children[1:]):
        return tree
    raise _NotPlain


def _known(type: str) -> bool:
    return type in _TYPES or type.startswith("decimal(")


def _type_of(tree: Tree) -> str:
    return tree.type if tree.kind in _TYPED else "boolean"


def _is_constant(tree: Tree) -> bool:
    return tree.kind == "Literal" or (tree.kind == "Cast" and _is_constant(tree.children[0]))


def _is_widening(source: Tree, target: str) -> bool:
    """Casts that keep every value; of constants also those whose value the target holds exactly, or as a double."""
    if source.kind not in _TYPED:
        return False
    if source.type == target or (source.type, target) in _WIDENING:
        return True
    if _is_constant(source):
        return _known(target) and (target.startswith("decimal(") or target in ("integer", "long", "double")) and _fits(source, target)
    if not target.startswith("decimal("):
        return False
    precision, scale = _sizes(target)
    if source.type in _DIGITS:
        return precision - scale >= _DIGITS[source.type]
    if source.type.startswith("decimal("):
        own_precision, own_scale = _sizes(source.type)
        return scale >= own_scale and precision - scale >= own_precision - own_scale
    return False


def _fits(source: Tree, target: str) -> bool:
    try:
        _value(Tree("Cast", target, None, (source,)), None)
        return True
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False


def _sizes(type: str) -> tuple[int, int]:
    precision, scale = type.removeprefix("decimal(").rstrip(")").split(",")
    return int(precision), int(scale)


def _arrow(type: str) -> pa.DataType:
    return pa.decimal128(*_sizes(type)) if type.startswith("decimal(") else _TYPES[type]


def _literal(tree: Tree) -> pa.Scalar | None:
    text = tree.text or ""
    if tree.type == "boolean":
        return pa.scalar(text.lower() == "true")
    try:
        return pa.scalar(text).cast(_arrow(tree.type))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def _value(tree: Tree, table: pa.Table | None) -> Any:
    kind, children = tree.kind, tree.children
    if kind == "AttributeReference" and table is not None:
        return table.column(str(tree.text))
    if kind == "Literal":
        return _literal(tree)
    if kind == "Cast":
        inner = _value(children[0], table)
        if isinstance(inner, pa.Scalar) and tree.type == "double":
            return pa.scalar(float(inner.as_py()), pa.float64())
        if isinstance(inner, pa.Scalar) and tree.type.startswith("decimal("):
            # Arrow asks for room for every integer of the type, where one constant is at hand.
            return pa.scalar(Decimal(inner.as_py()), _arrow(tree.type))
        return pc.cast(inner, _arrow(tree.type))
    if kind == "In":
        options = pa.array([_value(child, None).as_py() for child in children[1:]], _arrow(_type_of(children[1])))
        tested = _value(children[0], table)
        return pc.if_else(pc.is_null(tested), pa.scalar(None, pa.bool_()), pc.is_in(tested, options))
    values = [_value(child, table) for child in children]
    if kind == "Not":
        return pc.invert(values[0])
    if kind in ("IsNull", "IsNotNull"):
        return pc.is_null(values[0]) if kind == "IsNull" else pc.is_valid(values[0])
    return {**_COMPARISONS, **_LOGIC}[kind](*values)


def check_plainly(typed: Typed, trees: Sequence[Tree], contract: Contract) -> Typed:
    """Rejects the rows for which a check is not true, by Arrow."""
    if not trees or not typed.table.num_rows:
        return typed
    return apply_checks(typed, [_value(tree, typed.table) for tree in trees], contract)


def apply_checks(typed: Typed, results: Sequence[Any], contract: Contract) -> Typed:
    """Rejects the rows for which a check is not true (false or NULL), for the first such check in the contract's order."""
    failed: dict[int, Check] = {}
    for check, result in zip(contract.checks, results, strict=True):
        if isinstance(result, pa.Scalar):
            holds = np.full(typed.table.num_rows, bool(result.as_py()))
        else:
            holds = np.asarray(pc.fill_null(result, False))
        for row in np.flatnonzero(~holds):
            failed.setdefault(int(row), check)
    if not failed:
        return typed
    for row in sorted(failed):
        check = failed[row]
        message = f"the check '{check.name}' is not true: {check.sql}"
        typed.rejects.append(Reject(int(typed.records[row]), "check_failed", None, check.name, message, typed.raw(row)))
    return typed.without(failed)
