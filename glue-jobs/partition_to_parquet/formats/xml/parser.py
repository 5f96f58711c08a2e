"""libxml2 with the settings that every XML text is parsed with."""

import re
from urllib.parse import quote

from lxml import etree

_SETTINGS = dict(resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False)
_DECLARED = re.compile(rb"(\bxmlns(?:\s*|:[^\s=]+\s*)=\s*)(\"[^\"<]*\"|'[^'<]*')")
# What RFC 3986 allows in a URI as it stands.
_URI = "%/:?#[]@!$&'()*+,;=-._~"


# libxml2 refuses longer texts unless it is told otherwise; then it also stops counting how far entities expand.
_LONG = 9_000_000


def parse(text: bytes, has_entities: bool = False) -> etree._Element:
    """The root of a well-formed document in UTF-8. One that may have entities must not be long."""
    is_huge = len(text) > _LONG and not has_entities
    try:
        return etree.fromstring(text, etree.XMLParser(huge_tree=is_huge, **_SETTINGS))
    except etree.XMLSyntaxError as error:
        if "is not a valid URI" not in str(error.msg):
            raise
        mended = _DECLARED.sub(lambda found: found[1] + _as_uri(found[2].decode()).encode(), text)
        if mended == text:
            raise
        return parse(mended, has_entities)


def reason_of(error: etree.XMLSyntaxError) -> str:
    """libxml2's words without its place, which is none in the file: it saw a part of it."""
    return re.sub(r", line \d+, column \d+$", "", str(error.msg))


def as_uri(name: str) -> str:
    """A namespace's name, which may be an IRI, as libxml2 takes it: letters outside ASCII and blanks percent-encoded."""
    return quote(name, safe=_URI)


def _as_uri(quoted: str) -> str:
    return quoted[0] + as_uri(quoted[1:-1]) + quoted[0]


def declared(prefix: str | None, uri: str) -> bytes:
    """The attribute that declares a namespace."""
    value = uri.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return f' xmlns{"" if prefix is None else ":" + prefix}="{value}"'.encode()
