"""What can be said of a contract's SQL before any record is read."""

from collections.abc import Mapping
from typing import Any

from ..contract import read_contract
from .binder import bind
from .evaluate import always_fails
from .parser import parse
from .plan import plan_sql
from .types import NotPlain, SqlType, type_of_column


def constant_failures(document: dict[str, Any]) -> list[dict[str, str]]:
    """The parts that fail whatever the record is, as {"kind", "name", "sql", "fails": the part's own text}."""
    contract = read_contract(document)
    plan, columns = plan_sql(contract), {column.name: type_of_column(column) for column in contract.columns}
    return [
        {"kind": each.kind, "name": each.name, "sql": each.sql, "fails": part}
        for each in (*plan.expressions, *plan.checks)
        for part in _failing_parts(each.sql, columns)
    ]


def _failing_parts(sql: str, columns: Mapping[str, SqlType]) -> list[str]:
    try:
        return _failing(parse(sql), columns)
    except NotPlain:
        return []


def _failing(tree: Any, columns: Mapping[str, SqlType]) -> list[str]:
    """The smallest failing parts of a parsed tree."""
    inner = [text for child in tree.iter_expressions() for text in _failing(child, columns)]
    if inner:
        return inner
    try:
        node = bind(tree, columns)
    except NotPlain:
        return []
    return [tree.sql(dialect="spark")] if always_fails(node) else []
