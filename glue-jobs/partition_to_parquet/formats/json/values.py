"""Picks the wanted values out of one JSON record, each with its literal text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import Raw

from ...json_paths import Step
from ...values.kinds import Nested, Number, Truth

DECODE_ERRORS = (msgspec.DecodeError, RecursionError)

Pick = Callable[[bytes | Raw, list], None]
# The JSON array of records → for each wanted column its position and the records' values.
PickAll = Callable[[bytes], list[tuple[int, list]]]
_LISTS = msgspec.json.Decoder(list[Raw])
_OBJECTS = msgspec.json.Decoder(dict[str, Raw])
_STRINGS = msgspec.json.Decoder(str)


def value_of(raw: bytes) -> str | None:
    """A JSON value as the rules read it: text, the literal of a number or boolean, nested text, or None for null."""
    head = raw[0]
    if head == 34:  # "
        return _STRINGS.decode(raw) if b"\\" in raw else raw[1:-1].decode()
    if head == 110:  # n
        return None
    if head in b"{[":
        return Nested(raw, "utf-8")
    return Truth(raw, "utf-8") if head in b"tf" else Number(raw, "utf-8")


def values_of(raws: Sequence[bytes | Raw]) -> list[str | None]:
    """value_of for each; None where there is nothing."""
    values: list[str | None] = []
    take = values.append
    for each in raws:
        raw = bytes(each)
        if raw[:1] == b'"' and b"\\" not in raw:
            take(str(raw[1:-1], "utf-8"))
        else:
            take(value_of(raw) if raw else None)
    return values


@dataclass
class _Node:
    columns: list[int] = field(default_factory=list)
    children: dict[Step, "_Node"] = field(default_factory=dict)


def picker(paths: Sequence[tuple[int, tuple[Step, ...]]]) -> Pick:
    """A function that puts the values of all paths of a record into a list, by position. Absent ones stay untouched."""
    return _compile(_tree(paths))


def picker_of_all(paths: Sequence[tuple[int, tuple[Step, ...]]]) -> PickAll | None:
    """The same for many records at once; only where all paths begin with an object's member."""
    root = _tree(paths)
    if root.columns or not root.children or not all(isinstance(step, str) and is_field(step) for step in root.children):
        return None
    kind, leaves, inner = _members({str(step): child for step, child in root.children.items()})
    decode = msgspec.json.Decoder(list[kind]).decode
    positions = sorted({position for position, _ in paths} - {position for _, position in leaves})
    width = max(position for position, _ in paths) + 1

    def pick_all(records: bytes) -> list[tuple[int, list]]:
        found = decode(records)
        picked = [(column, values_of(list(map(attrgetter(name), found)))) for name, column in leaves]
        if inner:
            rows: list[list] = [[None] * width for _ in found]
            for name, pick_member in inner:
                for raw, row in zip(map(attrgetter(name), found), rows, strict=True):
                    if raw:
                        pick_member(raw, row)
            picked += [(position, [row[position] for row in rows]) for position in positions]
        return picked

    return pick_all


def _tree(paths: Sequence[tuple[int, tuple[Step, ...]]]) -> _Node:
    root = _Node()
    for position, steps in paths:
        node = root
        for step in steps:
            node = node.children.setdefault(step, _Node())
        node.columns.append(position)
    return root


def unknown_member(raw: bytes | Raw, paths: Sequence[tuple[Step, ...]]) -> tuple[str, list[str]] | None:
    """The first member that no path names, with the names known beside it; only where paths lead through the object."""
    data = bytes(raw)
    if data[:1] != b"{" or () in paths:
        return None
    known = [str(steps[0]) for steps in paths]
    for name, child in _OBJECTS.decode(data).items():
        if name not in known:
            return name, known
        found = unknown_member(child, [steps[1:] for steps in paths if steps[0] == name])
        if found:
            return found
    return None


def _compile(node: _Node) -> Pick:
    members = {step: child for step, child in node.children.items() if isinstance(step, str)}
    indexes = {step: child for step, child in node.children.items() if isinstance(step, int)}
    pick_members = _object_picker(members) if members else None
    pick_indexes = [(index, _compile(child)) for index, child in indexes.items()]
    columns = node.columns

    def pick(raw: bytes | Raw, out: list) -> None:
        data = bytes(raw)
        head = data[:1]
        if head == b"{" and pick_members is not None:
            pick_members(data, out)
        elif head == b"[" and pick_indexes:
            elements = _LISTS.decode(data)
            for index, inner in pick_indexes:
                if index < len(elements):
                    inner(elements[index], out)
        if columns:
            value = value_of(data)
            for column in columns:
                out[column] = value

    return pick


# A msgspec struct cannot have a member with one of these characters in its name; a dictionary can.
_NO_FIELD = re.compile(r'["\\\x00-\x1f]')


def is_field(name: str) -> bool:
    return _NO_FIELD.search(name) is None


def _members(members: dict[str, _Node]) -> tuple[Any, list[tuple[str, int]], list[tuple[str, Pick]]]:
    """A type with the wanted members of an object, those that are values of one column, and pickers for the others."""
    names = [f"m{i}" for i in range(len(members))]
    kind = msgspec.defstruct(
        "Members", [(name, Raw, Raw()) for name in names], rename=dict(zip(names, members, strict=True)), gc=False
    )
    nodes = list(zip(names, members.values(), strict=True))
    leaves = [(name, node.columns[0]) for name, node in nodes if not node.children and len(node.columns) == 1]
    inner = [(name, _compile(node)) for name, node in nodes if node.children or len(node.columns) != 1]
    return kind, leaves, inner


def _object_picker(members: dict[str, _Node]) -> Callable[[bytes], None]:
    """Reads only the wanted members of an object; msgspec checks the syntax of the others and passes over them."""
    kind, leaves, inner = _members({name: node for name, node in members.items() if is_field(name)})
    decode = msgspec.json.Decoder(kind).decode
    odd = [(name, _compile(node)) for name, node in members.items() if not is_field(name)]

    def pick(data: bytes, out: list) -> None:
        found = decode(data)
        for name, column in leaves:
            raw = getattr(found, name)
            if raw:
                out[column] = value_of(bytes(raw))
        for name, pick_member in inner:
            raw = getattr(found, name)
            if raw:
                pick_member(raw, out)
        if odd:
            all_members = _OBJECTS.decode(data)
            for name, pick_member in odd:
                if name in all_members:
                    pick_member(all_members[name], out)

    return pick
