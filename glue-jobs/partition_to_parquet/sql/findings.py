"""What can be said of a contract's SQL before any record is read."""

from collections.abc import Mapping
from typing import Any

from ..contract import read_contract
from .binder import bind
from .evaluate import always_fails
from .parser import parse
from .plan import plan_sql
from .types import BOOLEAN, VOID, NotPlain, SqlType, type_of_column


def sql_findings(document: dict[str, Any]) -> list[dict[str, str]]:
    """What is wrong with a contract's SQL, as {"kind", "name", "sql"} with one more member.

    "fails": the text of a part that fails whatever the record is, such as `1 / 0`; "gives": what a check gives that is no condition.
    """
    contract = read_contract(document)
    plan, columns = plan_sql(contract), {column.name: type_of_column(column) for column in contract.columns}
    found: list[dict[str, str]] = []
    for each in (*plan.expressions, *plan.checks):
        place = {"kind": each.kind, "name": each.name, "sql": each.sql}
        found.extend({**place, "fails": part} for part in _failing_parts(each.sql, columns))
        if each.kind == "check" and each.node is not None and each.node.type not in (BOOLEAN, VOID):
            found.append({**place, "gives": str(each.node.type)})
    return found


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
