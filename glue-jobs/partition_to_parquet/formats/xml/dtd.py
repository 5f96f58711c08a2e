"""What a document's own DTD declares: entities and defaults are refused, lists of tokens are read as XML 1.0 says."""

import re

from lxml import etree

from ...batch import SourceFile
from ...errors import FileUnreadable
from .parser import parse, reason_of

_QUOTED = rb"\"[^\"]*\"|'[^']*'"
_BETWEEN = rb"<!--.*?-->|<\?.*?\?>"
_DOCTYPE = re.compile(
    rb"(?:\s|" + _BETWEEN + rb")*(<!DOCTYPE(?:[^\[>\"']|" + _QUOTED + rb")*"
    rb"(?:\[(?:" + _BETWEEN + rb"|" + _QUOTED + rb"|[^\]\"'])*\]\s*)?>)",
    re.S,
)  # fmt: skip
_LIST = re.compile(rb"<!ATTLIST\s+([^\s>]+)((?:[^>\"']|" + _QUOTED + rb")*)>")
_ATTRIBUTE = re.compile(
    rb"\s+([^\s>\"']+)\s+(CDATA|[A-Z]+\s*(?:\([^)]*\))?|\([^)]*\))\s+(#REQUIRED|#IMPLIED|(?:#FIXED\s+)?(?:" + _QUOTED + rb"))"
)

# Element and attribute, as the DTD writes them.
Tokens = frozenset[tuple[str, str]]


def read_doctype(text: bytes, file: SourceFile) -> Tokens:
    """The attributes that hold tokens. Raises FileUnreadable for entities, and for defaults, which records would miss."""
    found = _DOCTYPE.match(text)
    if found is None:
        return frozenset()
    doctype = found[1]
    try:
        root = parse(doctype + b"<sluice-root/>", has_entities=True)
    except etree.XMLSyntaxError as error:
        raise FileUnreadable(f"'{file.key}' has a malformed DOCTYPE: {reason_of(error)}", file.key) from error
    dtd = root.getroottree().docinfo.internalDTD
    names = [str(entity.name) for entity in dtd.iterentities()] if dtd is not None else []
    if names:
        raise FileUnreadable(f"'{file.key}' uses entities ({', '.join(names[:3])}), which are refused", file.key)
    tokens = set()
    for element, attribute, kind, default in _attributes(re.sub(_BETWEEN, b"", doctype, flags=re.S)):
        if default not in ("#REQUIRED", "#IMPLIED"):
            what = f"declares a default for the attribute '{attribute}' of <{element}> in its DTD"
            raise FileUnreadable(f"'{file.key}' {what}, which is refused; deliver the attribute in the elements", file.key)
        if kind != "CDATA":
            tokens.add((element, attribute))
    return frozenset(tokens)


def _attributes(doctype: bytes) -> list[tuple[str, ...]]:
    return [
        (declared[1].decode(), *(part.decode() for part in attribute.groups()))
        for declared in _LIST.finditer(doctype)
        for attribute in _ATTRIBUTE.finditer(declared[2])
    ]


def normalise_tokens(root: etree._Element, tokens: Tokens) -> None:
    """Blanks of attributes that are not CDATA, as section 3.3.3 of XML 1.0 has them: none at the ends, one between."""
    for element in root.iter(etree.Element) if tokens else ():
        name = _written(element.tag, element)
        for attribute, value in element.attrib.items():
            if (name, _written(attribute, element)) in tokens:
                element.set(attribute, re.sub(" +", " ", value).strip(" "))


def _written(tag: str, element: etree._Element) -> str:
    """A qualified name with its prefix, as it stands in the text."""
    if tag[0] != "{":
        return tag
    name = etree.QName(tag)
    if tag == element.tag:
        return f"{element.prefix}:{name.localname}" if element.prefix else name.localname
    prefix = next((prefix for prefix, uri in element.nsmap.items() if prefix and uri == name.namespace), "xml")
    return f"{prefix}:{name.localname}"
