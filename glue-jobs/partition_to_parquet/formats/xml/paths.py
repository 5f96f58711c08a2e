"""Reads the contract's XPath expressions: which names they hold, and how far from the record they look."""

import re
from enum import IntEnum

_NAME = r"[^\W\d][\w.\-·]*"
_PREFIX = re.compile(rf"(\"[^\"]*\"|'[^']*')|{_NAME}:(?!:)(?=[\w*])")
_TOKEN = re.compile(rf"\"[^\"]*\"|'[^']*'|{_NAME}|\d+(?:\.\d*)?|\.\d+|::|//|\.\.|!=|<=|>=|\S")
_WORD = re.compile(_NAME)
_UP_AXES = frozenset(("ancestor", "ancestor-or-self", "parent"))
_SIDE_AXES = frozenset(("preceding", "following", "preceding-sibling", "following-sibling"))
_DEEP_AXES = frozenset(("descendant", "descendant-or-self", "self"))
_OPERATORS = frozenset(("and", "or", "div", "mod"))


class Reach(IntEnum):
    """What must be in the tree for an expression to mean what XPath says."""

    RECORD = 0
    AROUND = 1  # The elements around the record, without the other records.
    DOCUMENT = 2


def local_names(expression: str) -> str:
    """The expression without prefixes, for documents whose namespaces do not count."""
    return _PREFIX.sub(lambda found: found[1] or "", expression)


def names_in(expression: str) -> set[str]:
    """Every name in the expression, without prefixes and texts."""
    return {token for token in _TOKEN.findall(local_names(expression)) if _WORD.fullmatch(token)}


def reach_of(expression: str, records: frozenset[str], around: frozenset[str]) -> Reach:
    """How far it looks. `records` are the names of record elements, `around` those of elements that hold records."""
    tokens = _TOKEN.findall(local_names(expression))
    axes = {name for name, behind in zip(tokens, tokens[1:], strict=False) if behind == "::"}
    looks_up = ".." in tokens or axes & (_UP_AXES | _SIDE_AXES) or any(
        token in ("/", "//") and not _ends_step(tokens[:at]) for at, token in enumerate(tokens)
    ) or _calls(tokens, "id") or _calls(tokens, "lang")  # fmt: skip
    if not looks_up:
        return Reach.RECORD
    if axes & (_SIDE_AXES | _DEEP_AXES) or "//" in tokens or "." in tokens or _calls(tokens, "id"):
        return Reach.DOCUMENT
    for at, token in enumerate(tokens):
        before, behind = tokens[:at], tokens[at + 1 :]
        is_call = behind[:1] == ["("]
        if is_call and (token in ("node", "text", "comment", "processing-instruction") or behind[1:2] == [")"]):
            # A call without arguments reads the context node, which may hold records.
            if token not in ("last", "position", "true", "false"):
                return Reach.DOCUMENT
        if token == "*" and not _ends_step(before) and before[-1:] != ["@"]:
            return Reach.DOCUMENT
        is_element = _WORD.fullmatch(token) and not is_call and behind[:1] != ["::"] and before[-1:] != ["@"]
        if is_element and not (token in _OPERATORS and _ends_step(before)) and token in records:
            return Reach.DOCUMENT
        if (token == ".." or (is_element and token in around)) and _behind_predicates(behind)[:1] not in (["/"], ["//"]):
            return Reach.DOCUMENT
    return Reach.AROUND


def _ends_step(tokens: list[str]) -> bool:
    """Whether what stands before is a whole operand, so that a name or star behind it is an operator."""
    if not tokens:
        return False
    last = tokens[-1]
    if last == "*":
        return not _ends_step(tokens[:-1])
    if last in (")", "]", ".", "..") or last[0] in "\"'" or last[0].isdigit():
        return True
    return bool(_WORD.fullmatch(last)) and not (last in _OPERATORS and _ends_step(tokens[:-1]))


def _behind_predicates(tokens: list[str]) -> list[str]:
    while tokens[:1] == ["["]:
        depth = 0
        for at, token in enumerate(tokens):
            depth += {"[": 1, "]": -1}.get(token, 0)
            if depth == 0:
                tokens = tokens[at + 1 :]
                break
        else:
            return []
    return tokens


def _calls(tokens: list[str], name: str) -> bool:
    return any(token == name and behind == "(" for token, behind in zip(tokens, tokens[1:], strict=False))
