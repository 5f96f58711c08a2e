"""Which contracts the fast way through XML reads, and what it looks for: names of children, and their attributes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from ...contract import Contract
from ..selection import Selection
from .parser import as_uri
from .paths import Reach, local_names, names_in, reach_of
from .values import ELEMENT, RecordValues

_NAME = r"(?:[^\W\d][\w.\-·]*:)?[^\W\d][\w.\-·]*"
_PATH = re.compile(rf"(?P<steps>{_NAME}(?:/{_NAME})*)?(?:(?P<slash>/)?@(?P<attribute>{_NAME}))?")
_OUTER = re.compile(r"(?:\.\./|/|ancestor::|parent::)[^()|]*")
# The prefixes around some records and their namespaces; None: the default namespace.
Around = Mapping[str | None, str]


@dataclass(frozen=True)
class Wanted:
    """A column's path: elements below the record, and perhaps an attribute of the last (or of the record itself)."""

    position: int
    steps: tuple[str, ...]
    attribute: str | None
    is_nested: bool


@dataclass(frozen=True)
class Plan:
    """What to look for in every record. `outer` are columns whose values are the same for all records of a parent."""

    records: tuple[str, ...]
    namespaces: dict[str, str]
    wanted: tuple[Wanted, ...]
    elements: tuple[int, ...]
    outer: tuple[tuple[int, Callable[[etree._Element], str | None]], ...]
    known: frozenset[str] | None

    def spellings(self, name: str, around: Around, used: frozenset[str]) -> list[bytes]:
        """How an element that the contract calls `name` may be written where these prefixes are declared and used."""
        prefix, _, local = name.rpartition(":")
        if not self.namespaces:
            return [local.encode(), *(f"{each}:{local}".encode() for each in sorted(used))]
        if not prefix:
            return [] if None in around else [local.encode()]
        uri = self.namespaces[prefix]
        bound = [local.encode()] if around.get(None) == uri else []
        return [*bound, *(f"{each}:{local}".encode() for each in sorted(used) if around.get(each) == uri)]


def make_plan(contract: Contract, selection: Selection, values: RecordValues) -> Plan | None:
    """The plan of the fast way; None where a column asks for more than it can give."""
    namespaces = {prefix: as_uri(uri) for prefix, uri in contract.format.namespaces.items()}
    nested = {str(column.source) for column in contract.columns if column.type == "super" or column.as_json}
    readers = dict(values.paths)
    wanted: list[Wanted] = []
    elements: list[int] = []
    outer: list[tuple[int, Callable[[etree._Element], str | None]]] = []
    for position, source in selection.fields.items():
        text = str(source) if namespaces else local_names(str(source))
        path = _PATH.fullmatch(text)
        if source == ELEMENT:
            elements.append(position)
        elif path and _is_path(path, bool(namespaces)):
            steps = tuple(path["steps"].split("/")) if path["steps"] else ()
            wanted.append(Wanted(position, steps, path["attribute"], str(source) in nested))
        elif _OUTER.fullmatch(text) and reach_of(text, frozenset(), frozenset()) == Reach.AROUND:
            outer.append((position, readers[position]))
        else:
            return None
    sources = [str(column.source) for column in contract.columns if column.source not in (None, ELEMENT)]
    known = frozenset().union(*map(names_in, sources)) if contract.unknown_columns == "refuse" else None
    return Plan(tuple(contract.format.record), namespaces, tuple(wanted), tuple(elements), tuple(outer), known)


def _is_path(path: re.Match[str], keeps_namespaces: bool) -> bool:
    """Elements, an attribute, or both with a slash between; of attributes only those without a prefix."""
    if bool(path["slash"]) != bool(path["steps"] and path["attribute"]):
        return False
    if path["attribute"] and keeps_namespaces and ":" in path["attribute"]:
        return False
    return bool(path["steps"] or path["attribute"])
