"""From a parsed expression to a tree of typed nodes."""

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from . import types as t
from .nodes import Node, arithmetic, as_text, cast, choose, compare, moment, number
from .types import NotPlain, SqlType

_COMPARISONS = {"EQ": "eq", "NEQ": "ne", "LT": "lt", "LTE": "le", "GT": "gt", "GTE": "ge", "NullSafeEQ": "same", "NullSafeNEQ": "differs"}
_ARITHMETIC = {"Add": "add", "Sub": "subtract", "Mul": "multiply", "Div": "divide", "Mod": "remainder", "IntDiv": "div"}
_PREDICATES = {*_COMPARISONS, "Between", "In", "Is", "Like", "RegexpLike", "Not", "And", "Or"}
_CAST_TYPES = {
    "SMALLINT": t.SHORT, "INT": t.INT, "BIGINT": t.LONG, "FLOAT": t.FLOAT, "DOUBLE": t.DOUBLE, "TEXT": t.STRING,
    "BOOLEAN": t.BOOLEAN, "DATE": t.DATE, "TIMESTAMPTZ": t.TIMESTAMP,
}  # fmt: skip


def bind(tree: Any, columns: Mapping[str, SqlType]) -> Node:
    """The typed tree of a parsed expression over the columns. Raises NotPlain with what the core leaves to Spark."""
    return Binder(columns).bind(tree)


class Binder:
    """Binds one expression."""

    def __init__(self, columns: Mapping[str, SqlType]):
        self.columns = columns

    def bind(self, tree: Any) -> Node:
        kind = type(tree).__name__
        if kind in _COMPARISONS:
            _no_predicates(tree.this, tree.expression)
            return compare(_COMPARISONS[kind], self.bind(tree.this), self.bind(tree.expression))
        if kind in _ARITHMETIC:
            _no_predicates(tree.this, tree.expression)
            return arithmetic(_ARITHMETIC[kind], self.bind(tree.this), self.bind(tree.expression))
        binder = _BINDERS.get(kind)
        if binder is None:
            raise NotPlain(f"'{_shown(tree)}'")
        return binder(self, tree)

    def column(self, tree: Any) -> Node:
        name = tree.name.lower()
        if set(_used(tree)) != {"this"} or name not in self.columns:
            raise NotPlain(f"the column '{_shown(tree)}'")
        return Node("column", self.columns[name], (), name)

    def literal(self, tree: Any) -> Node:
        return Node("literal", t.STRING, (), tree.name) if tree.is_string else number(tree.name)

    def negative(self, tree: Any) -> Node:
        _no_predicates(tree.this)
        if type(tree.this).__name__ == "Literal" and not tree.this.is_string:
            return number(f"-{tree.this.name}")
        inner = self.bind(tree.this)
        if not inner.type.is_number:
            raise NotPlain(f"minus a {inner.type}")
        return Node("negate", inner.type, (inner,))

    def logic(self, tree: Any) -> Node:
        op = "and" if type(tree).__name__ == "And" else "or"
        return Node(op, t.BOOLEAN, (self.condition(tree.this), self.condition(tree.expression)))

    def negation(self, tree: Any) -> Node:
        return Node("not", t.BOOLEAN, (self.condition(tree.this),))

    def condition(self, tree: Any) -> Node:
        """A boolean operand."""
        node = self.bind(tree)
        if node.type == t.VOID:
            return cast(node, t.BOOLEAN)
        if node.type != t.BOOLEAN:
            raise NotPlain(f"a {node.type} as a condition")
        return node

    def between(self, tree: Any) -> Node:
        _only(tree, "this", "low", "high")
        _no_predicates(tree.this, tree.args["low"], tree.args["high"])
        value = self.bind(tree.this)
        low, high = compare("ge", value, self.bind(tree.args["low"])), compare("le", value, self.bind(tree.args["high"]))
        return Node("and", t.BOOLEAN, (low, high))

    def within(self, tree: Any) -> Node:
        _only(tree, "this", "expressions")
        _no_predicates(tree.this)
        members = [self.bind(tree.this), *(self.bind(member) for member in tree.expressions)]
        if len(members) < 2:
            raise NotPlain("an empty list")
        kinds = [member.type for member in members]
        is_text_among_integers = t.STRING in kinds and set(kinds) - {t.STRING, t.VOID} <= {t.SHORT, t.INT, t.LONG} and len(set(kinds)) > 1
        # Under ANSI rules a text becomes a number beside numbers.
        kind = t.LONG if is_text_among_integers and set(kinds) != {t.STRING, t.VOID} else t.common_type(kinds)
        return Node("in", t.BOOLEAN, tuple(cast(member, kind) for member in members))

    def is_(self, tree: Any) -> Node:
        _no_predicates(tree.this)
        value, what = self.bind(tree.this), type(tree.expression).__name__
        if what == "Null":
            return Node("is null", t.BOOLEAN, (value,))
        if what == "Boolean" and value.type in (t.BOOLEAN, t.VOID):
            return compare("same", value, self.bind(tree.expression))
        raise NotPlain(f"'{_shown(tree)}'")

    def case(self, tree: Any) -> Node:
        value = None if tree.this is None else self.bind(tree.this)
        pairs = []
        for branch in tree.args["ifs"]:
            when = self.condition(branch.this) if value is None else compare("eq", value, self.bind(branch.this))
            pairs.append((when, self.bind(branch.args["true"])))
        default = tree.args.get("default")
        return choose(pairs, Node("literal", t.VOID) if default is None else self.bind(default))

    def if_(self, tree: Any) -> Node:
        otherwise = tree.args.get("false")
        default = Node("literal", t.VOID) if otherwise is None else self.bind(otherwise)
        return choose([(self.condition(tree.this), self.bind(tree.args["true"]))], default)

    def concat(self, tree: Any) -> Node:
        for side in (tree.this, tree.expression):
            _no_predicates(side)
            if type(side).__name__ in ("Add", "Sub"):
                raise NotPlain("'||' beside '+' or '-' without parentheses")
        return Node("concat", t.STRING, tuple(as_text(self.bind(side)) for side in (tree.this, tree.expression)))

    def like(self, tree: Any) -> Node:
        _no_predicates(tree.this)
        value, pattern = self.bind(tree.this), _text(tree.expression)
        if value.type != t.STRING or pattern is None:
            raise NotPlain("'like' with a pattern that is not a literal")
        found = Node("like", t.BOOLEAN, (value,), pattern)
        return Node("not", t.BOOLEAN, (found,)) if tree.args.get("negate") else found

    def rlike(self, tree: Any) -> Node:
        from .regex import translate

        _no_predicates(tree.this)
        value, pattern = self.bind(tree.this), _text(tree.expression)
        if value.type != t.STRING or pattern is None:
            raise NotPlain("'rlike' with a pattern that is not a literal")
        found = Node("rlike", t.BOOLEAN, (value,), translate(pattern))
        return Node("not", t.BOOLEAN, (found,)) if tree.args.get("negate") else found

    def cast(self, tree: Any) -> Node:
        _only(tree, "this", "to")
        target = tree.args["to"]
        name, sizes = target.this.name, [int(each.name) for each in target.expressions if each.name.isdigit()]
        text = _text(tree.this) if type(tree).__name__ == "Cast" else None
        if text is not None and name in ("DATE", "TIMESTAMPTZ"):
            return moment(text, t.DATE if name == "DATE" else t.TIMESTAMP)
        if name == "DECIMAL" and len(sizes) == 2:
            kind = t.decimal(*sizes)
        elif name in _CAST_TYPES and not target.expressions:
            kind = _CAST_TYPES[name]
        else:
            raise NotPlain(f"a cast to {target.sql(dialect='spark').lower()}")
        inner = self.bind(tree.this)
        is_number = type(tree.this).__name__ == "Literal" and not tree.this.is_string
        if is_number and kind.is_integer and inner.type.is_exact and inner.detail // 10**inner.type.scale >> t.BITS[kind.name]:
            raise NotPlain(f"the literal {tree.this.name}")
        if is_number and kind == t.FLOAT and inner.type.is_decimal:
            # From the digits: by way of a double it would be rounded twice.
            return Node("literal", kind, (), pa.scalar(tree.this.name).cast(pa.float32()).as_py())
        return cast(inner, kind)

    def function(self, tree: Any) -> Node:
        from .functions import call

        return call(tree.name.lower(), [self.bind(each) for each in tree.expressions])

    def extract(self, tree: Any) -> Node:
        from .functions import call

        return call(f"extract {tree.this.name.lower()}", [self.bind(tree.expression)])


