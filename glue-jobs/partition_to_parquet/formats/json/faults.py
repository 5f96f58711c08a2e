"""What is wrong with a text that is no JSON record: its code and a message in the reader's words."""

import json
import re

import msgspec

from .values import DECODE_ERRORS

DEPTH_LIMIT = 100

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.S)


def is_too_deep(data: bytes) -> bool:
    """Whether objects and arrays are nested deeper than DEPTH_LIMIT levels."""
    if data.count(b"{") + data.count(b"[") <= DEPTH_LIMIT:
        return False
    depth = deepest = 0
    for byte in re.findall(rb"[\[\]{}]", _STRING.sub(b"", data)):
        depth += 1 if byte in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest > DEPTH_LIMIT


_PAIR_OR_HALF = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", re.S
)


def without_halves(text: bytes, instead: bytes = b"\\ufffd") -> bytes:
    """The text with another escape for each that is half of a surrogate pair; no byte moves."""
    return _PAIR_OR_HALF.sub(lambda found: instead if found[1] else found[0], text)


def fault_of(data: bytes, is_array: bool = False) -> tuple[str, str]:
    """Code and message for a record that is not a JSON object (`is_array`: no array, as the contract's paths need)."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return "invalid_encoding", f"byte {error.start + 1} of the record (0x{data[error.start]:02x}) is not UTF-8"
    if is_too_deep(data):
        return "too_deep", f"objects and arrays are nested deeper than {DEPTH_LIMIT} levels"
    text = text.strip(" \t\r\n")
    try:
        value, end = json.JSONDecoder().raw_decode(text)
        if text[end:].strip():
            return "trailing_text", f"text follows the JSON value: '{text[end:].strip()[:50]}'"
        if is_array and isinstance(value, dict):
            return "wrong_type", "the record is a JSON object, not an array"
        if not isinstance(value, dict):
            return "not_an_object", f"the record is a JSON {_kind(value)}, not an {'array' if is_array else 'object'}"
    except RecursionError:
        return "too_deep", f"objects and arrays are nested deeper than {DEPTH_LIMIT} levels"
    except ValueError:
        pass
    half = next((found[1] for found in _PAIR_OR_HALF.finditer(data) if found[1]), None)
    if half:
        return "malformed_record", f"a text holds {half.decode()}, half of a surrogate pair, which is not a character"
    try:
        msgspec.json.decode(data)
    except DECODE_ERRORS as error:
        return "malformed_record", str(error)
    return "malformed_record", "the record is not a JSON object"


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return {list: "array", str: "string", bool: "boolean"}.get(type(value), "number")
