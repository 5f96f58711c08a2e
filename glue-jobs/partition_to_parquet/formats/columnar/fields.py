"""Where the contract's columns are in a file's own schema."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...batch import SourceFile
from ...contract import Column, Contract
from ...errors import StructureChanged
from ...json_paths import Step, parse_path
from ...native.kinds import kind_of
from ...native.pairs import require_fit
from ...nearest import hint, nearest
from ...notes import Notes
from ..selection import Selection


@dataclass(frozen=True)
class Way:
    """From a record to a value: a top-level field, and steps (member's place, list element, map key) into it."""

    top: int
    steps: tuple[int | str, ...] = ()
    element: tuple[bool, ...] = ()


def find_fields(schema: pa.Schema, selection: Selection, contract: Contract, file: SourceFile, notes: Notes) -> dict[int, Way]:
    """The way to each column, by its position in the selection; those of absent optional columns are left out.

    Raises StructureChanged where a column is missing, stands there twice, or differs by case or type.
    """
    ways: dict[int, Way] = {}
    for position, source in selection.fields.items():
        column = selection.columns[position]
        found = _Search(schema, column, file).way(parse_path(str(source)))
        if found is None:
            notes.warn(f"the optional column '{column.name}' is absent", file.key)
            continue
        ways[position] = found
    _tell_unknown(schema, contract, file, notes)
    return ways


def _tell_unknown(schema: pa.Schema, contract: Contract, file: SourceFile, notes: Notes) -> None:
    if contract.unknown_columns in ("ignore", "rescue"):
        return
    known = _known(contract)
    unknown = [name for name in dict.fromkeys(schema.names) if name not in known]
    if unknown and contract.unknown_columns == "refuse":
        near = nearest(unknown[0], known)
        more = f"; the nearest known name is '{near}'" if near else ""
        raise StructureChanged(f"'{file.key}': the file has the unknown column '{unknown[0]}'{more}", file.key)
    for name in unknown:
        notes.warn(f"the column '{name}' is not in the contract", file.key)


def is_all_known(schema: pa.Schema, contract: Contract) -> bool:
    """Whether some column asks for each of the file's."""
    return set(schema.names) <= _known(contract)


def _known(contract: Contract) -> set[str]:
    return {str(parse_path(str(column.source))[0]) for column in contract.plain if _is_path(column)}


def _is_path(column: Column) -> bool:
    return column.source is not None and not str(column.source).startswith("$")


class _Search:
    """The search for one column."""

    def __init__(self, schema: pa.Schema, column: Column, file: SourceFile):
        self.schema, self.column, self.file = schema, column, file

    def way(self, path: tuple[Step, ...]) -> Way | None:
        top = self._member([(field.name, place) for place, field in enumerate(self.schema)], path[0], "the file")
        if top is None:
            return None
        kind, steps, elements = self.schema.field(top).type, [], []
        for done, step in enumerate(path[1:], 1):
            kind = kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind
            if pa.types.is_null(kind):
                break
            inside = self._inside(kind, step, path[:done])
            if inside is None:
                return None
            kind, place = inside
            steps.append(place)
            elements.append(isinstance(step, int))
        inner = [field.type for field in kind] if pa.types.is_union(kind) else [kind]
        for each in inner:
            require_fit(kind_of(each), kind.type_name if isinstance(kind, pa.OpaqueType) else str(kind), self.column, self.file.key)
        return Way(top, tuple(steps), tuple(elements))

    def _inside(self, kind: pa.DataType, step: Step, before: tuple[Step, ...]) -> tuple[pa.DataType, int | str] | None:
        where = f"'{'.'.join(map(str, before))}'"
        if isinstance(step, str) and pa.types.is_struct(kind):
            place = self._member([(field.name, number) for number, field in enumerate(kind)], step, where)
            return None if place is None else (kind.field(place).type, place)
        if isinstance(step, str) and pa.types.is_map(kind) and kind_of(kind.key_type) in ("text", "binary"):
            return kind.item_type, step
        if isinstance(step, int) and kind_of(kind) == "nested" and not pa.types.is_struct(kind) and not pa.types.is_map(kind):
            return kind.value_type, step
        what = f"element [{step}]" if isinstance(step, int) else f"member '{step}'"
        raise self._changed(f"{where} is {kind}, which has no {what}; the column '{self.column.name}' reads '{self.column.source}'")

    def _member(self, names: Sequence[tuple[str, int]], step: Step, where: str) -> int | None:
        found = [place for name, place in names if name == step]
        if len(found) == 1:
            return found[0]
        if found:
            raise self._changed(f"{where} has the column '{step}' {len(found)} times; have the producer name each column once")
        other = next((name for name, _ in names if name.lower() == str(step).lower()), None)
        if other is not None:
            raise self._changed(f"{where} says '{other}' where the contract says '{step}'; names are exact")
        if self.column.optional:
            return None
        known = [name for name, _ in names]
        shown = ", ".join(known[:50]) + (f" and {len(known) - 50} more" if len(known) > 50 else "")
        more = hint(str(step), known)
        raise self._changed(f"{where} has no '{step}' (column '{self.column.name}'){more}; it has {shown or 'no columns'}")

    def _changed(self, message: str) -> StructureChanged:
        return StructureChanged(f"'{self.file.key}': {message}", self.file.key)


def follow(array: pa.Array, way: Way) -> pa.Array:
    """The values at the end of a way, one for each record; NULL where something on the way is."""
    for step, is_element in zip(way.steps, way.element, strict=True):
        if isinstance(array.type, pa.BaseExtensionType):
            array = array.storage
        if is_element:
            array = _elements(array, int(step))
        elif pa.types.is_map(array.type):
            array = _entries(array, str(step))
        else:
            array = pc.struct_field(array, [int(step)])
    return array


def _elements(array: pa.Array, number: int) -> pa.Array:
    if not pa.types.is_list(array.type):
        array = array.cast(pa.list_(array.type.value_type))
    offsets = np.asarray(array.offsets)
    return _taken(array, array.values, offsets[:-1] + number, offsets[1:] > offsets[:-1] + number)


def _entries(array: pa.Array, key: str) -> pa.Array:
    """The value of a key; of a key twice the last, as of a JSON object."""
    offsets = np.asarray(array.offsets)
    keys = array.keys.cast(pa.binary()) if not pa.types.is_binary(array.keys.type) else array.keys
    hits = np.flatnonzero(pc.equal(keys, pa.scalar(key.encode(), pa.binary())).fill_null(False).to_numpy(zero_copy_only=False))
    after = np.searchsorted(hits, offsets[1:])
    places = hits[np.maximum(after - 1, 0)] if len(hits) else np.zeros(len(array), dtype=np.int64)
    return _taken(array, array.items, places, (after > 0) & (places >= offsets[:-1]))


def _taken(array: pa.Array, values: pa.Array, places: np.ndarray, there: np.ndarray) -> pa.Array:
    there = there & array.is_valid().to_numpy(zero_copy_only=False)
    return values.take(pa.array(np.where(there, places, 0).astype(np.int64), mask=~there))
