"""What Spark SQL must be told, so that a contract's SQL means one thing, and a failure stays with its record."""

from typing import Any

_OPTIMIZER = "org.apache.spark.sql.catalyst.optimizer"
# Rules that compute constants, drop or reorder parts of an expression: each of them decides that something fails (or does
# not) which the text, read from left to right, does not (or does) look at; a constant that fails even ends the query.
_REWRITING_RULES = (
    "ConstantFolding", "ConstantPropagation", "FoldablePropagation", "NullPropagation", "NullDownPropagation", "BooleanSimplification",
    "SimplifyConditionals", "PushFoldableIntoBranches", "SimplifyBinaryComparison", "ReplaceNullWithFalseInPredicate",
    "ReorderAssociativeOperator", "UnwrapCastInBinaryComparison", "SimplifyCasts", "SimplifyCaseConversionExpressions",
    "SimplifyDateTimeConversions", "SimplifyExtractValueOps", "OptimizeCsvJsonExprs", "CombineConcats",
)  # fmt: skip
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    # Parts that occur twice, and what `between`, `nullif` and `case x when` compare, would be computed outside the guard.
    "spark.sql.subexpressionElimination.enabled": "false",
    "spark.sql.alwaysInlineCommonExpr": "true",
    "spark.sql.optimizer.excludedRules": ",".join(f"{_OPTIMIZER}.{rule}" for rule in _REWRITING_RULES),
    # Products and quotients of wide decimals keep their places, and fail where they do not fit, in place of being cut.
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    # The default of this Spark, which no page lists: large records must not make one huge batch.
    "spark.sql.execution.arrow.maxBytesPerBatch": str(64 * 1024 * 1024),
}


def configure(spark: Any) -> None:
    """Sets the session up for the contract's SQL."""
    for name, value in SETTINGS.items():
        spark.conf.set(name, value)
