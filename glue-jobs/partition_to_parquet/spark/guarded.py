"""SQL that fails on a record without ending the query, and whose types a contract has words for."""

from collections.abc import Callable
from typing import Any

from ..errors import ContractInvalid
from ..sql.plan import Planned, SqlPlan, not_a_condition

# What to write in place of a result of a type that no column has.
_REMEDIES = {
    "interval": "use datediff(…) or extract(… from …)", "binary": "use hex(…) or base64(…)", "struct": "use to_json(…)", "map": "use to_json(…)",
    "array": "use to_json(…), or pick one element", "variant": "use to_json(…) or variant_get(…)",
}  # fmt: skip
_HELD = {"tinyint", "smallint", "int", "bigint", "float", "double", "string", "boolean", "date", "timestamp", "timestamp_ntz", "void"}


def tried(spark: Any, frame: Any, expressions: dict[str, str]) -> Any:
    """The frame with the expressions beside its columns, each a struct with the value as `v`; NULL where the SQL fails.

    With ANSI rules 1/0 or an overflow ends the whole query. TryEval, which Spark's own try_ functions are made of, keeps
    such a failure to its record, if nothing is computed outside of it (`settings.py`).
    Raises ContractInvalid for SQL that Spark does not take.
    """
    from pyspark.sql.classic.column import Column

    parser, jvm = spark._jsparkSession.sessionState().sqlParser(), spark._jvm

    def column(name: str, sql: str) -> Column:
        parsed = parser.parseExpression(f"struct(({sql}\n) as v)")
        guarded = jvm.org.apache.spark.sql.catalyst.expressions.TryEval(parsed)
        return Column(jvm.org.apache.spark.sql.classic.ExpressionUtils.column(guarded)).alias(name)

    return _taken(expressions, lambda: frame.select("*", *(column(name, sql) for name, sql in expressions.items())))


def check_types(frame: Any, plan: SqlPlan, for_checks: bool = False) -> None:
    """Raises ContractInvalid for expressions whose results no column holds, or for checks that are no conditions."""
    wanted = [each for each in (plan.checks if for_checks else plan.expressions) if each.node is None]
    if not wanted:
        return
    sql = {f"__t{place}": each.sql for place, each in enumerate(wanted)}
    schema = _taken(sql, lambda: frame.selectExpr(*(f"({text}\n) as `{name}`" for name, text in sql.items()))).schema
    for each, field in zip(wanted, schema, strict=True):
        kind = field.dataType.simpleString()
        if for_checks and kind not in ("boolean", "void"):
            raise not_a_condition(each.name, each.sql, kind)
        if not for_checks and kind not in _HELD and not kind.startswith(("decimal(", "varchar(", "char(", "string ")):
            raise _without_a_word(each, kind)


def _without_a_word(planned: Planned, kind: str) -> ContractInvalid:
    remedy = next((text for name, text in _REMEDIES.items() if kind.startswith(name)), "cast it to a type that a column has")
    return ContractInvalid(f"the expression of column '{planned.name}' gives {kind}, which no column holds; {remedy}: {planned.sql}")


def _taken(expressions: dict[str, str], select: Callable[[], Any]) -> Any:
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import AnalysisException, ParseException

    try:
        return select()
    except (ParseException, AnalysisException, Py4JJavaError) as error:
        raise ContractInvalid(f"Spark does not take the contract's SQL ({'; '.join(expressions.values())}): {error}") from error
