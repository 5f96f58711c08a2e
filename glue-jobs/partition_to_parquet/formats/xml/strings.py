"""Pieces of an XML text as Arrow strings, with references and line ends resolved."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..strings import strings_at
from .bytes import Bytes

_NAMED = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_REFERENCE = re.compile(r"&(?:#([0-9]+)|#x([0-9a-fA-F]+)|(?:lt|gt|quot|apos|amp));")
_QUOTE = 34


def resolved(values: pa.Array, has_cr: bool) -> pa.Array:
    """Texts with line ends as LF, and references replaced by what they stand for."""
    if has_cr:
        values = pc.replace_substring(pc.replace_substring(values, "\r\n", "\n"), "\r", "\n")
    return _dereferenced(values)


def _dereferenced(values: pa.Array) -> pa.Array:
    has_one = pc.match_substring(values, "&")
    if not pc.any(has_one).as_py():
        return values
    some = values.filter(has_one)
    if pc.any(pc.match_substring(some, "&#")).as_py():
        some = pa.array([_REFERENCE.sub(_character, text) for text in some.to_pylist()], pa.string())
    else:
        for name, character in _NAMED.items():
            some = pc.replace_substring(some, name, character)
    return pc.replace_with_mask(values, has_one, some)


def _character(match: re.Match[str]) -> str:
    if match[1] or match[2]:
        return chr(int(match[1]) if match[1] else int(match[2], 16))
    return _NAMED[match[0]]


def attribute_values(text: Bytes, starts: np.ndarray, ends: np.ndarray, name: str) -> tuple[np.ndarray, pa.Array]:
    """Of tags whose attributes stand in [start, end): which have the attribute, and its values in those."""
    opening = f' {name}="'.encode()
    if len(starts) and text.equals(starts, opening).all():
        # It is the first of each tag.
        has_one = np.ones(len(starts), dtype=bool)
        begins = starts + len(opening)
        quotes = text.places(_QUOTE)
        values = strings_at(text.text, begins, quotes[np.searchsorted(quotes, begins)])
    else:
        pair = r"""\s+[^\s="'<>/]+\s*=\s*(?:"[^"]*"|'[^']*')"""
        wanted = rf"""\s+{re.escape(name)}\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')"""
        found = pc.extract_regex(strings_at(text.text, starts, ends), rf"^(?:{pair})*?{wanted}")
        has_one = found.is_valid().to_numpy(zero_copy_only=False)
        double, single = found.field("double").filter(pa.array(has_one)), found.field("single").filter(pa.array(has_one))
        values = pc.if_else(pc.equal(double, ""), single, double)
    # A blank stands for each line end and tab (section 3.3.3 of XML 1.0), unless it is written as a reference.
    if pc.any(pc.match_substring_regex(values, r"[\t\r\n]")).as_py():
        values = pc.replace_substring_regex(values, r"\r\n|[\t\r\n]", " ")
    return has_one, _dereferenced(values)
