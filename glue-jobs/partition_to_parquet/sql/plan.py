"""Which of a contract's checks and expressions the core evaluates itself, and why Spark must do the others."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..contract import Contract
from ..errors import ContractInvalid
from .binder import bind
from .nodes import Node, cast
from .parser import parse
from .types import BOOLEAN, STRING, VOID, NotPlain, SqlType, type_of_column


@dataclass(frozen=True)
class Planned:
    """A check or the expression of a column. `node` is what the core evaluates; None: Spark does, `why` says for what reason."""

    kind: str
    name: str
    sql: str
    node: Node | None = None
    why: str = ""

    def __str__(self) -> str:
        return f"{self.kind} '{self.name}' needs Spark for {self.why}: {self.sql}"


@dataclass(frozen=True)
class SqlPlan:
    """All SQL of a contract, in its order."""

    expressions: tuple[Planned, ...] = ()
    checks: tuple[Planned, ...] = ()

    @property
    def needs_spark(self) -> tuple[Planned, ...]:
        return tuple(each for each in (*self.expressions, *self.checks) if each.node is None)


def plan_sql(contract: Contract) -> SqlPlan:
    """Plans the contract's SQL."""
    plain = {column.name: type_of_column(column) for column in contract.plain}
    every = {column.name: type_of_column(column) for column in contract.columns}
    expressions = [_planned("expression", each.name, str(each.expression), plain, each.is_text) for each in contract.expressions]
    checks = [_planned("check", each.name, each.sql, every) for each in contract.checks]
    return SqlPlan(tuple(expressions), tuple(checks))


def check_conditions(plan: SqlPlan) -> None:
    """Raises ContractInvalid for a check that the core evaluates and that is no condition."""
    for each in plan.checks:
        if each.node is not None and each.node.type not in (BOOLEAN, VOID):
            raise not_a_condition(each.name, each.sql, str(each.node.type))


def not_a_condition(name: str, sql: str, kind: str) -> ContractInvalid:
    """The error for a check whose SQL gives something else than true or false."""
    return ContractInvalid(f"the check '{name}' gives {kind}, not true or false; compare it with something: {sql}")


def _planned(kind: str, name: str, sql: str, columns: Mapping[str, SqlType], is_text: bool = False) -> Planned:
    try:
        node = bind(parse(sql), columns)
        # A text column takes the text that SQL's own cast writes.
        return Planned(kind, name, sql, cast(node, STRING) if is_text else node)
    except NotPlain as reason:
        return Planned(kind, name, sql, None, str(reason))
