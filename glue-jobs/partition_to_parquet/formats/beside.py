"""What a record has beside the columns of its contract, and how a value stood in it: read from the record's own text."""

from collections.abc import Callable
from functools import partial

from ..columns import Chunk
from ..contract import Column, Contract
from ..json_paths import Step, is_inside, parse_path
from ..rescue import Members, json_members
from .json.values import picker

Find = Callable[[bytes], Members]


def known_members(contract: Contract) -> frozenset[str] | None:
    """Names of the first level that some column's path enters; None where one takes the whole record, or none goes by name."""
    sources = [column.source for column in contract.columns if column.source is not None]
    if contract.format.type == "xlsx":
        return frozenset(map(str, sources)) if contract.format.header in (True, "find") else None
    if "$value" in sources:
        return None
    first = [parse_path(str(source))[0] for source in sources if is_inside(source)]
    return frozenset(step for step in first if isinstance(step, str))


def unknown_finder(contract: Contract) -> Find | None:
    """Finds in a record's text what no column asks for. None where the format has nothing, or tells it by itself."""
    kind = contract.format.type
    if not contract.keeps_unknown or kind in ("csv", "fixed"):
        return None
    if kind == "xml":
        from .xml.beside import unknown_elements

        return unknown_elements(contract)
    known = known_members(contract)
    return None if known is None else partial(json_members, known=known)


def tells_values(contract: Contract) -> bool:
    """Whether records are objects in whose text a value is found with its kind."""
    return contract.format.type == "json" or contract.format.is_columnar


def with_beside(chunk: Chunk, find: Find | None, contract: Contract) -> Chunk:
    """The chunk, which knows its unknown members and how a value stood."""
    if find is not None and chunk.unknown is None:
        chunk.unknown = lambda row: find(chunk.raw(row))
    if tells_values(contract):
        chunk.stood = lambda row, column: _value_in(chunk.raw(row), column, contract)
    return chunk


def _value_in(raw: bytes, column: Column, contract: Contract) -> str | None:
    out: list[str | None] = [None]
    picker([(0, _path(column, contract))])(raw.lstrip(b" \t\r\n"), out)
    return out[0]


def _path(column: Column, contract: Contract) -> tuple[Step, ...]:
    if contract.format.type != "xlsx":
        return parse_path(str(column.source))
    if isinstance(column.source, int):
        from .xlsx.cells import column_letters

        return (column_letters(column.source - 1),)
    return (str(column.source),)
