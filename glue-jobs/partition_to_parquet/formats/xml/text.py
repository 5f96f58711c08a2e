"""Turns an XML file's bytes into UTF-8 without byte order mark and XML declaration, by what both of them say."""

import codecs
import re

import pyarrow as pa

from ...batch import SourceFile
from ...encodings import CODECS, UNKNOWN
from ...errors import FileUnreadable

_DECLARATION = re.compile(rb"<\?xml(?=[ \t\r\n?])(.*?)\?>", re.S)
# Production 23 of XML 1.0. A processor reads a document of version 1.1 as one of 1.0 (section 2.8).
_PARTS = re.compile(
    rb"\s+version\s*=\s*(?:\"1\.[0-9]+\"|'1\.[0-9]+')"
    rb"(?:\s+encoding\s*=\s*(?:\"(?P<double>[A-Za-z][A-Za-z0-9._-]*)\"|'(?P<single>[A-Za-z][A-Za-z0-9._-]*)'))?"
    rb"(?:\s+standalone\s*=\s*(?:\"(?:yes|no)\"|'(?:yes|no)'))?\s*"
)
_SAME = {
    "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "latin1": "iso-8859-1", "cp1252": "windows-1252",
    "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
}  # fmt: skip
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_WIDE_HEADS = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_WIDE = ("utf-16-le", "utf-16-be")


def decoded_xml(data: bytes, file: SourceFile, wanted: str | None) -> bytes:
    """The text in UTF-8. `wanted` is the contract's encoding, None where the file decides. Raises FileUnreadable."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise FileUnreadable(f"'{file.key}' begins with a byte order mark of UTF-32; deliver it as UTF-8", file.key)
    bom = next((bom for bom in _BOMS if data.startswith(bom)), b"")
    marked, body = _BOMS.get(bom), data[len(bom) :]
    is_told_wide = wanted in _WIDE and _WIDE_HEADS.get(body[:2]) == wanted
    wide = marked if marked in _WIDE else wanted if is_told_wide else None
    if wide:
        body = _decode(body, wide, file)
    declaration = _DECLARATION.match(body)
    declared = _declared(declaration.group(1), file) if declaration else None
    encoding = _agreed(marked or wide, declared, wanted, file)
    if declaration:
        body = body[declaration.end() :]
    return body if wide else _decode(body, encoding, file)


def _declared(inside: bytes, file: SourceFile) -> str | None:
    parts = _PARTS.fullmatch(inside)
    if parts is None:
        shown = inside.decode("ascii", "replace").strip()[:80]
        raise FileUnreadable(f"'{file.key}' has the malformed XML declaration '<?xml {shown}?>'", file.key)
    name = parts["double"] or parts["single"]
    lower = name.decode().lower() if name else None
    return _SAME.get(lower or "", lower)


def _agreed(seen: str | None, declared: str | None, wanted: str | None, file: SourceFile) -> str:
    """The one encoding that byte order mark, declaration and contract agree on."""
    found = [(seen, "its byte order mark says"), (declared, "it declares"), (wanted, "the contract says")]
    told = [(encoding, who) for encoding, who in found if encoding]
    for (one, who), (other, second) in zip(told, told[1:], strict=False):
        if not _is_same(one, other):
            raise FileUnreadable(f"'{file.key}': {who} {one}, but {second} {other}", file.key)
    encoding = told[0][0] if told else "utf-8"
    if encoding == "utf-16" or (encoding in _WIDE and not seen):
        message = "is not in UTF-16, or has no byte order mark: deliver one, or declare utf-16-le or utf-16-be in the contract"
        raise FileUnreadable(f"'{file.key}' {message}", file.key)
    if encoding not in CODECS:
        raise FileUnreadable(f"'{file.key}' declares the encoding {encoding}; supported are {', '.join(CODECS)}", file.key)
    return encoding


def _is_same(one: str, other: str) -> bool:
    return one == other or (one in _WIDE and other == "utf-16") or (other in _WIDE and one == "utf-16")


def _decode(body: bytes, encoding: str, file: SourceFile) -> bytes:
    try:
        if encoding == "utf-8":
            _check_utf8(body)
            return body
        # What no superset knows becomes half a surrogate pair, which does not encode.
        return body.decode(CODECS[encoding], UNKNOWN).encode()
    except UnicodeError as error:
        raise FileUnreadable(f"'{file.key}' contains bytes that are not {encoding}: {error}", file.key) from error


def _check_utf8(body: bytes) -> None:
    try:
        # Arrow checks without a copy of the text.
        pa.array([body], pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        body.decode()
