"""Text encodings: byte order marks, and every declared encoding to UTF-8, by Python's own codecs."""

import codecs
import re
from collections.abc import Iterator

from .batch import SourceFile
from .errors import FileUnreadable

# The name of this module's way with bytes that a codec does not know: superset first, then half surrogates,
# which encode() refuses.
UNKNOWN = "sluice"

# The contract's names and Python's codecs. `utf-16` is one of the two by its byte order mark.
CODECS = {
    "utf-8": "utf-8", "utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be",
    "iso-8859-1": "latin-1", "iso-8859-2": "iso8859-2", "iso-8859-5": "iso8859-5", "iso-8859-7": "iso8859-7",
    "iso-8859-8": "iso8859-8", "iso-8859-9": "iso8859-9", "iso-8859-15": "iso8859-15",
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)},
    "koi8-r": "koi8-r", "shift_jis": "shift_jis", "euc-jp": "euc-jp", "euc-kr": "euc-kr", "gb18030": "gb18030", "big5": "big5",
}  # fmt: skip
_SEVERAL_BYTES = {"utf-16-le", "utf-16-be", "shift_jis", "euc-jp", "euc-kr", "gb18030", "big5"}
# A line feed is one byte that stands for nothing else, so a file can be read from behind any of them.
_WITHOUT_RANGES = {"utf-16", "utf-16-le", "utf-16-be"}
# Microsoft's supersets: producers name the standard and write these. They decide where the standard has no character.
_SUPERSETS = {"shift_jis": "cp932", "euc_kr": "cp949", "big5": "cp950"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), ("\ufeff".encode("gb18030"), "gb18030"),
)  # fmt: skip
# As much of a file's beginning as tells its encoding.
PROBE_BYTES = 256
_ESCAPED = re.compile(rb"(\xed[\xb0-\xb3][\x80-\xbf])")
BLOCK_BYTES = 4 * 1024 * 1024


def allows_ranges(encoding: str | None) -> bool:
    """Whether a line feed can be found in bytes of the encoding without reading from the beginning."""
    return encoding not in _WITHOUT_RANGES


def opened(head: bytes, file: SourceFile, encoding: str | None) -> tuple[str, int]:
    """The encoding (a key of CODECS) of a file that begins with `head`, and how many bytes its byte order mark has.

    `encoding` is the declared one, None for UTF-8. Raises FileUnreadable where the file's beginning contradicts it.
    """
    declared = encoding or "utf-8"
    mark, found = next(((mark, name) for mark, name in _MARKS if head.startswith(mark)), (b"", None))
    if found is None:
        if declared == "utf-16":
            message = "has no byte order mark; declare encoding: utf-16-le or utf-16-be"
            raise FileUnreadable(f"'{file.key}' {message}", file.key)
        _refuse_utf16(head, file, declared)
        return declared, 0
    if found == declared or (declared == "utf-16" and found.startswith("utf-16")):
        return found, len(mark)
    if found == "gb18030":
        return declared, 0
    name = found.upper() if found == "utf-32" else found.upper().removesuffix("-LE").removesuffix("-BE")
    said = f"the contract says {declared}" if encoding else "the contract names no encoding, which means utf-8"
    remedy = "deliver it in another encoding" if found == "utf-32" else f"declare encoding: {name.lower()}, or deliver it in the declared one"
    raise FileUnreadable(f"'{file.key}' begins with a byte order mark of {name}, {said}; {remedy}", file.key)


def _refuse_utf16(head: bytes, file: SourceFile, declared: str) -> None:
    """UTF-16 without a mark shows by a NUL in every other byte; text of any other encoding has none."""
    probe = head[:PROBE_BYTES]
    if declared.startswith("utf-16") or len(probe) < 4 or b"\0" not in probe:
        return
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        half, other = probe[first::2], probe[1 - first :: 2]
        if not half.strip(b"\0") and b"\0" not in other:
            message = f"looks like {name} (every other byte is NUL), not {declared}; declare encoding: {name}"
            raise FileUnreadable(f"'{file.key}' {message}", file.key)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Bytes that the codec does not know: by its superset, or as half surrogates, which no UTF-8 text holds."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if wider := _SUPERSETS.get(error.encoding):
        try:
            return error.object[error.start : error.start + 2].decode(wider), min(error.start + 2, len(error.object))
        except UnicodeDecodeError:
            pass
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(UNKNOWN, _escaped)


def to_utf8(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Blocks of UTF-8. A byte that the encoding does not know becomes bytes that are no UTF-8, in its place."""
    blocks = _divided(pieces)
    if encoding == "utf-8":
        yield from blocks
        return
    decoder = codecs.getincrementaldecoder(CODECS[encoding])(UNKNOWN)
    of_one_byte = encoding not in _SEVERAL_BYTES
    for block in blocks:
        if of_one_byte and block.isascii():
            yield block
        elif text := decoder.decode(block):
            yield text.encode("utf-8", "surrogatepass")
    if rest := decoder.decode(b"", True):
        yield rest.encode("utf-8", "surrogatepass")


def _divided(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Blocks of one size, which the processor's cache holds: a fifth less time than with whole pieces."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        if not held and len(piece) >= BLOCK_BYTES:
            whole = len(piece) - len(piece) % BLOCK_BYTES
            if whole == BLOCK_BYTES == len(piece):
                yield piece
            else:
                yield from (piece[place : place + BLOCK_BYTES] for place in range(0, whole, BLOCK_BYTES))
            piece = piece[whole:]
        if piece:
            held.append(piece)
            size += len(piece)
        if size >= BLOCK_BYTES:
            yield held[0] if len(held) == 1 else b"".join(held)
            held, size = [], 0
    if held:
        yield held[0] if len(held) == 1 else b"".join(held)


def shown(raw: bytes) -> bytes:
    """A record's text with the bytes that `to_utf8` escaped shown as \\xNN."""
    if b"\xed" not in raw:
        return raw
    return b"".join(
        part if index % 2 == 0 else b"\\x%02x" % (ord(part.decode("utf-8", "surrogatepass")) - 0xDC00)
        for index, part in enumerate(_ESCAPED.split(raw))
    )


def without_bom(data: bytes, file: SourceFile, encoding: str | None) -> bytes:
    """A document without its byte order mark. The codec `utf-16` wants to see the mark, so that one stays."""
    _, mark = opened(data[:PROBE_BYTES], file, encoding)
    return data[mark:] if mark and encoding != "utf-16" else data
