"""Picks values out of a record's element with XPath 1.0, and turns nested elements into JSON."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lxml import etree

from ...batch import SourceFile
from ...contract import Contract
from ...errors import ContractInvalid, StructureChanged
from ...nearest import hint
from ...values.kinds import Bare, Double, Faulty, Marked, Nested, Several, Truth
from ..selection import Selection
from .parser import as_uri
from .paths import Reach, local_names, names_in, reach_of

_STRING = etree.XPath("string()", smart_strings=False)
_ATTRIBUTE = re.compile(r"@([^\W\d][\w.-]*)")
_CHILD = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_NUMBER = re.compile(r"\s*number\s*\((.+)\)\s*", re.S)
_XML_NAMESPACE = "{http://www.w3.org/XML/1998/namespace}"
ELEMENT = "$element"

Read = Callable[[etree._Element], str | None]


class RecordValues:
    """Reads the wanted values of one record at a time."""

    def __init__(self, contract: Contract, selection: Selection, file: SourceFile):
        namespaces = {prefix: as_uri(uri) for prefix, uri in contract.format.namespaces.items()}
        self.keeps_namespaces = bool(namespaces)
        # Each name of a record element as the tree has it → as the contract writes it.
        self.tags = {_qualified(name, namespaces): name for name in contract.format.record}
        self.file = file
        self.size = selection.size
        columns = [column for column in contract.columns if column.source is not None]
        self.sources = [str(column.source) for column in columns if column.source != ELEMENT]
        nested = {str(column.source) for column in columns if column.type == "super" or column.as_json}
        self.paths = [
            (position, self._reader(str(source), namespaces, source in nested)) for position, source in selection.fields.items()
        ]
        names = set().union(*(names_in(source) for source in self.sources))
        self.known = names if contract.unknown_columns == "refuse" else None

    def reach(self, around: frozenset[str]) -> Reach:
        """How far from the record the columns look; `around` are the names of elements that hold records."""
        records = frozenset(name.rpartition(":")[2] for name in self.tags.values())
        return max((reach_of(source, records, around) for source in self.sources), default=Reach.RECORD)

    def _reader(self, source: str, namespaces: dict[str, str], is_nested: bool) -> Read:
        if source == ELEMENT:
            return lambda element: self.tags[element.tag]
        path = source if namespaces else local_names(source)
        if attribute := _ATTRIBUTE.fullmatch(path):
            name = attribute.group(1)
            return lambda element: element.get(name)
        find = _child(path) or _compiled(path, namespaces)
        return lambda element: _value_of(find(element), is_nested)

    def read(self, element: etree._Element) -> list[str | None]:
        """The record's values, by position in the selection. Raises StructureChanged for a part that is refused."""
        row: list[str | None] = [None] * self.size
        for position, read in self.paths:
            try:
                row[position] = read(element)
            except etree.XPathError as error:
                row[position] = Faulty(f"the XPath fails on this record: {error}", "wrong_type")
            except RecursionError:
                row[position] = Faulty("elements around the record are nested too deep", "too_deep")
        if self.known is not None:
            self._refuse_unknown(element)
        return row

    def _refuse_unknown(self, element: etree._Element) -> None:
        names = [etree.QName(child).localname for child in element.iterchildren(etree.Element)]
        names += [etree.QName(name).localname for name in element.attrib]
        for name in names:
            if self.known is not None and name not in self.known:
                message = f"'{self.file.key}': a record has the unknown element or attribute '{name}'{hint(name, self.known)}"
                raise StructureChanged(message, self.file.key)


def _qualified(record: str, namespaces: dict[str, str]) -> str:
    prefix, _, local = record.rpartition(":")
    if not prefix or not namespaces:
        return local
    if prefix not in namespaces:
        raise ContractInvalid(f"the record '{record}' has the prefix '{prefix}', which 'namespaces' does not bind")
    return f"{{{namespaces[prefix]}}}{local}"


