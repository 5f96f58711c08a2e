"""Where each wanted column stands in a CSV file: by the header's names, or by position."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..batch import SourceFile
from ..contract import Column, Contract
from ..errors import FileUnreadable, StructureChanged
from ..nearest import hint, nearest
from ..standardise import WHITE_SPACE
from .csv_records import Splitter


@dataclass(frozen=True)
class Layout:
    """`width` fields a record (None: as many as the file's first record has); `places` by the column's `from`."""

    width: int | None
    places: dict[str | int, int]
    body: int
    warnings: frozenset[tuple[str, str]]


def read_layout(head: bytes, final: bool, splitter: Splitter, contract: Contract, file: SourceFile) -> Layout | None:
    """The layout of a file that begins with `head`; None when the head does not hold the first record whole."""
    columns = [column for column in contract.columns if column.source is not None and not _is_special(column)]
    first = next(splitter.split(head, 0, final), None)
    if first is None:
        return Layout(None, {}, len(head), frozenset()) if final else None
    if not contract.format.header:
        return _by_position(columns, first.fields)
    if first.fields is None:
        raise FileUnreadable(f"'{file.key}': the header cannot be read: {first.fault}", file.key)
    try:
        names = [field.decode().strip(WHITE_SPACE) for field in first.fields]
    except UnicodeDecodeError as error:
        raise FileUnreadable(f"'{file.key}': the header holds bytes that are no {contract.format.encoding or 'utf-8'}", file.key) from error
    line_end = head.find(b"\n", first.end)
    body = len(head) if line_end < 0 else line_end + 1
    return _by_name(columns, names, body, contract, file)


def _is_special(column: Column) -> bool:
    return column.source in ("$file", "$partition", "$manifest", "$landed")


def _by_position(columns: Sequence[Column], first: list[bytes] | None) -> Layout:
    positions = {int(column.source): int(column.source) - 1 for column in columns if isinstance(column.source, int)}
    widest = max(positions, default=0)
    if positions and set(positions) == set(range(1, widest + 1)):
        width = widest
    else:
        # The contract passes over some positions, so only the file can tell how many there are.
        width = max(widest, len(first or ()))
    return Layout(width, dict(positions), 0, frozenset())


def _by_name(columns: Sequence[Column], names: list[str], body: int, contract: Contract, file: SourceFile) -> Layout:
    wanted = {str(column.source) for column in columns}
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise StructureChanged(f"'{file.key}': the header has the name '{twice[0]}' twice", file.key)
    for name in names:
        others = [other for other in wanted if other.lower() == name.lower() and other != name]
        if others and name not in wanted:
            message = f"'{file.key}': the header says '{name}' where the contract says '{others[0]}'; names are exact"
            raise StructureChanged(message, file.key)
    places = {name: place for place, name in enumerate(names) if name in wanted}
    unknown = [name for name in names if name not in wanted]
    warnings: set[tuple[str, str]] = set()
    for column in columns:
        if column.source in places:
            continue
        if not column.optional:
            message = f"'{file.key}': the header has no '{column.source}' (column '{column.name}'){hint(str(column.source), unknown)}"
            raise StructureChanged(f"{message}; it has {', '.join(names)}", file.key)
        warnings.add((f"the optional column '{column.name}' is absent", file.key))
    if unknown and contract.unknown_columns == "refuse":
        near = nearest(unknown[0], wanted)
        message = f"'{file.key}': the header has the unknown column '{unknown[0]}'" + (f"; the nearest known name is '{near}'" if near else "")
        raise StructureChanged(message, file.key)
    if contract.unknown_columns == "warn":
        warnings |= {(f"the column '{name}' is not in the contract", file.key) for name in unknown}
    return Layout(len(names), dict(places), body, frozenset(warnings))
