"""Where each wanted column stands in a CSV file: by the header's names, or by position."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...batch import SourceFile
from ...contract import RESCUED_SOURCE, Column, Contract
from ...errors import FileUnreadable, StructureChanged
from ...nearest import hint, nearest
from ...values.kinds import WHITE_SPACE
from .beginning import Beginning, names_of, read_beginning
from .records import Record, Splitter

_DELIMITERS = (",", ";", "\t", "|")
_SPECIAL = ("$file", "$partition", "$manifest", "$landed", RESCUED_SOURCE)

# A column's `from`, and which of the fields with that name it is.
Place = tuple[str | int, int]


@dataclass(frozen=True)
class Layout:
    """A record has `least` to `width` fields, more if those are all empty; `places` of the fields that columns ask for.

    `unknown` are the fields of a header that no column asks for, by their places.
    """

    least: int
    width: int
    places: dict[Place, int]
    beginning: Beginning
    warnings: frozenset[tuple[str, str]]
    unknown: tuple[tuple[int, str], ...] = ()


def _is_special(source: str | int) -> bool:
    return source in _SPECIAL or str(source).startswith("$path.")


def place_of(column: Column) -> Place:
    """What a column asks the layout for."""
    return column.source or "", column.occurrence or 1


def read_layout(head: bytes, final: bool, splitter: Splitter, contract: Contract, file: SourceFile) -> Layout | None:
    """The layout of a file that begins with `head`; None when the head does not hold the first record whole."""
    columns = [column for column in contract.columns if column.source is not None and not _is_special(column.source)]
    needed = list(dict.fromkeys(str(column.source) for column in columns if not column.optional and not column.retired))
    beginning = read_beginning(head, final, splitter, contract.format, file, lambda record: _lacking(record, needed))
    if beginning is None:
        return None
    if contract.format.header in (False, "skip"):
        first = next(splitter.split(head, beginning.body, final), None)
        if first is None and not final:
            return None
        return _by_position(columns, first, beginning)
    if beginning.header is None:
        return Layout(0, 0, {}, beginning, frozenset())
    return _by_name(_Header(head, beginning, splitter, contract, file), columns)


def _lacking(record: Record, needed: Sequence[str]) -> list[str]:
    """The names that a record would need to be the header."""
    try:
        names = set(names_of(record, WHITE_SPACE))
    except UnicodeDecodeError:
        return list(needed)
    return [name for name in needed if name not in names]


def _by_position(columns: Sequence[Column], first: Record | None, beginning: Beginning) -> Layout:
    positions = {place_of(column): int(column.source) - 1 for column in columns if isinstance(column.source, int)}
    widest = max(positions.values(), default=-1) + 1
    width = widest
    # A retired column at the end may be there still, or not.
    least = max((int(column.source) for column in columns if isinstance(column.source, int) and not column.retired), default=0)
    if not positions or set(positions.values()) != set(range(widest)):
        # The contract passes over some positions, so only the file can tell how many there are.
        filled = [place for place, field in enumerate((first and first.fields) or ()) if field.strip()]
        width = max([widest, *(place + 1 for place in filled)])
    return Layout(least if width == widest else width, width, positions, beginning, frozenset())


class _Header:
    """A header with the file that it stands in, for what there is to say about it."""

    def __init__(self, head: bytes, beginning: Beginning, splitter: Splitter, contract: Contract, file: SourceFile):
        self.beginning, self.contract, self.file, self.delimiter = beginning, contract, file, splitter.delimiter.decode()
        record = beginning.header
        if record is None or record.fields is None:
            raise FileUnreadable(f"'{file.key}': the header cannot be read: {record and record.fault}", file.key)
        try:
            self.names = names_of(record, WHITE_SPACE)
        except UnicodeDecodeError as error:
            encoding = contract.format.encoding or "utf-8"
            raise FileUnreadable(f"'{file.key}': the header contains bytes that are not {encoding}", file.key) from error
        self.line = head[record.start : record.end].decode("utf-8", "replace")
        self.has_line_feeds = b"\n" in head

    def refusal(self, message: str) -> StructureChanged:
        return StructureChanged(f"'{self.file.key}': {message}", self.file.key)

    def otherwise(self, wanted: set[str]) -> str:
        """How the file as a whole looks, where that is not what the contract says."""
        if "\r" in self.line.rstrip("\r") and not self.has_line_feeds:
            return "; the file has no line feeds, its lines end in a lone CR: deliver it with LF or CRLF"
        quote = self.contract.format.quote or '"'
        for other in _DELIMITERS:
            names = {name.strip(WHITE_SPACE + quote) for name in self.line.split(other)}
            if other != self.delimiter and len(wanted) > 1 and wanted <= names:
                return f"; the header looks delimited by {_named(other)}, the contract says {_named(self.delimiter)}: correct 'delimiter'"
        return ""


def _named(delimiter: str) -> str:
    return {"\t": "a tab"}.get(delimiter, f"'{delimiter}'")


def _by_name(header: _Header, columns: Sequence[Column]) -> Layout:
    names, file, contract = header.names, header.file, header.contract
    wanted = {str(column.source) for column in columns}
    places: dict[Place, int] = {}
    warnings: set[tuple[str, str]] = set()
    for column in columns:
        if column.retired:
            continue
        found = [place for place, name in enumerate(names) if name == column.source]
        if found:
            places[place_of(column)] = _chosen(column, found, header)
            continue
        _refuse_other_case(column, header, wanted)
        if not column.optional:
            unknown = [name for name in names if name not in wanted and name]
            message = f"the header has no '{column.source}' (column '{column.name}')"
            otherwise = header.otherwise({str(each.source) for each in columns if not each.optional})
            near = "" if otherwise else hint(str(column.source), unknown)
            raise header.refusal(f"{message}{near}{otherwise}; it has {', '.join(_cut(names))}")
        warnings.add((f"the optional column '{column.name}' is absent", file.key))
    unknown = list(dict.fromkeys(name for name in names if name and name not in wanted))
    if unknown and contract.unknown_columns == "refuse":
        near = nearest(unknown[0], wanted)
        raise header.refusal(f"the header has the unknown column '{unknown[0]}'" + (f"; the nearest known name is '{near}'" if near else ""))
    if contract.unknown_columns == "warn":
        warnings |= {(f"the column '{name}' is not in the contract", file.key) for name in unknown}
    named = [place for place, name in enumerate(names) if name]
    least = max([*named[-1:], *places.values()], default=len(names) - 1) + 1
    asked, retired = set(places.values()), {column.source for column in columns if column.retired}
    beside = [(place, name or f"column {place + 1}") for place, name in enumerate(names) if place not in asked and name not in retired]
    kept = tuple(beside) if contract.keeps_unknown else ()
    return Layout(least, len(names), places, header.beginning, frozenset(warnings), kept)


def _chosen(column: Column, found: list[int], header: _Header) -> int:
    """Which of the fields with the column's name is meant."""
    wanted = column.occurrence
    if wanted is None and len(found) > 1:
        message = f"the header has the name '{column.source}' twice" if len(found) == 2 else f"the header has the name '{column.source}' {len(found)} times"
        raise header.refusal(f"{message}; say which one the column '{column.name}' is, with occurrence: 1 to {len(found)}")
    if (wanted or 1) > len(found):
        times = "once" if len(found) == 1 else f"{len(found)} times"
        raise header.refusal(f"the header has the name '{column.source}' {times}, the column '{column.name}' says occurrence: {wanted}")
    return found[(wanted or 1) - 1]


def _refuse_other_case(column: Column, header: _Header, wanted: set[str]) -> None:
    source = str(column.source)
    if others := [name for name in header.names if name.lower() == source.lower() and name not in wanted]:
        raise header.refusal(f"the header says '{others[0]}' where the contract says '{source}'; names are exact")


def _cut(names: Sequence[str]) -> Sequence[str]:
    return names if len(names) <= 50 else [*names[:50], f"and {len(names) - 50} more"]
