"""The fast way through JSON records: msgspec decodes many into structs of the wanted members, numpy turns those into columns.

A record that msgspec does not take as it should be is left to the strict reader.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Raw

from ...columns import RawColumn
from ...contract import Column, Contract
from ...json_paths import Step, is_inside, parse_path
from ..selection import Selection
from ..strings import strings_at
from .values import is_field, values_of

_STRINGS = msgspec.json.Decoder(list[str])
_QUOTE, _BACKSLASH, _LINE_END = 34, 92, 10
_NULL, _BRACE, _BRACKET = ord("n"), ord("{"), ord("[")
_TEXT = str | None


@dataclass
class _Node:
    positions: list[int] = field(default_factory=list)
    members: dict[str, "_Node"] = field(default_factory=dict)


@dataclass(frozen=True)
class _Leaf:
    """A member that is a column's value: the attributes that lead to it, and the columns."""

    attributes: tuple[str, ...]
    positions: tuple[int, ...]


class FastRecords:
    """Decodes objects of one contract."""

    def __init__(self, contract: Contract, selection: Selection):
        self.columns = columns = selection.columns
        inside = {at: parse_path(str(path)) for at, path in selection.fields.items() if is_inside(path)}
        others = [parse_path(str(column.source)) for column in contract.columns if is_inside(column.source)]
        refuses = contract.unknown_columns == "refuse"
        root = _tree([*inside.items(), *((None, steps) for steps in others)] if refuses else list(inside.items()))
        self.leaves: list[_Leaf] = []
        # Texts are decoded as such until a file has other values there.
        self.kinds = {at: _TEXT if _is_plain_text(columns[at]) else Raw for at in inside}
        self.root, self.refuses = root, refuses
        self._make()

    def _make(self) -> None:
        self.leaves = []
        self.kind = self._struct(self.root, ())
        decoder = msgspec.json.Decoder(self.kind)
        self.decode: Callable[[bytes], Any] = decoder.decode
        self.decode_lines: Callable[[bytes], list] = decoder.decode_lines
        self.decode_array: Callable[[bytes], list] = msgspec.json.Decoder(list[self.kind]).decode

    def loosen(self) -> bool:
        """Takes any value where texts were expected. False where that was so before."""
        if Raw in self.kinds.values() and _TEXT not in self.kinds.values():
            return False
        self.kinds = dict.fromkeys(self.kinds, Raw)
        self._make()
        return True

    def _struct(self, node: _Node, path: tuple[str, ...]) -> Any:
        fields: list[tuple[str, Any, Any]] = []
        for index, member in enumerate(node.members.values()):
            name = f"m{index}"
            if member.members:
                inner = self._struct(member, (*path, name))
                fields.append((name, inner | None, None))
                continue
            kinds = {self.kinds[at] for at in member.positions}
            is_text = kinds == {_TEXT}
            fields.append((name, _TEXT, None) if is_text else (name, Raw, Raw()))
            if member.positions:
                self.leaves.append(_Leaf((*path, name), tuple(member.positions)))
        names = {f"m{index}": name for index, name in enumerate(node.members)}
        return msgspec.defstruct("Record", fields, rename=names, gc=False, forbid_unknown_fields=self.refuses)

    def read(self, records: Sequence[Any]) -> tuple[dict[int, RawColumn], np.ndarray]:
        """The columns by position, and which records are left: those with a nested value that a column cannot hold."""
        suspects = np.zeros(len(records), dtype=bool)
        found: dict[int, RawColumn] = {}
        for leaf in self.leaves:
            texts = {self.kinds[at] for at in leaf.positions} == {_TEXT}
            values = _values_at(records, leaf.attributes, None if texts else b"")
            strings = pa.array(values, pa.string()) if texts else None
            for position in leaf.positions:
                column = self.columns[position]
                if strings is not None:
                    found[position] = strings
                elif _counts_kinds(column) or column.case:
                    found[position] = values_of(values)
                else:
                    if (told := _from_raws(values)) is None:
                        return {}, np.ones(len(records), dtype=bool)
                    found[position], nested = told
                    suspects |= nested
        return found, suspects


def make_fast(contract: Contract, selection: Selection) -> FastRecords | None:
    """The fast way for a contract; None where its paths ask for more than members of objects."""
    paths = [parse_path(str(path)) for path in selection.fields.values() if is_inside(path)]
    known = [parse_path(str(column.source)) for column in contract.columns if is_inside(column.source)]
    every = known if contract.unknown_columns == "refuse" else [*paths, *(steps for steps in known if _begins_by_index(steps))]
    if selection.whole or any(column.source == "$value" for column in contract.columns) or not paths:
        return None
    if not all(steps and all(map(_is_member, steps)) for steps in every):
        return None
    # A member that is a value of one column and an object for another is read the strict way.
    if any(one != other and other[: len(one)] == one for one in every for other in every):
        return None
    return FastRecords(contract, selection)


def _begins_by_index(steps: tuple[Step, ...]) -> bool:
    return bool(steps) and isinstance(steps[0], int)


def _is_member(step: Step) -> bool:
    return isinstance(step, str) and is_field(step)


def _tree(paths: Sequence[tuple[int | None, tuple[Step, ...]]]) -> _Node:
    root = _Node()
    for position, steps in paths:
        node = root
        for step in steps:
            node = node.members.setdefault(str(step), _Node())
        if position is not None:
            node.positions.append(position)
    return root


def _is_plain_text(column: Column) -> bool:
    """Whether a JSON string is the only value that the fast way needs to know."""
    return not _counts_kinds(column) and (column.is_text or column.type in ("date", "timestamp", "timestamptz"))


def _counts_kinds(column: Column) -> bool:
    """Whether a column tells a number from a text of the same characters."""
    return column.type == "super" or column.as_json or column.number is not None


def _values_at(records: Sequence[Any], attributes: tuple[str, ...], absent: bytes | None) -> list:
    objects: Sequence[Any] = records
    for name in attributes[:-1]:
        objects = [each and getattr(each, name) for each in objects]
    last = attrgetter(attributes[-1])
    if len(attributes) == 1:
        return list(map(last, objects))
    return [absent if each is None else last(each) for each in objects]


def _from_raws(values: Sequence[Raw | bytes]) -> tuple[pa.Array, np.ndarray] | None:
    """Literals and texts as strings, and which values are nested; None where places in the text do not tell them apart."""
    joined = b"\n".join(values)
    data = np.frombuffer(joined, dtype=np.uint8)
    ends = np.append(np.flatnonzero(data == _LINE_END), len(data))
    if len(ends) != len(values):
        return None
    starts = np.concatenate([[0], ends[:-1] + 1])
    first = np.append(data, 0)[starts]
    is_text = (first == _QUOTE) & (ends > starts)
    absent = (ends == starts) | (first == _NULL)
    nested = ((first == _BRACE) | (first == _BRACKET)) & ~absent
    strings = strings_at(joined, starts + is_text, ends - is_text)
    if absent.any():
        strings = pc.if_else(pa.array(absent), pa.scalar(None, pa.string()), strings)
    backslashes = np.flatnonzero(data == _BACKSLASH)
    rows = np.unique(np.searchsorted(ends, backslashes))
    rows = rows[is_text[rows]]
    if len(rows):
        texts = _STRINGS.decode(b"[" + b",".join([joined[starts[row] : ends[row]] for row in rows.tolist()]) + b"]")
        mask = np.zeros(len(values), dtype=bool)
        mask[rows] = True
        strings = pc.replace_with_mask(strings, pa.array(mask), pa.array(texts, pa.string()))
    return strings, nested
