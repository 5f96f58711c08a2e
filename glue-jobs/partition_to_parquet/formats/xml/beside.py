"""What an XML record has beside the columns of its contract: attributes, elements and text that no column's path enters."""

import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from ...contract import Contract
from ...rescue import Members, encode
from .parser import parse
from .paths import local_names, names_in
from .values import ELEMENT, to_json

_PLAIN = re.compile(r"(?P<first>@?[^\W\d][\w.\-·]*)(?:/@?[^\W\d][\w.\-·]*)*")
_AROUND = re.compile(r"\s*(?:\.\./|/|ancestor(?:-or-self)?::|parent::)")
_OWN_TEXT = re.compile(r"(?<![\w.])\.(?![\w.])|text\(\)")
# A prefix of an element or attribute, wherever it is declared.
_PREFIX = re.compile(rb"[<\s/]([A-Za-z_][\w.\-]*):[A-Za-z_]")


def unknown_elements(contract: Contract) -> Callable[[bytes], Members]:
    """Finds them in a record's text."""
    known = _known(contract)

    def find(raw: bytes) -> Members:
        members = to_json(_record(raw))
        told = members if isinstance(members, dict) else {"#text": members}
        return {name: encode(value) for name, value in told.items() if name not in known and not _is_empty(value)}

    return find


def _known(contract: Contract) -> frozenset[str]:
    known: set[str] = set()
    for column in contract.columns:
        source = str(column.source or "")
        if column.source in (None, ELEMENT) or source.startswith("$") or _AROUND.match(source):
            continue
        path = local_names(source)
        if plain := _PLAIN.fullmatch(path):
            known.add(plain["first"])
            continue
        # A longer expression enters what it names.
        names = names_in(source)
        known |= names | {f"@{name}" for name in names}
        if _OWN_TEXT.search(path):
            known.add("#text")
    return frozenset(known)


def _record(raw: bytes) -> etree._Element:
    """The record's element; prefixes may be declared above it."""
    prefixes = {prefix for prefix in _PREFIX.findall(raw) if prefix not in (b"xml", b"xmlns")}
    declared = b"".join(b' xmlns:%b="urn:%b"' % (prefix, prefix) for prefix in sorted(prefixes))
    return parse(b"<record%b>%b</record>" % (declared, raw))[0]


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
