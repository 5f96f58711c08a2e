"""Picks values out of a record's element with XPath 1.0, and turns nested elements into JSON."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lxml import etree

from ..batch import SourceFile
from ..contract import Contract
from ..errors import ContractInvalid, StructureChanged
from ..nearest import hint
from ..values.kinds import Nested, Several
from .selection import Selection

_STRING = etree.XPath("string()", smart_strings=False)
_AROUND = re.compile(r"\.\.|^\s*/|[(|\[,]\s*/|ancestor|parent::|preceding|following|\bid\(")
_ATTRIBUTE = re.compile(r"@([A-Za-z_][\w.-]*)")
_CHILD = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_XML_NAMESPACE = "{http://www.w3.org/XML/1998/namespace}"


class RecordValues:
    """Reads the wanted values of one record at a time."""

    def __init__(self, contract: Contract, selection: Selection, file: SourceFile):
        namespaces = contract.format.namespaces
        self.keeps_namespaces = bool(namespaces)
        self.tag = _qualified(contract.format.record, namespaces)
        self.file = file
        self.size = selection.size
        self.paths: list[tuple[int, str | None, Any]] = []
        for position, source in selection.fields.items():
            attribute = _ATTRIBUTE.fullmatch(str(source))
            path = None if attribute else _child(str(source)) or _compiled(str(source), namespaces)
            self.paths.append((position, attribute.group(1) if attribute else None, path))
        sources = [str(column.source) for column in contract.columns if column.source is not None]
        self.looks_around = any(_AROUND.search(source) for source in sources)
        self.known = _names_in(sources) if contract.unknown_columns == "refuse" else None

    def read(self, element: etree._Element) -> list[str | None]:
        """The record's values, by position in the selection. Raises StructureChanged for a part that is refused."""
        row: list[str | None] = [None] * self.size
        for position, attribute, path in self.paths:
            row[position] = element.get(attribute) if attribute else _value_of(path(element))
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


def _compiled(path: str, namespaces: dict[str, str]) -> etree.XPath:
    try:
        return etree.XPath(path, namespaces=namespaces or None, smart_strings=False)
    except etree.XPathSyntaxError as error:
        raise ContractInvalid(f"'{path}' is no XPath: {error}") from error


def _child(path: str) -> Callable[[etree._Element], list] | None:
    """A path that is a child's name, without XPath's engine: a tenth of the time."""
    return (lambda element: list(element.iterchildren(path))) if _CHILD.fullmatch(path) else None


def _names_in(paths: list[str]) -> set[str]:
    return {name.rpartition(":")[2] for path in paths for name in re.findall(r"[A-Za-z_][\w.:-]*", path)}


def _value_of(result: Any) -> str | None:
    if isinstance(result, list):
        if not result:
            return None
        if len(result) > 1:
            return Several(str(len(result)))
        node = result[0]
        if isinstance(node, str):
            return node
        if isinstance(node, tuple):
            return node[1]
        if not len(node):
            return node.text or ""
        if next(node.iterchildren(etree.Element), None) is not None:
            return Nested(json.dumps(to_json(node), ensure_ascii=False))
        return _STRING(node)
    if isinstance(result, bool):
        return "true" if result else "false"
    if isinstance(result, float):
        is_plain = result == result and abs(result) != float("inf")
        return format(Decimal(repr(result)).normalize(), "f") if is_plain else str(result)
    return str(result)


def to_json(element: etree._Element) -> Any:
    """Attributes as `@name`, children by name (several of a name: a list), text beside either as `#text`; a bare text is itself."""
    members: dict[str, Any] = {f"@{etree.QName(name).localname}": value for name, value in element.attrib.items()}
    for child in element.iterchildren(etree.Element):
        name, value = etree.QName(child).localname, to_json(child)
        if name not in members:
            members[name] = value
        elif isinstance(members[name], list):
            members[name].append(value)
        else:
            members[name] = [members[name], value]
    text = "".join(part for part in element.xpath("text()")).strip()
    if not members:
        return text or None
    return {**members, "#text": text} if text else members


def without_namespaces(root: etree._Element) -> None:
    """Leaves only local names, so that the contract's paths match in any namespace."""
    for element in root.iter(etree.Element):
        if element.tag[0] == "{":
            element.tag = etree.QName(element).localname
        for name in [name for name in element.attrib if name[0] == "{" and not name.startswith(_XML_NAMESPACE)]:
            element.set(etree.QName(name).localname, element.attrib.pop(name))


def depth_of(element: etree._Element) -> int:
    """How many levels of elements there are, the element itself included."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(element, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest
