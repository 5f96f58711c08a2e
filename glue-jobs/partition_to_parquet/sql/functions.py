"""Functions that the core evaluates: by name and arguments to nodes."""

from collections.abc import Callable, Sequence

from . import types as t
from .nodes import Node, as_text, cast, compare
from .types import NotPlain, SqlType
from .vectors import NARROW_DIGITS

_PARTS = {
    "year": "year", "month": "month", "day": "day", "dayofmonth": "day", "quarter": "quarter", "dayofweek": "dayofweek", "dow": "dayofweek",
    "weekday": "weekday", "dayofyear": "dayofyear", "doy": "dayofyear", "weekofyear": "week", "week": "week",
    "hour": "hour", "minute": "minute",
}  # fmt: skip
_ONLY_EXTRACT, _ONLY_FUNCTION = ("dow", "doy", "week"), ("dayofmonth", "weekday", "weekofyear")


def call(name: str, args: Sequence[Node]) -> Node:
    """The node of a function call; `extract year` is `extract(year from …)`. Raises NotPlain."""
    extracted = name.removeprefix("extract ")
    if extracted in _PARTS and extracted not in (_ONLY_FUNCTION if extracted != name else _ONLY_EXTRACT) and len(args) == 1:
        return _part(_PARTS[extracted], args[0])
    made = _FUNCTIONS[name](*args) if name in _FUNCTIONS and _fits(name, args) else None
    if made is None:
        raise NotPlain(f"the function {name}({', '.join(str(arg.type) for arg in args)})")
    return made


def _fits(name: str, args: Sequence[Node]) -> bool:
    least, most = _COUNTS.get(name, (1, 1))
    return least <= len(args) <= most


def _part(part: str, moment: Node) -> Node | None:
    if moment.type not in (t.DATE, t.TIMESTAMP):
        raise NotPlain(f"{part} of a {moment.type}")
    if part in ("hour", "minute"):
        return Node("part", t.INT, (cast(moment, t.TIMESTAMP),), part)
    return Node("part", t.INT, (cast(moment, t.DATE),), part)


def _coalesce(*args: Node) -> Node:
    kind = t.common_type([arg.type for arg in args])
    return Node("coalesce", kind, tuple(cast(arg, kind) for arg in args))


def _nullif(value: Node, other: Node) -> Node:
    return Node("case", value.type, (compare("eq", value, other), Node("literal", value.type), value))


def _nvl2(tested: Node, value: Node, other: Node) -> Node:
    kind = t.common_type([value.type, other.type])
    there = Node("not", t.BOOLEAN, (_is_null(tested),))
    return Node("case", kind, (there, cast(value, kind), cast(other, kind)))


def _is_null(value: Node) -> Node:
    return Node("is null", t.BOOLEAN, (value,))


def _extreme(op: str) -> Callable[..., Node | None]:
    def make(*args: Node) -> Node | None:
        kind = t.common_type([arg.type for arg in args])
        if kind.name in ("string", "boolean", "void"):
            return None
        return Node(op, kind, tuple(cast(arg, kind) for arg in args))

    return make


def _text_of(op: str, kind: SqlType) -> Callable[[Node], Node | None]:
    def make(value: Node) -> Node | None:
        return Node(op, kind, (value,)) if value.type == t.STRING else None

    return make


def _with_literals(op: str, kind: SqlType, *types: SqlType) -> Callable[..., Node | None]:
    """A function of a text and literals of the given types."""

    def make(value: Node, *more: Node) -> Node | None:
        is_known = all(each.op == "literal" and each.detail is not None and each.type == wanted for each, wanted in zip(more, types, strict=False))
        if value.type != t.STRING or not is_known:
            return None
        return Node(op, kind, (value,), tuple(each.detail for each in more))

    return make


def _replace(value: Node, search: Node, by: Node) -> Node | None:
    made = _with_literals("replace", t.STRING, t.STRING, t.STRING)(value, search, by)
    return made if made and made.detail[0] else None


def _concat(*args: Node) -> Node:
    return Node("concat", t.STRING, tuple(as_text(arg) for arg in args))


def _absolute(value: Node) -> Node | None:
    return Node("abs", value.type, (value,)) if value.type.is_number else None


def _round(value: Node, places: Node | None = None) -> Node | None:
    """Of decimals of at most 18 digits to a literal number of places: Spark fails on some wider ones."""
    wanted = 0 if places is None else places.detail if places.op == "literal" and places.type == t.INT else None
    if wanted is None or wanted < 0 or not value.type.is_decimal or value.type.precision > NARROW_DIGITS:
        return None
    scale = min(value.type.scale, wanted)
    return Node("round", t.decimal(value.type.precision - value.type.scale + 1 + scale, scale), (value,))


def _days(sign: int) -> Callable[[Node, Node], Node | None]:
    def make(day: Node, days: Node) -> Node | None:
        if day.type not in (t.DATE, t.TIMESTAMP) or days.type not in (t.SHORT, t.INT):
            return None
        return Node("add days", t.DATE, (cast(day, t.DATE), days), sign)

    return make


def _datediff(end: Node, start: Node) -> Node | None:
    if end.type not in (t.DATE, t.TIMESTAMP) or start.type not in (t.DATE, t.TIMESTAMP):
        return None
    return Node("days between", t.INT, (cast(end, t.DATE), cast(start, t.DATE)))


def _to_date(moment: Node) -> Node | None:
    return cast(moment, t.DATE) if moment.type in (t.DATE, t.TIMESTAMP) else None


def _last_day(moment: Node) -> Node | None:
    return Node("last day", t.DATE, (cast(moment, t.DATE),)) if moment.type in (t.DATE, t.TIMESTAMP) else None


_SLICE = _with_literals("slice", t.STRING, t.INT, t.INT)
_FUNCTIONS: dict[str, Callable[..., Node | None]] = {
    "coalesce": _coalesce,
    "nvl": _coalesce,
    "ifnull": _coalesce,
    "nullif": _nullif,
    "nvl2": _nvl2,
    "isnull": _is_null,
    "isnotnull": lambda value: Node("not", t.BOOLEAN, (_is_null(value),)),
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    "abs": _absolute,
    "round": _round,
    "concat": _concat,
    "upper": _text_of("upper", t.STRING),
    "ucase": _text_of("upper", t.STRING),
    "lower": _text_of("lower", t.STRING),
    "lcase": _text_of("lower", t.STRING),
    "trim": _text_of("trim", t.STRING),
    "btrim": _text_of("trim", t.STRING),
    "ltrim": _text_of("ltrim", t.STRING),
    "rtrim": _text_of("rtrim", t.STRING),
    **dict.fromkeys(("length", "char_length", "character_length", "len"), _text_of("length", t.INT)),
    "octet_length": _text_of("octet length", t.INT),
    "substring": _SLICE,
    "substr": _SLICE,
    "left": _with_literals("left", t.STRING, t.INT),
    "right": _with_literals("right", t.STRING, t.INT),
    "startswith": _with_literals("startswith", t.BOOLEAN, t.STRING),
    "endswith": _with_literals("endswith", t.BOOLEAN, t.STRING),
    "contains": _with_literals("contains", t.BOOLEAN, t.STRING),
    "replace": _replace,
    "date_add": _days(1),
    "dateadd": _days(1),
    "date_sub": _days(-1),
    "datediff": _datediff,
    "date_diff": _datediff,
    "to_date": _to_date,
    "last_day": _last_day,
}
_ANY = 1_000
_COUNTS = {
    "coalesce": (1, _ANY), "concat": (1, _ANY), "greatest": (2, _ANY), "least": (2, _ANY), "nvl": (2, 2), "ifnull": (2, 2),
    "nullif": (2, 2), "nvl2": (3, 3), "round": (1, 2), "substring": (2, 3), "substr": (2, 3), "left": (2, 2), "right": (2, 2),
    "startswith": (2, 2), "endswith": (2, 2), "contains": (2, 2), "replace": (3, 3), "date_add": (2, 2), "dateadd": (2, 2),
    "date_sub": (2, 2), "datediff": (2, 2), "date_diff": (2, 2),
}  # fmt: skip
