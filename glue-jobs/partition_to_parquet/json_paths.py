"""Paths into JSON: names by dots, `['any text']`, `[0]`, and `*` where a path leads to records."""

import re
from functools import cache

from .errors import ContractInvalid

Step = str | int
STAR = "*"

_STEP = re.compile(r"\.?(?:\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]|([^.\[\]]+))")

UP = "../"


class Star(str):
    """The step `*`, apart from a member that is called '*'."""


@cache
def parse_path(path: str) -> tuple[Step, ...]:
    """`nsi.*.items['a b'][0]` → ('nsi', Star, 'items', 'a b', 0). Raises ContractInvalid."""
    steps: list[Step] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None or (position > 0 and match.group(3) and path[position] != "."):
            raise ContractInvalid(f"the path '{path}' is wrong at character {position + 1}")
        quoted, index, name = match.groups()
        if quoted is not None:
            steps.append(re.sub(r"\\(.)", r"\1", quoted))
        elif index is not None:
            steps.append(int(index))
        else:
            steps.append(Star(STAR) if name == STAR else name)
        position = match.end()
    return tuple(steps)


def is_inside(source: object) -> bool:
    """Whether a column's `from` leads into the record, not to something around it."""
    return isinstance(source, str) and not source.startswith(("$", UP))


def split_up(path: str) -> tuple[int, tuple[Step, ...]]:
    """`../../id` → (2, ('id',)): how many objects above the record, and the path from there."""
    ups = 0
    while path.startswith(UP):
        ups, path = ups + 1, path[len(UP) :]
    return ups, parse_path(path)