def _compiled(path: str, namespaces: dict[str, str]) -> Callable[[etree._Element], Any]:
    find = _xpath(path, namespaces)
    inner = _NUMBER.fullmatch(path)
    if inner is None or not _is_path(inner[1]):
        return find
    nodes = _xpath(inner[1], namespaces)

    def number(element: etree._Element) -> Any:
        """`number(path)`: nothing, or nothing but blanks, is NULL rather than NaN."""
        found = nodes(element)
        if isinstance(found, list) and not any(_text_of(node).strip() for node in found[:1]):
            return []
        return find(element)

    return number


def _xpath(path: str, namespaces: dict[str, str]) -> etree.XPath:
    try:
        return etree.XPath(path, namespaces=namespaces or None, smart_strings=False)
    except etree.XPathSyntaxError as error:
        raise ContractInvalid(f"'{path}' is no XPath: {error}") from error


def _is_path(text: str) -> bool:
    try:
        etree.XPath(text)
        return True
    except etree.XPathSyntaxError:
        return False


def _child(path: str) -> Callable[[etree._Element], list] | None:
    """A path that is a child's name, without XPath's engine: a tenth of the time."""
    return (lambda element: list(element.iterchildren(path))) if _CHILD.fullmatch(path) else None


def _text_of(node: Any) -> str:
    return node if isinstance(node, str) else node[1] if isinstance(node, tuple) else _STRING(node)


def _value_of(result: Any, is_nested: bool) -> str | None:
    if isinstance(result, list):
        if not result:
            return None
        if len(result) > 1:
            return Several(str(len(result)), _listed(result))
        node = result[0]
        if isinstance(node, (str, tuple)):
            return _text_of(node)
        if next(node.iterchildren(etree.Element), None) is not None:
            return Nested(json.dumps(to_json(node), ensure_ascii=False))
        text = _STRING(node) if len(node) else node.text or ""
        if is_nested and isinstance(node.tag, str) and node.attrib:
            return Marked(text, json.dumps(to_json(node), ensure_ascii=False))
        return text
    if isinstance(result, bool):
        return Truth("true" if result else "false")
    if isinstance(result, float):
        if result != result or abs(result) == float("inf"):
            return "NaN" if result != result else "Infinity" if result > 0 else "-Infinity"
        return Double(format(Decimal(repr(result)).normalize(), "f"))
    return Bare(result) if is_nested else str(result)


# More nodes than this are not told where one was expected.
_MOST_NODES = 100


def _listed(nodes: list) -> str:
    """Several nodes as a JSON list."""
    if len(nodes) > _MOST_NODES:
        return ""
    told = [_text_of(node) if isinstance(node, (str, tuple)) else to_json(node) for node in nodes]
    return json.dumps(told, ensure_ascii=False)


def to_json(element: etree._Element) -> Any:
    """Attributes as `@name`, children by name (several of a name: a list), text beside either as `#text`; a bare text is itself."""
    members: dict[str, Any] = {}
    for qualified, value in element.attrib.items():
        local = f"@{etree.QName(qualified).localname}"
        members[local if local not in members else f"@{qualified}"] = value
    for child in element.iterchildren(etree.Element):
        name, value = etree.QName(child).localname, to_json(child)
        if name not in members:
            members[name] = value
        elif isinstance(members[name], list):
            members[name].append(value)
        else:
            members[name] = [members[name], value]
    text = "".join(element.xpath("text()")).strip()
    if not members:
        return text or None
    return {**members, "#text": text} if text else members


def without_namespaces(root: etree._Element, keeps_language: bool = False) -> None:
    """Leaves only local names, so that the contract's paths match in any namespace. An attribute without prefix goes first."""
    for element in root.iter(etree.Element):
        if element.tag[0] == "{":
            element.tag = etree.QName(element).localname
        for name in [name for name in element.attrib if name[0] == "{"]:
            local = etree.QName(name).localname
            if keeps_language and name.startswith(_XML_NAMESPACE):
                element.set(local, element.get(name))
            elif local not in element.attrib:
                element.set(local, element.attrib.pop(name))


def depth_of(element: etree._Element) -> int:
    """How many levels of elements there are, the element itself included."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(element, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest
