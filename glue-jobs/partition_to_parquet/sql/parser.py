"""Spark SQL as a tree, by sqlglot; what sqlglot may read otherwise than Spark does is declined."""

from functools import cache
from typing import Any, ClassVar

from .types import NotPlain

# Behind these an operand begins: a plus is a sign there, which sqlglot drops.
_BEFORE_OPERAND = {
    "L_PAREN", "COMMA", "AND", "OR", "NOT", "EQ", "NEQ", "GT", "GTE", "LT", "LTE", "NULLSAFE_EQ", "PLUS", "DASH", "STAR",
    "SLASH", "MOD", "DIV", "DPIPE", "THEN", "WHEN", "ELSE", "CASE", "BETWEEN", "IN", "IS", "LIKE", "RLIKE", "L_BRACKET", "FROM",
}  # fmt: skip
_PREDICATES = {"EQ", "NEQ", "GT", "GTE", "LT", "LTE", "NULLSAFE_EQ", "BETWEEN", "IN", "IS", "LIKE", "RLIKE"}
_BETWEEN_PREDICATES = {"AND", "OR", "COMMA", "CASE", "WHEN", "THEN", "ELSE", "END"}


@cache
def _dialect() -> Any:
    """sqlglot's Spark with functions left as they are written: only the shape of the SQL is taken from it."""
    from sqlglot.dialects.spark import Spark

    class PlainSpark(Spark):
        class Tokenizer(Spark.Tokenizer):
            # Spark 4 reads '' inside a literal as one quote.
            STRING_ESCAPES: ClassVar = ["\\", "'", '"']

        class Parser(Spark.Parser):
            FUNCTIONS: ClassVar = {}
            FUNCTION_PARSERS: ClassVar = {
                name: parser for name, parser in Spark.Parser.FUNCTION_PARSERS.items() if name in ("CAST", "TRY_CAST", "EXTRACT")
            }

    return PlainSpark


def parse(sql: str) -> Any:
    """The sqlglot tree of one expression. Raises NotPlain for what does not parse, or may be read otherwise by Spark."""
    from sqlglot.errors import SqlglotError

    dialect = _dialect()()
    try:
        tokens = dialect.tokenize(sql)
        _check_tokens(tokens, sql)
        trees = dialect.parser().parse(tokens, sql)
    except (SqlglotError, RecursionError, ValueError) as error:
        raise NotPlain("SQL that the core cannot parse") from error
    if len(trees) != 1 or trees[0] is None:
        raise NotPlain("SQL that is not one expression")
    return trees[0]


def _check_tokens(tokens: list[Any], sql: str) -> None:
    before = "L_PAREN"
    kinds = [token.token_type.name for token in tokens]
    for token, kind in zip(tokens, kinds, strict=True):
        if kind == "STRING" and "\\" in sql[token.start : token.end + 1]:
            raise NotPlain("a backslash in a literal that is not raw (r'…')")
        if kind == "PLUS" and before in _BEFORE_OPERAND:
            raise NotPlain("a plus as a sign")
        before = kind
    # A suffix such as that of 5L is a cast to sqlglot too.
    if "DASH" in kinds and "DCOLON" in kinds and "::" in sql:
        raise NotPlain("'::' beside a minus")
    _check_predicates(kinds)


def _check_predicates(kinds: list[str]) -> None:
    """Raises NotPlain for one predicate behind another without parentheses, which sqlglot takes and Spark mostly does not."""
    seen = [False]
    for kind in kinds:
        if kind == "L_PAREN":
            seen.append(False)
        elif kind == "R_PAREN" and len(seen) > 1:
            seen.pop()
        elif kind in _PREDICATES:
            if seen[-1]:
                raise NotPlain("predicates in a row without parentheses")
            seen[-1] = True
        elif kind in _BETWEEN_PREDICATES:
            seen[-1] = False