_BINDERS: dict[str, Callable[[Binder, Any], Node]] = {
    "Column": Binder.column,
    "Literal": Binder.literal,
    "RawString": lambda self, tree: Node("literal", t.STRING, (), tree.name),
    "Boolean": lambda self, tree: Node("literal", t.BOOLEAN, (), bool(tree.this)),
    "Null": lambda self, tree: Node("literal", t.VOID),
    "Paren": lambda self, tree: self.bind(tree.this),
    "Neg": Binder.negative,
    "And": Binder.logic,
    "Or": Binder.logic,
    "Not": Binder.negation,
    "Between": Binder.between,
    "In": Binder.within,
    "Is": Binder.is_,
    "Case": Binder.case,
    "If": Binder.if_,
    "DPipe": Binder.concat,
    "Like": Binder.like,
    "RegexpLike": Binder.rlike,
    "Cast": Binder.cast,
    "TryCast": Binder.cast,
    "Anonymous": Binder.function,
    "Extract": Binder.extract,
}


def _used(tree: Any) -> list[str]:
    return [name for name, value in tree.args.items() if value not in (None, False, [])]


def _only(tree: Any, *names: str) -> None:
    """Raises NotPlain where the node says more than is understood here."""
    if more := set(_used(tree)) - set(names) - {"_type"}:
        raise NotPlain(f"'{_shown(tree)}' ({', '.join(sorted(more))})")


def _no_predicates(*operands: Any) -> None:
    """Spark and sqlglot bind comparisons and predicates differently: between them parentheses are needed."""
    for operand in operands:
        if type(operand).__name__ in _PREDICATES:
            raise NotPlain(f"'{_shown(operand)}' as an operand without parentheses")


def _shown(tree: Any) -> str:
    text = " ".join(tree.sql(dialect="spark").split())
    return text if len(text) <= 60 else f"{text[:57]}…"


def _text(tree: Any) -> str | None:
    """The text of a literal."""
    return tree.name if type(tree).__name__ == "RawString" or (type(tree).__name__ == "Literal" and tree.is_string) else None
