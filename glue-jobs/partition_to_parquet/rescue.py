"""What a record has beside its contract, and values that do not fit their columns: kept in the column `_rescued`."""

from collections.abc import Callable, Iterable, Mapping

import msgspec
import pyarrow as pa

from .contract import RESCUED, Column
from .errors import BadValue
from .values.kinds import WHITE_SPACE, Faulty, Marked, Nested, Number, Several, Truth
from .values.texts import SUPER_BYTES, parse_super

# Members of a record by name, each as JSON text.
Members = Mapping[str, bytes]
# Of a row: by column, the value as JSON text (None where no text can say it), and the code of the rule that it broke.
Errors = dict[int, dict[str, tuple[bytes | None, str]]]

_COLUMN = Column(RESCUED, "super", None)
_OBJECTS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_STRINGS = msgspec.json.Decoder(str)
encode = msgspec.json.encode


def nothing_unknown(row: int) -> Members:
    """Of records that have no more than the contract asks for."""
    return {}


def json_members(raw: bytes, known: frozenset[str]) -> Members:
    """The first-level members of a JSON object that no column's path enters; empty and NULL ones are left out."""
    body = raw.lstrip(b" \t\r\n")
    if body[:1] != b"{":
        return {}
    found = {name: bytes(value) for name, value in _OBJECTS.decode(body).items() if name not in known}
    return {name: text for name, text in found.items() if text != b"null" and not _is_blank(text)}


def _is_blank(text: bytes) -> bool:
    if text[:1] != b'"':
        return False
    return len(text) == 2 or (len(text) < 64 and not _STRINGS.decode(text).strip(WHITE_SPACE))


def text_members(fields: Iterable[tuple[str, str | None]]) -> Members:
    """Texts by name as members; of a name that repeats, all of them as a list. Empty ones are left out."""
    found: dict[str, list[str]] = {}
    for name, text in fields:
        if text and not text.isspace() and text.strip(WHITE_SPACE):
            found.setdefault(name, []).append(text)
    return {name: encode(texts[0] if len(texts) == 1 else texts) for name, texts in found.items()}


def as_json_text(raw: str | None) -> bytes | None:
    """A value as it stood, as JSON; None where no text can say it."""
    if raw is None or isinstance(raw, Faulty):
        return b"null" if raw is None else None
    if isinstance(raw, (Marked, Several)):
        return raw.json.encode() or None
    return raw.encode() if isinstance(raw, (Nested, Number, Truth)) else encode(str(raw))


def rescued_texts(length: int, unknown: Callable[[int], Members] | None, errors: Errors) -> pa.Array:
    """The column `_rescued` of a chunk of `length` rows; NULL where there is nothing to keep."""
    if unknown is None and not errors:
        return pa.nulls(length, pa.string())
    return pa.array([_text(unknown(row) if unknown else {}, errors.get(row, {})) for row in range(length)], pa.string())


def with_errors(texts: pa.Array | pa.ChunkedArray, errors: Errors) -> pa.Array:
    """The column with further errors, of values that were computed from others."""
    kept = texts.to_pylist()
    for row, more in errors.items():
        unknown, known, cut = ({}, {}, False) if kept[row] is None else read_rescued(kept[row])
        kept[row] = _text(unknown, {**known, **more}, cut)
    return pa.array(kept, pa.string())


def _text(unknown: Members, errors: Mapping[str, tuple[bytes | None, str]], cut: bool = False) -> str | None:
    """One value of `_rescued`. What SUPER cannot hold is left out, and `cut` says so."""
    if not unknown and not errors:
        return None if not cut else _joined(None, None, True)
    kept = unknown if not unknown or _fits(_object(unknown)) else {name: text for name, text in unknown.items() if _fits(text)}
    told = {name: (value if value is not None and _fits(value) else None, code) for name, (value, code) in errors.items()}
    cut = cut or len(kept) < len(unknown) or any(value is None for value, _ in told.values())
    text = _joined(kept, told, cut)
    if len(text.encode()) > SUPER_BYTES:
        text = _joined(None, told, True)
    if len(text.encode()) > SUPER_BYTES:
        text = _joined(None, {name: (None, code) for name, (_, code) in told.items()}, True)
    return text if len(text.encode()) <= SUPER_BYTES else _joined(None, dict(list(told.items())[:1]), True)


def _fits(text: bytes) -> bool:
    try:
        parse_super(Nested(text, "utf-8"), _COLUMN, False)
    except BadValue:
        return False
    return True


def _object(members: Members) -> bytes:
    return b"{" + b",".join(encode(name) + b":" + text for name, text in members.items()) + b"}"


def _joined(unknown: Members | None, errors: Mapping[str, tuple[bytes | None, str]] | None, cut: bool) -> str:
    parts = {}
    if unknown:
        parts["unknown"] = _object(unknown)
    if errors:
        parts["errors"] = _object({name: _error(value, code) for name, (value, code) in errors.items()})
    if cut:
        parts["cut"] = b"true"
    return str(_object(parts), "utf-8")


def _error(value: bytes | None, code: str) -> bytes:
    told = {} if value is None else {"value": value}
    return _object({**told, "reason": encode(code)})


class _Error(msgspec.Struct):
    reason: str
    value: msgspec.Raw = msgspec.Raw()


class _Rescued(msgspec.Struct):
    unknown: dict[str, msgspec.Raw] = {}
    errors: dict[str, _Error] = {}
    cut: bool = False


_DECODER = msgspec.json.Decoder(_Rescued)


def read_rescued(text: str) -> tuple[Members, dict[str, tuple[bytes | None, str]], bool]:
    """What a value of `_rescued` holds: unknown members, errors by column, and whether something was left out."""
    held = _DECODER.decode(text)
    errors = {name: (bytes(error.value) or None, error.reason) for name, error in held.errors.items()}
    return {name: bytes(value) for name, value in held.unknown.items()}, errors, held.cut
